"""What a job run made, held against what went in: items, units, declared coefficients."""

from collections.abc import Mapping

from exchange.bonded.commands import CompleteJobRun
from exchange.bonded.items import PIECES_MAX, Wanted, added, as_ranges, not_there, scattered, went_in_to
from exchange.bonded.ranges import Intervals, common, counted, without
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, JobRun, by_lot, on_hand
from exchange.bonded.values import ItemRange, Made, MadeOutput
from exchange.kernel.bases import Cause
from exchange.kernel.fields import wrong_fields
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

RANGES_MAX = 100
"""Ranges that one output's items may fall into."""


def made_of(
    bonded: Bonded, command: CompleteJobRun, run: JobRun, cause: Cause
) -> tuple[tuple[MadeOutput, ...], tuple[ItemRange, ...]] | Refused:
    """The outputs as they enter the books, and the items that they are the first products of."""
    went_in = went_in_to(bonded, run)
    inputs = _named(run)
    outputs: list[MadeOutput] = []
    in_products: dict[tuple[str, str], Intervals] = {}
    for number, made in enumerate(command.made):
        items = by_lot(made.items) if made.items else went_in
        if refusal := _unfit(bonded, command, run, made, items, went_in):
            return refusal
        if refusal := _unfit_fields(command, made, inputs):
            return refusal
        if made.kind == "product":
            in_products = added(in_products, items)
        output_id = derived_id("O", cause.partition, cause.offset, number)
        outputs.append(_entered(output_id, run, made, items))
    consumed = {
        (name, lot): common(on_hand(bonded.consignments[name].lots[lot]), items)
        for (name, lot), items in in_products.items()
    }
    found = as_ranges(consumed)
    if refusal := _scattered(bonded, command, consumed):
        return refusal
    return tuple(outputs), found


def _unfit(
    bonded: Bonded, command: CompleteJobRun, run: JobRun, made: Made, items: Wanted, went_in: Wanted
) -> Refused | None:
    """Why an output cannot enter the books."""
    for name, intervals in sorted(items.items()):
        if beyond := without(intervals, went_in.get(name, [])):
            first, last = beyond[0]
            detail = f"{name[1]}:{first}-{last} of {name[0]} did not go in"
            return refused(command, Reason.ITEMS_NOT_INPUT, made.reference, detail)
    if sum(map(len, items.values())) > RANGES_MAX:
        return scattered(command, made.reference, f"its items are more than {RANGES_MAX} ranges")
    if made.kind == "product":
        return _unfit_product(bonded, command, made, items)
    return _unfit_by_product(bonded, command, run, made, items) if made.kind == "by_product" else None


def _named(run: JobRun) -> frozenset[str]:
    """What went into a run, as declared fields name it."""
    lots = (f"{each.consignment_id}/{each.lot}" for each in run.started.items)
    return frozenset((*lots, *run.started.output_ids, *run.started.source_ids))


def _unfit_fields(command: CompleteJobRun, made: Made, inputs: frozenset[str]) -> Refused | None:
    """Why the declared fields of an output cannot be."""
    wrong = wrong_fields(made.fields, inputs)
    if wrong is None:
        return None
    if wrong.what == "alike":
        return refused(command, Reason.FIELDS_ALIKE, made.reference, f"{wrong.name} is declared twice")
    detail = f"{wrong.name} is said to be made from a field of {wrong.of}, which did not go in"
    return refused(command, Reason.FIELD_SOURCE_UNKNOWN, made.reference, detail)


def _unfit_product(bonded: Bonded, command: CompleteJobRun, made: Made, items: Wanted) -> Refused | None:
    if not items:
        return refused(command, Reason.PRODUCT_EMPTY, made.reference, "it holds no item of a consignment")
    return _beyond(bonded, command, made, items) or not_there(bonded, command, items)


def _beyond(bonded: Bonded, command: CompleteJobRun, made: Made, items: Wanted) -> Refused | None:
    """Why a product counts more than it holds; bytes may grow, since what is labelled takes more of them."""
    units = {name: bonded.consignments[name[0]].proposed.unit for name in items}
    if made.unit == "byte" or made.unit not in units.values():
        return None
    holds = sum(counted(intervals) for name, intervals in items.items() if units[name] == made.unit)
    if made.quantity <= holds:
        return None
    detail = f"it counts {made.quantity} {made.unit}, and holds {holds} items of that unit"
    return refused(command, Reason.PRODUCT_BEYOND, made.reference, detail)


def _unfit_by_product(
    bonded: Bonded, command: CompleteJobRun, run: JobRun, made: Made, items: Wanted
) -> Refused | None:
    units = {bonded.consignments[name].proposed.unit for name in run.started.consignment_ids}
    if made.unit in units:
        detail = f"{made.unit} is the unit of a consignment behind it"
        return refused(command, Reason.UNIT_NOT_OWN, made.reference, detail)
    most = _yielded(run, made, items)
    if most is None:
        declared = ", ".join(each.unit for each in run.started.coefficients) or "none"
        detail = f"{made.unit} was not declared; declared: {declared}"
        return refused(command, Reason.COEFFICIENT_MISSING, made.reference, detail)
    if made.quantity > most:
        detail = f"{made.quantity} {made.unit} were made, {most} are what was declared yields"
        return refused(command, Reason.COEFFICIENT_EXCEEDED, made.reference, detail)
    return None


def _yielded(run: JobRun, made: Made, items: Wanted) -> int | None:
    """How much the declared coefficient yields at most of these items; None where none was declared."""
    declared = next((each for each in run.started.coefficients if each.unit == made.unit), None)
    if declared is None:
        return None
    return -(-sum(map(counted, items.values())) * declared.yields // declared.per_items)


def _entered(output_id: str, run: JobRun, made: Made, items: Wanted) -> MadeOutput:
    yielded = _yielded(run, made, items) if made.kind == "by_product" else None
    return MadeOutput(
        output_id=output_id,
        kind=made.kind,
        reference=made.reference,
        unit=made.unit,
        quantity=made.quantity,
        expected=made.quantity if yielded is None else yielded,
        size_bytes=made.size_bytes,
        sha256=made.sha256,
        items=as_ranges(items),
        fields=made.fields,
    )


def _scattered(
    bonded: Bonded, command: CompleteJobRun, consumed: Mapping[tuple[str, str], Intervals]
) -> Refused | None:
    for (name, lot), items in sorted(consumed.items()):
        book = bonded.consignments[name].lots[lot]
        if sum(map(len, book.left.values())) + len(book.held) + len(items) > PIECES_MAX:
            return scattered(command, name, f"lot {lot} is kept in as many pieces as may be")
    return None
