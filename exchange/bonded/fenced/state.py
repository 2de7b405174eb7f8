"""What is remembered of pools, stations, sessions and volumes: of sessions, only those that are open."""

from typing import Literal

import msgspec

from exchange.bonded.fenced.facts import PoolDeclared, StationRecorded
from exchange.bonded.fenced.words import Basis, Mode
from exchange.bonded.values import ItemRange


class Access(msgspec.Struct):
    """An open session, or the grant of a volume: somebody has something of consignments and sources.

    Shape: `worker_id` and `station_id` are empty of a volume, `job_run_id` where no run is worked on.
    """

    kind: Literal["session", "volume"]
    zone_id: str
    processor_id: str
    pool_id: str
    seen_from: str
    job_run_id: str
    items: tuple[ItemRange, ...]
    consignment_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    ends_at: int
    decision_id: str
    holds_until: int | None
    worker_id: str = ""
    station_id: str = ""
    mode: Mode = "read"


class Volume(msgspec.Struct):
    """A fenced volume. Shape: `strays` are those that the port last found, of which a case is open."""

    zone_id: str
    subject_id: str
    job_run_id: str
    processor_id: str
    sealed: bool = False
    condemned: bool = False
    strays: tuple[str, ...] = ()


class Fenced(msgspec.Struct):
    """Pools, stations, volumes; and who has what.

    Shape: `open` are sessions and granted volumes by id, `volume_of` the volume of a consignment or a job run,
    `ending` those that are to end by themselves, next.
    """

    pools: dict[str, PoolDeclared] = msgspec.field(default_factory=dict)
    stations: dict[str, StationRecorded] = msgspec.field(default_factory=dict)
    open: dict[str, Access] = msgspec.field(default_factory=dict)
    volumes: dict[str, Volume] = msgspec.field(default_factory=dict)
    volume_of: dict[str, str] = msgspec.field(default_factory=dict)
    ending: list[tuple[str, Basis]] = msgspec.field(default_factory=list)


def pool_key(zone_id: str, pool_id: str) -> str:
    """What a pool is kept under."""
    return f"{zone_id} {pool_id}"
