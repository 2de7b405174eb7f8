"""What happens by itself, and what is looked at again, in the order in which it falls due."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any

from exchange.bonded.facts import Ground, SourceReclassified
from exchange.bonded.fenced.state import Access
from exchange.bonded.state import Bonded, Consignment, DeadlineKind, Egress, HandedOn

_WORK: DeadlineKind = "work"


def schedule(bonded: Bonded, at: int, kind: DeadlineKind, subject: str) -> None:
    """Let `kind` happen to `subject` at `at`."""
    insort(bonded.deadlines, (at, kind, subject))


def settle(bonded: Bonded, at: int, kind: DeadlineKind, subject: str) -> None:
    """Let it not happen any more."""
    discard(bonded.deadlines, (at, kind, subject))


def discard(ordered: list[Any], item: object) -> None:
    """Take an item out of a sorted list, if it is in it."""
    place = bisect_left(ordered, item)
    if place < len(ordered) and ordered[place] == item:
        del ordered[place]


def look_at_run(bonded: Bonded, job_run_id: str, ground: Ground | None, at: int) -> None:
    """Have what a completed run's outputs carry worked out anew; with a ground, every answer about them falls."""
    entry = (bonded.job_runs[job_run_id].number, job_run_id)
    place = bisect_left(bonded.work.runs, entry)
    if place == len(bonded.work.runs) or bonded.work.runs[place] != entry:
        bonded.work.runs.insert(place, entry)
    if ground is not None:
        bonded.work.grounds[job_run_id] = ground
    arm(bonded, at)


def revoke(bonded: Bonded, subject: str, ground: Ground, at: int) -> None:
    """Have the answer that a consignment or an egress rests on revoked."""
    if all(waiting != subject for waiting, _ in bonded.work.revoke):
        bonded.work.revoke.append((subject, ground))
    arm(bonded, at)


def ask_again(bonded: Bonded, subject: str, at: int) -> None:
    """Have the fence asked about a consignment or an egress again."""
    if subject not in bonded.work.redecide:
        bonded.work.redecide.append(subject)
    arm(bonded, at)


def no_more_asking(bonded: Bonded, subject: str, rests: Consignment | Egress | Access, at: int) -> None:
    """Let the fence not be asked about it again: there is an answer, or it is over."""
    if rests.holds_until is not None:
        settle(bonded, rests.holds_until, "redecide", subject)
        rests.holds_until = None
    if subject in bonded.work.redecide:
        bonded.work.redecide.remove(subject)
        arm(bonded, at)


def tell(bonded: Bonded, fact: SourceReclassified, handbooks: Sequence[HandedOn], at: int) -> None:
    """Have handbooks told that what they were handed is other data, all of it or a part.

    Shape: a lot that is an origin of its own is no part of what its consignment turns out to be.
    """
    consignment_id, _, lot = fact.source_id.partition("/")
    bonded.work.pass_on += [
        (fact, each)
        for each in handbooks
        if (
            lot in each.lots
            if lot
            else any(f"{consignment_id}/{one}" not in bonded.origins for one in each.lots)
        )
    ]
    arm(bonded, at)


def restate(bonded: Bonded, output_id: str, at: int) -> None:
    """Have it looked at anew what is behind an output, if it is on sale."""
    if output_id in bonded.on_sale and output_id not in bonded.work.restate:
        bonded.work.restate.append(output_id)
        arm(bonded, at)


def restate_what_rests_on(bonded: Bonded, consignment_id: str, at: int) -> None:
    """Have it looked at anew what is behind all outputs on sale that are made of a consignment."""
    for output_id in sorted(bonded.on_sale):
        if any(each.consignment_id == consignment_id for each in bonded.on_sale[output_id].consignments):
            restate(bonded, output_id, at)


def restate_all(bonded: Bonded, at: int) -> None:
    """Have it looked at anew what is behind every output on sale."""
    waiting = set(bonded.work.restate)
    bonded.work.restate += [name for name in sorted(bonded.on_sale) if name not in waiting]
    arm(bonded, at)


def arm(bonded: Bonded, at: int) -> None:
    """Let the work go on by itself as long as there is any."""
    work = bonded.work
    first = work.describe or work.runs or work.revoke or work.against or bonded.fenced.ending
    some = bool(first or work.pass_on or work.redecide or work.restate)
    if some and work.since is None:
        work.since = at
        schedule(bonded, at, _WORK, "")
    elif not some and work.since is not None:
        settle(bonded, work.since, _WORK, "")
        work.since = None
