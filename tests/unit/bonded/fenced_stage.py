"""Workers at stations, and volumes, in the zone of `stage.py`."""

from typing import Any

from exchange.bonded.fenced import commands as asked
from exchange.bonded.fenced.facts import SessionOpened, VolumeGranted
from exchange.bonded.fenced.words import ABILITIES, VIEW_ONLY, Ability
from exchange.kernel.time import HOUR
from tests.support.stage import START
from tests.unit.bonded.stage import OPERATOR, PROCESSOR, ZONE, ZoneStage, a_start, a_zone, items

POOL, STATION, WORKER = "POOL-1", "ST-001", "W-001"
WORKERS = tuple(f"W-{number:03}" for number in range(1, 11))
EVERYTHING: tuple[Ability, ...] = ABILITIES


def a_pool(
    pool_id: str = POOL, worker_ids: tuple[str, ...] = WORKERS, zone_id: str = ZONE
) -> asked.DeclarePool:
    """Ten people of whom only their employer knows the names."""
    return asked.DeclarePool(zone_id=zone_id, pool_id=pool_id, worker_ids=worker_ids)


def a_station(station_id: str = STATION, **changed: Any) -> asked.RecordStation:
    """A view-only station in the zone."""
    values: dict[str, Any] = {"zone_id": ZONE, "place": "CN-LG", "lets": VIEW_ONLY}
    return asked.RecordStation(station_id=station_id, **(values | changed))


def a_session(**changed: Any) -> asked.OpenSession:
    """The first worker sits down at the first station."""
    values: dict[str, Any] = {
        "pool_id": POOL,
        "worker_id": WORKER,
        "station_id": STATION,
        "seen_from": "CN-LG",
        "ends_at": START + 8 * HOUR,
    }
    return asked.OpenSession(**(values | changed))


def a_grant(subject_id: str, mode: Any = "read", **changed: Any) -> asked.GrantVolume:
    """The pool may use a volume for eight hours."""
    values: dict[str, Any] = {"pool_id": POOL, "until": START + 8 * HOUR}
    return asked.GrantVolume(subject_id=subject_id, mode=mode, **(values | changed))


def a_report(volume_id: str, step: Any = "inspected", **changed: Any) -> asked.ReportEnforcement:
    """The port did what was decided."""
    values: dict[str, Any] = {"done": True}
    return asked.ReportEnforcement(volume_id=volume_id, step=step, **(values | changed))


def a_staffed_zone() -> ZoneStage:
    """The zone with a pool of workers and two stations."""
    stage = a_zone()
    stage.given(PROCESSOR, a_pool())
    stage.given(OPERATOR, a_station(), a_station("ST-002"))
    return stage


def running(stage: ZoneStage) -> tuple[str, str]:
    """A consignment and a job run on some of it."""
    name = stage.admitted()
    return name, stage.started(a_start(items(name, 0, 99)))


def opened(stage: ZoneStage, **changed: Any) -> str:
    """A session that began."""
    return stage.gave(SessionOpened, PROCESSOR, a_session(**changed)).session_id


def granted(stage: ZoneStage, subject_id: str, mode: Any = "read", **changed: Any) -> str:
    """A volume that was granted."""
    return stage.gave(VolumeGranted, PROCESSOR, a_grant(subject_id, mode, **changed)).volume_id
