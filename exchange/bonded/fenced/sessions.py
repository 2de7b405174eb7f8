"""Sessions on view-only stations: who sees what, from where, and until when."""

from collections.abc import Sequence

from exchange.bonded import incidents
from exchange.bonded.fenced.access import Sight, asked_about, looked_abroad, sight_of_run
from exchange.bonded.fenced.commands import EndSession, OpenSession, ReportBreach
from exchange.bonded.fenced.facts import SessionEnded, SessionOpened, StationRecorded
from exchange.bonded.fenced.state import Access
from exchange.bonded.fenced.words import ABILITIES, VIEW_ONLY
from exchange.bonded.fenced.workable import (
    going_on,
    last_moment,
    of_processor_or,
    pool_of,
    unfit_consignments,
    unfit_time,
)
from exchange.bonded.fencing import Rulesets, no_ruleset, not_admitted, ruleset_in_force
from exchange.bonded.incidents import Going
from exchange.bonded.items import named, not_there
from exchange.bonded.parties import not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import HOUR

SESSION_LASTS_MAX = 12 * HOUR
"""A shift; a default of this exchange."""


def open_session(bonded: Bonded, command: OpenSession, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let a worker see something, if the station lets it do nothing else and the fence admits it."""
    station = _station(bonded, command)
    if isinstance(station, Refused):
        return (station,)
    sight = _sight(bonded, command)
    if isinstance(sight, Refused):
        return (sight,)
    refusal = not_one_of(bonded, command, cause, command.pool_id, sight.processor_id) or _unfit(
        bonded, command, station.zone_id, sight, cause
    )
    if refusal is not None:
        return (refusal,)
    if ruleset_in_force(bonded, cause.at, rulesets) is None:
        return (no_ruleset(command, station.zone_id),)
    answer = asked_about(bonded, sight, command.worker_id, cause, rulesets)
    if not answer.admitted:
        return (answer.fact, not_admitted(command, command.worker_id, answer))
    session_id = derived_id("SN", cause.partition, cause.offset, 0)
    opened = SessionOpened(
        session_id=session_id,
        zone_id=station.zone_id,
        processor_id=sight.processor_id,
        pool_id=command.pool_id,
        worker_id=command.worker_id,
        station_id=command.station_id,
        seen_from=command.seen_from,
        job_run_id=sight.job_run_id,
        items=sight.items,
        consignment_ids=sight.consignment_ids,
        source_ids=sight.source_ids,
        may=VIEW_ONLY,
        may_not=tuple(each for each in ABILITIES if each not in VIEW_ONLY),
        ends_at=command.ends_at,
        decision_id=answer.fact.decision_id,
        holds_until=answer.until,
    )
    return (answer.fact, opened, *looked_abroad(bonded, sight, session_id, cause.at))


def end_session(bonded: Bonded, command: EndSession, cause: Cause) -> Sequence[Fact]:
    """Let a worker see nothing more."""
    session = _open_one(bonded, command, command.session_id, cause)
    if isinstance(session, Refused):
        return (session,)
    return (SessionEnded(session_id=command.session_id, basis="asked", grounds=command.grounds),)


def report_breach(bonded: Bonded, command: ReportBreach, cause: Cause) -> Sequence[Fact]:
    """End a session in which a worker did what none lets it do, and open a case."""
    session = _open_one(bonded, command, command.session_id, cause)
    if isinstance(session, Refused):
        return (session,)
    opened = incidents.opened(
        cause,
        Going(session.job_run_id, session.zone_id, session.processor_id, session.consignment_ids),
        "session_breach",
        f"{command.breach}: {command.statement}"[:2_000],
        access_id=command.session_id,
    )
    ended = SessionEnded(session_id=command.session_id, basis="incident", grounds=command.statement)
    return (ended, *opened)


def _station(bonded: Bonded, command: OpenSession) -> StationRecorded | Refused:
    """A station that is in service and view-only, or why there is none."""
    name = command.station_id
    station = bonded.fenced.stations.get(name)
    if station is None:
        return refused(command, Reason.STATION_UNKNOWN, name, "no such station was recorded here")
    if station.state == "down":
        return refused(command, Reason.STATION_DOWN, name, "it is down")
    if beyond := lets_too_much(station):
        return refused(command, Reason.STATION_OPEN, name, f"it lets its worker {', '.join(beyond)} too")
    return station


def lets_too_much(station: StationRecorded) -> tuple[str, ...]:
    """What a station lets its worker do that no session may."""
    return tuple(each for each in station.lets if each not in VIEW_ONLY)


def _sight(bonded: Bonded, command: OpenSession) -> Sight | Refused:
    """What is to be seen: what goes into a run that goes on, or items that are there."""
    if (command.job_run_id is None) == (not command.items):
        detail = "name the job run whose inputs are seen, or items, and not both"
        return refused(command, Reason.ACCESS_UNFIT, command.worker_id, detail)
    if command.job_run_id is not None:
        run = going_on(bonded, command, command.job_run_id)
        if isinstance(run, Refused):
            return run
        return sight_of_run(bonded, command.job_run_id, command.seen_from)
    wanted = named(bonded, command, command.items)
    if isinstance(wanted, Refused):
        return wanted
    if refusal := not_there(bonded, command, wanted):
        return refusal
    names = tuple(dict.fromkeys(each.consignment_id for each in command.items))
    owners = {bonded.consignments[name].proposed.processor_id for name in names}
    if len(owners) > 1:
        return refused(command, Reason.ITEMS_MIXED, names[1], f"they are of {', '.join(sorted(owners))}")
    return Sight(owners.pop(), command.seen_from, "", command.items, names, ())


def _unfit(bonded: Bonded, command: OpenSession, zone_id: str, sight: Sight, cause: Cause) -> Refused | None:
    """What of zone, pool, worker, station, data and time speaks against it."""
    run = bonded.job_runs[sight.job_run_id] if sight.job_run_id else None
    data_zone = run.started.zone_id if run else bonded.consignments[sight.consignment_ids[0]].proposed.zone_id
    if data_zone != zone_id:
        detail = f"the data is in {data_zone}, the station in {zone_id}"
        return refused(command, Reason.STATION_ELSEWHERE, command.station_id, detail)
    pool = pool_of(bonded, command, zone_id, command.pool_id, sight.processor_id, sight.job_run_id)
    if isinstance(pool, Refused):
        return pool
    if command.worker_id not in pool.worker_ids:
        detail = f"{command.pool_id} has no such worker"
        return refused(command, Reason.WORKER_UNKNOWN, command.worker_id, detail)
    return (
        _busy(bonded, command)
        or _no_seat(bonded, command, zone_id, sight.job_run_id)
        or unfit_consignments(bonded, command, sight)
        or unfit_time(
            command,
            command.worker_id,
            command.ends_at,
            last_moment(bonded, sight.consignment_ids, cause.at + SESSION_LASTS_MAX),
            cause,
        )
    )


def _busy(bonded: Bonded, command: OpenSession) -> Refused | None:
    """Nobody is at two stations, and no station has two workers."""
    for name in sorted(bonded.fenced.open):
        each = bonded.fenced.open[name]
        if each.kind == "session" and each.station_id == command.station_id:
            return refused(command, Reason.STATION_BUSY, command.station_id, f"session {name} is open at it")
        if (each.kind, each.pool_id, each.worker_id) == ("session", command.pool_id, command.worker_id):
            detail = f"session {name} is open at {each.station_id}"
            return refused(command, Reason.WORKER_BUSY, command.worker_id, detail)
    return None


def _no_seat(bonded: Bonded, command: OpenSession, zone_id: str, job_run_id: str) -> Refused | None:
    """The workers of a job run have its seats; whoever works on no run takes one of the zone."""
    if not job_run_id:
        zone = bonded.zones[zone_id]
        free = zone.seats - zone.seats_used
        said = f"{free} of {zone.seats} seats are free"
    else:
        seats = bonded.job_runs[job_run_id].started.seats
        free = seats - sum(each.job_run_id == job_run_id for each in _sessions(bonded))
        said = f"{free} of the {seats} seats of {job_run_id} are free"
    return None if free > 0 else refused(command, Reason.SEATS_EXHAUSTED, zone_id, said)


def _sessions(bonded: Bonded) -> list[Access]:
    return [each for each in bonded.fenced.open.values() if each.kind == "session"]


def _open_one(bonded: Bonded, command: Command, session_id: str, cause: Cause) -> Access | Refused:
    """An open session that the actor may end, or why there is none."""
    session = bonded.fenced.open.get(session_id)
    if session is None or session.kind != "session":
        return refused(command, Reason.SESSION_UNKNOWN, session_id, "no such session is open here")
    return of_processor_or(bonded, command, session.processor_id, session_id, cause) or session
