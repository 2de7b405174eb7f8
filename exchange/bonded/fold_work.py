"""How facts about consignments, sources and job runs change what is remembered."""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec.structs import replace

from exchange.bonded import facts as happened
from exchange.bonded.agenda import (
    arm,
    ask_again,
    discard,
    look_at_run,
    no_more_asking,
    restate,
    restate_what_rests_on,
    revoke,
    schedule,
    settle,
    tell,
)
from exchange.bonded.bought.fold import described, link
from exchange.bonded.facts import Ground
from exchange.bonded.fenced.ending import (
    end_of_consignment,
    end_of_run,
    end_where,
    look_again_from_outside,
    look_again_where,
    rests_on,
)
from exchange.bonded.fenced.state import Access
from exchange.bonded.origins import lots_among, origins_of
from exchange.bonded.ranges import Intervals, common, counted, joined
from exchange.bonded.state import Bonded, Consignment, Incident, JobRun, LotBook, Origin, Output, by_lot
from exchange.bonded.values import ItemRange, Lot
from exchange.fence.dates import day_ends

_RETENTION_ZONE = "Asia/Shanghai"


def proposed(bonded: Bonded, fact: happened.ConsignmentProposed, at: int) -> None:
    """Open its books; people have not let it in yet."""
    enter(bonded, fact, fact.consignor_id)
    bonded.open_ids.append(fact.consignment_id)


def enter(
    bonded: Bonded, fact: happened.ConsignmentProposed, handed_over_by: str, *, transferred: bool = False
) -> Consignment:
    """A consignment with all its items on hand."""
    name = fact.consignment_id
    consignment = Consignment(
        proposed=fact,
        handed_over_by=handed_over_by,
        lots={lot.name: _book(lot) for lot in fact.lots},
        transferred=transferred,
    )
    bonded.consignments[name] = consignment
    bonded.origins[name] = Origin(traits=fact.traits, carried=fact.carried)
    link(bonded, name, fact.made_from)
    bonded.zones[fact.zone_id].handbooks[fact.handbook_no] = name
    schedule(bonded, retained_until(fact), "retention", name)
    return consignment


def _book(lot: Lot) -> LotBook:
    return LotBook(sha256=lot.sha256, quantity=lot.quantity, size_bytes=lot.size_bytes)


def retained_until(fact: happened.ConsignmentProposed) -> int:
    """When the last day is over on which it may be worked on."""
    return day_ends(date.fromisoformat(fact.retention_until), _RETENTION_ZONE)


def admitted(bonded: Bonded, fact: happened.ConsignmentAdmitted, at: int) -> None:
    """It may be worked on."""
    consignment = bonded.consignments[fact.consignment_id]
    no_more_asking(bonded, fact.consignment_id, consignment, at)
    bonded.open_ids.remove(fact.consignment_id)
    consignment.phase = "admitted"
    consignment.decision_id = fact.decision_id
    consignment.received_under = fact.received_under
    ask_about_leaving(bonded, consignment, at)


def held(bonded: Bonded, fact: happened.ConsignmentHeld, at: int) -> None:
    """It waits for people, and is asked about again when the answer may change."""
    consignment = bonded.consignments[fact.consignment_id]
    no_more_asking(bonded, fact.consignment_id, consignment, at)
    consignment.decision_id = fact.decision_id
    consignment.holds_until = fact.holds_until
    if fact.holds_until is not None:
        schedule(bonded, fact.holds_until, "redecide", fact.consignment_id)


def ask_about_leaving(bonded: Bonded, consignment: Consignment, at: int) -> None:
    """Whatever of it waits to leave, is seen from outside or is on sale may be answered otherwise now."""
    for egress_id in consignment.egress_ids:
        ask_again(bonded, egress_id, at)
    name = consignment.proposed.consignment_id
    look_again_from_outside(bonded, name, at)
    restate_what_rests_on(bonded, name, at)


def retention_ended(bonded: Bonded, fact: happened.RetentionEnded, at: int) -> None:
    """It is over; the fence knows by its own."""
    consignment = bonded.consignments[fact.consignment_id]
    settle(bonded, retained_until(consignment.proposed), "retention", fact.consignment_id)
    end_of_consignment(bonded, fact.consignment_id, "retention", at)


def source(bonded: Bonded, fact: happened.SourceRegistered, at: int) -> None:
    """Remember what it is."""
    bonded.sources[fact.source_id] = fact
    link(bonded, fact.source_id, fact.made_from)
    bonded.origins[fact.source_id] = Origin(traits=fact.traits, carried=fact.carried)


def reclassified(bonded: Bonded, fact: happened.SourceReclassified, at: int) -> None:
    """It is other data: every answer about it and about what is made of it falls."""
    described(bonded, fact.source_id, at)
    consignment_id, _, lot = fact.source_id.partition("/")
    if fact.source_id not in bonded.origins:
        _set_apart(bonded, consignment_id, lot, fact)
    origin = bonded.origins[fact.source_id]
    origin.traits, origin.carried = fact.traits, fact.carried
    for job_run_id in origin.job_run_ids:
        look_at_run(bonded, job_run_id, "reclassified", at)
    look_again_where(bonded, at, _resting_on(bonded, consignment_id))
    consignment = bonded.consignments.get(consignment_id)
    if consignment is None:
        return
    tell(bonded, fact, consignment.handed_on, at)
    for egress_id in consignment.transit_ids:
        bonded.egresses[egress_id].meanwhile.append(fact)
    if consignment.phase == "admitted":
        revoke(bonded, consignment_id, "reclassified", at)
    elif consignment.phase == "in_review":
        ask_again(bonded, consignment_id, at)
    for egress_id in consignment.raw_ids:
        if not lot or fact.source_id in origins_of(bonded, bonded.egresses[egress_id].requested.items):
            fell(bonded, egress_id, "reclassified", at)


def _set_apart(bonded: Bonded, consignment_id: str, lot: str, fact: happened.SourceReclassified) -> None:
    """Let a lot be an origin of its own, behind all runs that took items of it."""
    consignment = bonded.consignments[consignment_id]

    def took(job_run_id: str) -> bool:
        return any(
            (each.consignment_id, each.lot) == (consignment_id, lot)
            for each in bonded.job_runs[job_run_id].started.items
        )

    done = [name for name in bonded.origins[consignment_id].job_run_ids if took(name)]
    bonded.origins[fact.source_id] = Origin(fact.traits, fact.carried, job_run_ids=done)
    for job_run_id in filter(took, consignment.running_ids):
        run = bonded.job_runs[job_run_id]
        run.source_ids = (*run.source_ids, fact.source_id)


def fell(bonded: Bonded, egress_id: str, ground: Ground | None, at: int) -> None:
    """What an egress rests on has changed: an answer that let it out is revoked, one that did not asked again."""
    egress = bonded.egresses[egress_id]
    if egress.phase in ("withdrawn", "ended") or egress.revoked:
        return
    if ground is not None and egress.phase in ("approved", "in_transit", "left"):
        revoke(bonded, egress_id, ground, at)
    elif egress.phase in ("held", "approved"):
        ask_again(bonded, egress_id, at)


def started(bonded: Bonded, fact: happened.JobRunStarted, at: int) -> None:
    """Its seats are taken, its consignments at work."""
    bonded.job_runs[fact.job_run_id] = JobRun(started=fact, source_ids=fact.behind_source_ids)
    bonded.zones[fact.zone_id].seats_used += fact.seats
    for name in fact.consignment_ids:
        bonded.consignments[name].running_ids.append(fact.job_run_id)


def completed(bonded: Bonded, fact: happened.JobRunCompleted, at: int) -> None:
    """Its outputs are there, what its products hold is consumed, and the balances behind it are open again."""
    run = _ended(bonded, fact.job_run_id, at)
    bonded.completed += 1
    run.phase, run.number, run.carried = "completed", bonded.completed, fact.carried
    run.made_ids = tuple(each.output_id for each in fact.made)
    for made in fact.made:
        # No rule asks for its fields: the tables have them.
        bonded.outputs[made.output_id] = Output(
            job_run_id=fact.job_run_id,
            zone_id=fact.zone_id,
            processor_id=fact.processor_id,
            made=replace(made, fields=()),
        )
        _count_uses(bonded, made.items if made.kind == "product" else ())
    leave(bonded, fact.consumed, "consumed", at)
    _remember_inputs(bonded, run)
    for name in run.started.consignment_ids:
        consignment = bonded.consignments[name]
        consignment.balance, consignment.within_tolerance = "open", False
        ask_about_leaving(bonded, consignment, at)
        consignment.intermediate_ids += [each.output_id for each in fact.made if each.kind == "intermediate"]


def _remember_inputs(bonded: Bonded, run: JobRun) -> None:
    """Let a completed run be found from what went into it."""
    name, fact = run.started.job_run_id, run.started
    for origin_id in dict.fromkeys(
        (
            *(each.consignment_id for each in fact.items),
            *lots_among(bonded, fact.items),
            *fact.source_ids,
            *run.undeclared,
        )
    ):
        bonded.origins[origin_id].job_run_ids.append(name)
    for output_id in dict.fromkeys(fact.output_ids):
        bonded.outputs[output_id].used_by.append(name)


def _count_uses(bonded: Bonded, items: tuple[ItemRange, ...]) -> None:
    for (name, _), intervals in by_lot(items).items():
        bonded.consignments[name].used_count += counted(intervals)


def failed(bonded: Bonded, fact: happened.JobRunFailed, at: int) -> None:
    """Nothing came of it."""
    _ended(bonded, fact.job_run_id, at).phase = "failed"


def _ended(bonded: Bonded, job_run_id: str, at: int) -> JobRun:
    run = bonded.job_runs[job_run_id]
    end_of_run(bonded, job_run_id, at)
    bonded.zones[run.started.zone_id].seats_used -= run.started.seats
    for name in run.started.consignment_ids:
        bonded.consignments[name].running_ids.remove(job_run_id)
    return run


def leave(bonded: Bonded, items: tuple[ItemRange, ...], way: str, at: int) -> None:
    """Items leave the books in one of the ways there are; what is not part of a product nobody sees any more."""
    if way != "consumed":
        nobody_sees(bonded, items, at)
    for (name, lot), intervals in by_lot(items).items():
        left = bonded.consignments[name].lots[lot].left
        left[way] = joined(left.get(way, []), intervals)  # type: ignore[index, call-overload]


def nobody_sees(bonded: Bonded, items: tuple[ItemRange, ...], at: int) -> None:
    """Have whoever looks at raw items of these look no more."""
    gone = by_lot(items)
    end_where(bonded, "gone", at, lambda each: _meets(by_lot(each.items), gone) and not each.job_run_id)


def _meets(seen: Mapping[tuple[str, str], Intervals], gone: Mapping[tuple[str, str], Intervals]) -> bool:
    return any(common(items, gone.get(name, [])) for name, items in seen.items())


def anonymised(bonded: Bonded, fact: happened.AnonymisationApproved, at: int) -> None:
    """A report clears flags: what the run made, and all that was made of it, is looked at anew."""
    run = bonded.job_runs[fact.job_run_id]
    run.clears = sorted({*run.clears, *fact.clears})
    look_at_run(bonded, fact.job_run_id, None, at)


def incident(bonded: Bonded, fact: happened.IncidentReported, at: int) -> None:
    """What was not named went in; every answer about what the run made falls, and nobody works on it further."""
    if not fact.job_run_id:
        if fact.kind == "wrote_outside_fence":
            _break_fence(bonded, fact.consignment_ids, 1, at)
        for name in fact.consignment_ids:
            end_where(bonded, "incident", at, _of_raw(name))
        return
    run = bonded.job_runs[fact.job_run_id]
    end_where(bonded, "incident", at, lambda each: each.job_run_id == fact.job_run_id)
    fresh = [name for name in fact.source_ids if name not in (*run.started.source_ids, *run.undeclared)]
    run.undeclared += fresh
    run.source_ids = tuple(dict.fromkeys((*run.source_ids, *fresh)))
    if run.phase == "completed":
        for name in fresh:
            bonded.origins[name].job_run_ids.append(fact.job_run_id)
        look_at_run(bonded, fact.job_run_id, "incident", at)
    if fact.kind == "wrote_outside_fence":
        _break_fence(bonded, run.started.consignment_ids, 1, at)


def _of_raw(consignment_id: str) -> Callable[[Access], bool]:
    return lambda each: not each.job_run_id and consignment_id in each.consignment_ids


def _resting_on(bonded: Bonded, origin_id: str) -> Callable[[Access], bool]:
    return lambda each: rests_on(bonded, each, origin_id)


def _break_fence(bonded: Bonded, names: tuple[str, ...], by: int, at: int) -> None:
    for name in names:
        consignment = bonded.consignments[name]
        consignment.fence_broken += by
        ask_about_leaving(bonded, consignment, at)
        look_again_where(bonded, at, _resting_on(bonded, name))


def case_opened(bonded: Bonded, fact: happened.CaseOpened, at: int) -> None:
    """Remember what it is about."""
    run = bonded.job_runs.get(fact.job_run_id)
    about = fact.consignment_ids if run is None else run.started.consignment_ids
    outside = fact.kind == "wrote_outside_fence"
    bonded.cases[fact.case_id] = Incident(fact.incident_id, fact.job_run_id, about, outside)


def case_decided(bonded: Bonded, fact: happened.CaseDecided, at: int) -> None:
    """The fence is whole again where tolerance is granted."""
    bonded.cases_closed[fact.case_id] = fact.granted
    about = bonded.cases[fact.case_id]
    if about.wrote_outside and fact.granted:
        _break_fence(bonded, about.consignment_ids, -1, at)


def recomputed(bonded: Bonded, fact: happened.TaintsRecomputed, at: int) -> None:
    """What job runs carry now; what was made of those that changed is looked at next."""
    changed = {each.job_run_id: each for each in fact.changed}
    for name in fact.seen:
        run = bonded.job_runs[name]
        discard(bonded.work.runs, (run.number, name))
        ground = bonded.work.grounds.pop(name, None)
        if name in changed:
            run.carried, run.source_ids = changed[name].carried, changed[name].source_ids
        elif ground is None:
            continue
        for output_id in run.made_ids:
            output = bonded.outputs[output_id]
            restate(bonded, output_id, at)
            for user in output.used_by:
                look_at_run(bonded, user, ground, at)
            for egress_id in output.egress_ids:
                fell(bonded, egress_id, ground, at)
    if fact.changed:
        look_again_where(bonded, at, lambda each: _draws_on_outputs(bonded, each.job_run_id))
    arm(bonded, at)


def _draws_on_outputs(bonded: Bonded, job_run_id: str) -> bool:
    return bool(job_run_id and bonded.job_runs[job_run_id].started.output_ids)
