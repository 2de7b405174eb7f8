"""How facts about sessions and volumes change what is remembered."""

from exchange.bonded.agenda import arm, no_more_asking, schedule, settle
from exchange.bonded.fenced import facts as happened
from exchange.bonded.fenced.ending import end_where
from exchange.bonded.fenced.state import Access, Volume, pool_key
from exchange.bonded.fenced.words import VIEW_ONLY
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import BONDED_PLACE


def pool(bonded: Bonded, fact: happened.PoolDeclared, at: int) -> None:
    """Whoever is no longer in it sees nothing more."""
    bonded.fenced.pools[pool_key(fact.zone_id, fact.pool_id)] = fact
    end_where(
        bonded,
        "pool",
        at,
        lambda each: (
            (each.kind, each.zone_id, each.pool_id) == ("session", fact.zone_id, fact.pool_id)
            and each.worker_id not in fact.worker_ids
        ),
    )


def station(bonded: Bonded, fact: happened.StationRecorded, at: int) -> None:
    """At one that is down, or does more than it may, nobody sees anything."""
    bonded.fenced.stations[fact.station_id] = fact
    if fact.state == "down" or not set(fact.lets) <= set(VIEW_ONLY):
        end_where(bonded, "station", at, lambda each: each.station_id == fact.station_id)


def session_opened(bonded: Bonded, fact: happened.SessionOpened, at: int) -> None:
    """Somebody sees something; who works on no job run takes a seat of the zone."""
    access = Access(
        kind="session",
        zone_id=fact.zone_id,
        processor_id=fact.processor_id,
        pool_id=fact.pool_id,
        seen_from=fact.seen_from,
        job_run_id=fact.job_run_id,
        items=fact.items,
        consignment_ids=fact.consignment_ids,
        source_ids=fact.source_ids,
        ends_at=fact.ends_at,
        decision_id=fact.decision_id,
        holds_until=fact.holds_until,
        worker_id=fact.worker_id,
        station_id=fact.station_id,
    )
    _open(bonded, fact.session_id, access)
    if not fact.job_run_id:
        bonded.zones[fact.zone_id].seats_used += 1


def session_ended(bonded: Bonded, fact: happened.SessionEnded, at: int) -> None:
    """It is forgotten, and its seat free."""
    access = _close(bonded, fact.session_id, at)
    if access is not None and not access.job_run_id:
        bonded.zones[access.zone_id].seats_used -= 1


def volume_granted(bonded: Bonded, fact: happened.VolumeGranted, at: int) -> None:
    """A pool has it."""
    fenced = bonded.fenced
    if fact.volume_id not in fenced.volumes:
        fenced.volumes[fact.volume_id] = Volume(
            fact.zone_id, fact.subject_id, fact.job_run_id, fact.processor_id
        )
        fenced.volume_of[fact.subject_id] = fact.volume_id
    access = Access(
        kind="volume",
        zone_id=fact.zone_id,
        processor_id=fact.processor_id,
        pool_id=fact.pool_id,
        seen_from=BONDED_PLACE,
        job_run_id=fact.job_run_id,
        items=(),
        consignment_ids=fact.consignment_ids,
        source_ids=fact.source_ids,
        ends_at=fact.until,
        decision_id=fact.decision_id,
        holds_until=fact.holds_until,
        mode=fact.mode,
    )
    _open(bonded, fact.volume_id, access)


def volume_revoked(bonded: Bonded, fact: happened.VolumeRevoked, at: int) -> None:
    """Nobody has it."""
    _close(bonded, fact.volume_id, at)


def volume_sealed(bonded: Bonded, fact: happened.VolumeSealed, at: int) -> None:
    """Nobody has it, and nothing on it may change."""
    _close(bonded, fact.volume_id, at)
    bonded.fenced.volumes[fact.volume_id].sealed = True


def volume_condemned(bonded: Bonded, fact: happened.VolumeCondemned, at: int) -> None:
    """Nobody has it, and nobody will."""
    _close(bonded, fact.volume_id, at)
    bonded.fenced.volumes[fact.volume_id].condemned = True


def continued(bonded: Bonded, fact: happened.AccessContinued, at: int) -> None:
    """They rest on another answer now."""
    for name in fact.access_ids:
        access = bonded.fenced.open[name]
        no_more_asking(bonded, name, access, at)
        access.decision_id, access.holds_until = fact.decision_id, fact.holds_until
        if fact.holds_until is not None:
            schedule(bonded, fact.holds_until, "redecide", name)


def reported(bonded: Bonded, fact: happened.EnforcementReported, at: int) -> None:
    """Remember what was found outside the fence: it is one incident however often it is found."""
    if fact.step == "inspected" or fact.strays:
        bonded.fenced.volumes[fact.volume_id].strays = fact.strays


def _open(bonded: Bonded, name: str, access: Access) -> None:
    bonded.fenced.open[name] = access
    bonded.open_ids.append(name)
    schedule(bonded, access.ends_at, "access", name)
    if access.holds_until is not None:
        schedule(bonded, access.holds_until, "redecide", name)


def _close(bonded: Bonded, name: str, at: int) -> Access | None:
    """Shape: None where it was closed already, as a volume may be that is sealed or condemned."""
    fenced = bonded.fenced
    # Those that end are nearly always the first of those that wait to.
    place = next((place for place, each in enumerate(fenced.ending) if each[0] == name), None)
    if place is not None:
        del fenced.ending[place]
    access = fenced.open.pop(name, None)
    if access is not None:
        bonded.open_ids.remove(name)
        settle(bonded, access.ends_at, "access", name)
        no_more_asking(bonded, name, access, at)
    arm(bonded, at)
    return access
