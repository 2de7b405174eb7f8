"""Items as commands name them: whether they are there, and whether they may be used or leave."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from exchange.bonded.ranges import Intervals, common, counted, joined
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment, JobRun, LotBook, by_lot
from exchange.bonded.values import ItemRange
from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

Wanted: TypeAlias = Mapping[tuple[str, str], Intervals]
"""Items by consignment and lot."""
PIECES_MAX = 1_000
"""Intervals that the books of one lot may fall into."""


def named(bonded: Bonded, command: Command, items: Sequence[ItemRange]) -> Wanted | Refused:
    """Items that there are, each named once, or why they are not."""
    for each in items:
        consignment = open_one(bonded, command, each.consignment_id)
        if isinstance(consignment, Refused):
            return consignment
        lot = consignment.lots.get(each.lot)
        if lot is None or not each.first <= each.last < lot.quantity:
            there = ", ".join(
                f"{name}:0-{consignment.lots[name].quantity - 1}" for name in sorted(consignment.lots)[:10]
            )
            detail = f"{shown(each)} is not all there; {each.consignment_id} has {there}"
            return refused(command, Reason.ITEMS_UNKNOWN, each.consignment_id, detail)
    wanted = by_lot(tuple(items))
    if sum(map(counted, wanted.values())) != sum(each.last - each.first + 1 for each in items):
        detail = "ranges overlap"
        return refused(command, Reason.ITEMS_TWICE, items[0].consignment_id, detail)
    return wanted


def open_one(bonded: Bonded, command: Command, consignment_id: str) -> Consignment | Refused:
    """A consignment that is not written off, or why there is none."""
    consignment = bonded.consignments.get(consignment_id)
    if consignment is None:
        detail = f"no consignment {consignment_id} is in a business zone of this partition"
        return refused(command, Reason.CONSIGNMENT_UNKNOWN, consignment_id, detail)
    if consignment.phase == "written_off":
        detail = f"handbook {consignment.proposed.handbook_no} is closed"
        return refused(command, Reason.CONSIGNMENT_CLOSED, consignment_id, detail)
    return consignment


def not_there(bonded: Bonded, command: Command, wanted: Wanted) -> Refused | None:
    """Why items cannot be worked on: they have left, or wait to."""
    for (consignment_id, name), items in sorted(wanted.items()):
        lot = bonded.consignments[consignment_id].lots[name]
        gone = joined(
            *(lot.left.get(way, []) for way in ("returned", "transferred_out", "scrapped", "destroyed"))
        )
        if found := common(gone, items):
            detail = f"{_some(name, found)} left the books"
            return refused(command, Reason.ITEMS_GONE, consignment_id, detail)
        if found := common(lot.held, items):
            detail = f"{_some(name, found)} wait to leave"
            return refused(command, Reason.ITEMS_HELD, consignment_id, detail)
    return None


def not_to_leave(bonded: Bonded, command: Command, wanted: Wanted) -> Refused | None:
    """Why items cannot leave the books: they have to be on hand, and nobody may be at work on them."""
    if (refusal := not_there(bonded, command, wanted)) is not None:
        return refusal
    for (consignment_id, name), items in sorted(wanted.items()):
        consignment = bonded.consignments[consignment_id]
        lot = consignment.lots[name]
        if found := common(lot.left.get("consumed", []), items):
            detail = f"{_some(name, found)} are part of a product"
            return refused(command, Reason.ITEMS_CONSUMED, consignment_id, detail)
        for job_run_id in consignment.running_ids:
            at_work = went_in_to(bonded, bonded.job_runs[job_run_id]).get((consignment_id, name), [])
            if found := common(at_work, items):
                detail = f"{job_run_id} works on {_some(name, found)}"
                return refused(command, Reason.ITEMS_IN_JOB, consignment_id, detail)
        if _pieces(lot) + len(items) > PIECES_MAX:
            return scattered(command, consignment_id, f"lot {name} is kept in {_pieces(lot)} pieces already")
    return None


def went_in_to(bonded: Bonded, run: JobRun) -> Wanted:
    """All items behind a run: those it took itself, and those in the outputs that it took."""
    found: dict[tuple[str, str], Intervals] = dict(by_lot(run.started.items))
    for output_id in run.started.output_ids:
        found = added(found, by_lot(bonded.outputs[output_id].made.items))
    return found


def added(one: Wanted, other: Wanted) -> dict[tuple[str, str], Intervals]:
    """All items of both."""
    return {name: joined(one.get(name, []), other.get(name, [])) for name in sorted({*one, *other})}


def scattered(command: Command, subject: str, detail: str) -> Refused:
    """The refusal of what would fall into more pieces than are kept."""
    return refused(command, Reason.ITEMS_SCATTERED, subject, f"{detail}; name larger ranges")


def as_ranges(wanted: Wanted) -> tuple[ItemRange, ...]:
    """Intervals as facts name them, in order."""
    return tuple(
        ItemRange(consignment_id=consignment_id, lot=lot, first=first, last=last)
        for (consignment_id, lot), intervals in sorted(wanted.items())
        for first, last in intervals
    )


def shown(items: ItemRange) -> str:
    """As people write it."""
    return f"{items.lot}:{items.first}-{items.last}"


def _some(name: str, items: Intervals) -> str:
    first, last = items[0]
    return f"{name}:{first}-{last}"


def _pieces(lot: LotBook) -> int:
    return sum(map(len, lot.left.values())) + len(lot.held)
