"""Pools of workers, and the stations at which they sit."""

from collections.abc import Sequence

from exchange.bonded.fenced.commands import DeclarePool, RecordStation
from exchange.bonded.fenced.facts import PoolDeclared, StationRecorded
from exchange.bonded.fenced.state import pool_key
from exchange.bonded.parties import lacking
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import unknown_zone
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.refusals import refused


def declare_pool(bonded: Bonded, command: DeclarePool, cause: Cause) -> Sequence[Fact]:
    """Remember who works in a pool."""
    if refusal := lacking(bonded, command, cause, "processor"):
        return (refusal,)
    if command.zone_id not in bonded.zones:
        return (unknown_zone(command, command.zone_id),)
    there = bonded.fenced.pools.get(pool_key(command.zone_id, command.pool_id))
    if there is not None and there.processor_id != cause.actor:
        detail = f"{there.processor_id} has a pool of this name in {command.zone_id}"
        return (refused(command, Reason.POOL_TAKEN, command.pool_id, detail),)
    return (
        PoolDeclared(
            zone_id=command.zone_id,
            pool_id=command.pool_id,
            processor_id=cause.actor,
            worker_ids=tuple(sorted(set(command.worker_ids))),
        ),
    )


def record_station(bonded: Bonded, command: RecordStation, cause: Cause) -> Sequence[Fact]:
    """Remember a station, or what it does now."""
    if refusal := lacking(bonded, command, cause, "operator"):
        return (refusal,)
    if command.zone_id not in bonded.zones:
        return (unknown_zone(command, command.zone_id),)
    there = bonded.fenced.stations.get(command.station_id)
    if there is not None and there.zone_id != command.zone_id:
        detail = f"a station of this name is in {there.zone_id}"
        return (refused(command, Reason.STATION_TAKEN, command.station_id, detail),)
    return (
        StationRecorded(
            zone_id=command.zone_id,
            station_id=command.station_id,
            place=command.place,
            lets=tuple(dict.fromkeys(command.lets)),
            state=command.state,
        ),
    )
