"""Whose persons count in an exporter's year, and what is asked about again once more of them do.

What leaves the zone and what markets sell of it count once: zones tell the markets what was let out, and markets tell
a zone what was sold of what it made.
"""

from collections.abc import Sequence

from exchange.bonded.agenda import ask_again
from exchange.bonded.crossing import Behind, behind_it, year_key, year_of
from exchange.bonded.facts import EgressRequested
from exchange.bonded.fenced.ending import look_again_where
from exchange.bonded.parties import not_a_policy
from exchange.bonded.persons.commands import CountSale
from exchange.bonded.persons.facts import PersonsCounted
from exchange.bonded.persons.state import LetOut, received_key
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Egress
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.taint import carried_by_run, together
from exchange.bonded.traits import is_foreign, persons
from exchange.bonded.values import Carried
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.persons import MAINLAND, PersonsOf
from exchange.kernel.refusals import refused


def count_sale(bonded: Bonded, command: CountSale, cause: Cause) -> Sequence[Fact]:
    """Count what a market has sold of an output."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    said = bonded.on_sale.get(command.output_id)
    if said is None or said.seller_id != command.exporter_id:
        detail = f"{command.exporter_id} offers no such output here"
        return (refused(command, Reason.OUTPUT_UNKNOWN, command.output_id, detail),)
    return (_counted(bonded, (command.output_id,), command.exporter_id, command.owner, command.year),)


def export_counted(bonded: Bonded, requested: EgressRequested, at: int) -> tuple[Fact, ...]:
    """What an export that was approved lets out, where not all of it counts in the year already as let out to whom."""
    names, domestic = behind_outputs(bonded, requested.output_ids)
    owner = bonded.parties[requested.recipient_id].beneficial_owner
    if _all_count(bonded, requested.processor_id, owner, names, domestic, at):
        return ()
    return (_counted(bonded, requested.output_ids, requested.processor_id, owner, year_of(at)),)


def look_counted(
    bonded: Bonded, processor_id: str, names: Sequence[str], carried: Sequence[Carried], by: str, at: int
) -> tuple[Fact, ...]:
    """What is behind something that is seen from abroad, where not all of it counts in the year already.

    Shape: looking from abroad is an export to there. Source: rules.md section 5.3, CN-21.
    """
    domestic = together(carried).domestic_pi
    owner = bonded.parties[processor_id].beneficial_owner
    if _all_count(bonded, processor_id, owner, names, domestic, at):
        return ()
    counted = PersonsCounted(
        exporter_id=processor_id,
        year=year_of(at),
        owner=owner,
        by=(by,),
        origin_ids=tuple(names),
        domestic=domestic,
        persons=persons_of(behind_it(bonded, names), domestic),
    )
    return (counted,)


def _all_count(
    bonded: Bonded, exporter_id: str, owner: str, names: Sequence[str], domestic: bool, at: int
) -> bool:
    """Whether all of it counts in the year already as let out to `owner`, as domestic where it carries such persons."""
    let_out = bonded.received.get(received_key(owner, year_of(at)), {}).get(exporter_id, LetOut())
    return set(names) <= set(let_out.any) and (not domestic or set(names) <= set(let_out.domestic))


def behind_outputs(bonded: Bonded, output_ids: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """All consignments and sources behind outputs, and whether these carry persons of the mainland."""
    runs = [bonded.job_runs[bonded.outputs[name].job_run_id] for name in output_ids]
    names = dict.fromkeys(name for run in runs for name in (*run.started.consignment_ids, *run.source_ids))
    return tuple(names), any(carried_by_run(bonded, run.started.job_run_id).domestic_pi for run in runs)


def persons_of(behind: Sequence[Behind], domestic: bool) -> tuple[PersonsOf, ...]:
    """The persons of each origin that has some; those of the mainland where what is made of it carries any."""
    found = (
        PersonsOf(
            origin_id=each.origin_id,
            persons=_where(domestic and each.carried.domestic_pi, each),
            sensitive_persons=_where(domestic and each.carried.domestic_pi, each, sensitive=True),
            foreign_persons=_where(is_foreign(each.carried, MAINLAND), each),
        )
        for each in behind
    )
    return tuple(each for each in found if (each.persons, each.foreign_persons) != (0, 0))


def count_persons(bonded: Bonded, egress: Egress, at: int) -> None:
    """What is behind an export counts in its year, once; as domestic where it carries domestic persons."""
    fact = egress.requested
    names, domestic = behind_outputs(bonded, fact.output_ids)
    owner = bonded.parties[fact.recipient_id].beneficial_owner
    add_persons(bonded, fact.processor_id, owner, year_of(at), names, domestic, at, fact.egress_id)


def add_persons(
    bonded: Bonded,
    exporter_id: str,
    owner: str,
    year: int,
    names: Sequence[str],
    domestic: bool,
    at: int,
    egress_id: str = "",
) -> None:
    """What is behind something counts.

    Shape: what rests on the count is asked about again where it grows: other exports of the same exporter that have
    not left, those of its group to the group `owner`, and whoever of these looks from outside the zone.
    """
    let_out = bonded.received.setdefault(received_key(owner, year), {}).setdefault(exporter_id, LetOut())
    any_key, domestic_key = year_key(exporter_id, year, "any"), year_key(exporter_id, year, "domestic")
    grown = _add(bonded.exported.setdefault(any_key, []), names)
    grown = _add(let_out.any, names) or grown
    if domestic:
        grown = _add(bonded.exported.setdefault(domestic_key, []), names) or grown
        grown = _add(let_out.domestic, names) or grown
    if grown:
        ask_again_of(bonded, exporter_id, owner, egress_id, at)


def _counted(
    bonded: Bonded, output_ids: Sequence[str], exporter_id: str, owner: str, year: int
) -> PersonsCounted:
    names, domestic = behind_outputs(bonded, output_ids)
    on_sale = (bonded.on_sale.get(name) for name in output_ids)
    by = (
        name if said is None else f"{said.product_id}/{said.version}"
        for name, said in zip(output_ids, on_sale, strict=True)
    )
    return PersonsCounted(
        exporter_id=exporter_id,
        year=year,
        owner=owner,
        by=tuple(by),
        origin_ids=names,
        domestic=domestic,
        persons=persons_of(behind_it(bonded, names), domestic),
    )


def _where(counts: bool, each: Behind, *, sensitive: bool = False) -> int | None:
    return persons(each, sensitive=sensitive) if counts else 0


def _add(counted: list[str], names: Sequence[str]) -> bool:
    before = set(counted)
    more = [name for name in dict.fromkeys(names) if name not in before]
    counted += more
    return bool(more)


def ask_again_of(bonded: Bonded, exporter_id: str, owner: str | None, egress_id: str, at: int) -> None:
    """Have asked again what rests on the persons that an exporter let out to a group, but for one export.

    Shape: `owner` None is every group.
    """
    exporter = bonded.parties.get(exporter_id)

    def counts_for(processor_id: str, recipient_id: str) -> bool:
        sister = (
            exporter is not None
            and bonded.parties[processor_id].beneficial_owner == exporter.beneficial_owner
        )
        return processor_id == exporter_id or (
            sister and owner in (None, bonded.parties[recipient_id].beneficial_owner)
        )

    for name in bonded.open_ids:
        other = bonded.egresses.get(name)
        if other is None or name == egress_id or other.requested.kind != "export":
            continue
        if counts_for(other.requested.processor_id, other.requested.recipient_id):
            ask_again(bonded, name, at)
    look_again_where(
        bonded,
        at,
        lambda each: each.seen_from != BONDED_PLACE and counts_for(each.processor_id, each.processor_id),
    )
