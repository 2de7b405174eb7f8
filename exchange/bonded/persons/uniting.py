"""Unions of consignments and sources: declared by whoever exports what is made of them."""

from collections.abc import Iterable, Sequence, Set
from typing import Final

from exchange.bonded.crossing import behind_it, year_of
from exchange.bonded.parties import lacking
from exchange.bonded.persons.commands import UnitePersons
from exchange.bonded.persons.counting import ask_again_of
from exchange.bonded.persons.covering import held_by
from exchange.bonded.persons.facts import PersonsUnited
from exchange.bonded.persons.state import Union
from exchange.bonded.persons.values import UnitedOrigins
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.traits import Behind
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.unions import Bounds, Numbers, Said, impossible, not_counted

UNIONS_MAX: Final = 100
"""Declarations of one exporter that count at a time."""


def unite(bonded: Bonded, command: UnitePersons, cause: Cause) -> Sequence[Fact]:
    """Let a union count that can be one, of what the exporter works on and holds persons."""
    if (refusal := lacking(bonded, command, cause, "processor")) is not None:
        return (refusal,)
    this_year = year_of(cause.at)
    if (detail := not_counted(command.year, this_year)) is not None:
        return (refused(command, Reason.PERSONS_YEAR, str(command.year), detail),)
    parts = _parts(bonded, command, cause.actor)
    if isinstance(parts, Refused):
        return (parts,)
    counting = [each for each in bonded.united.get(cause.actor, ()) if each.year >= this_year]
    same_year = [(each.declaration_id, _said(each)) for each in counting if each.year == command.year]
    said = Said(
        frozenset(command.origin_ids),
        (command.persons, command.sensitive_persons, command.foreign_persons),
        command.sets,
    )
    fault = next(impossible(said, [_bounds(held_by(each)) for each in parts], same_year, "source"), None)
    if fault is not None:
        return (refused(command, Reason.PERSONS_IMPOSSIBLE, cause.actor, fault),)
    if len(_but(counting, command.year, said.names)) >= UNIONS_MAX:
        detail = f"{UNIONS_MAX} declarations of {cause.actor} count; declare one of all together"
        return (refused(command, Reason.PERSONS_TOO_MANY, cause.actor, detail),)
    united = UnitedOrigins(
        declaration_id=derived_id("PU", cause.partition, cause.offset, 0),
        exporter_id=cause.actor,
        year=command.year,
        origin_ids=tuple(sorted(said.names)),
        persons=command.persons,
        sensitive_persons=command.sensitive_persons,
        foreign_persons=command.foreign_persons,
        sets=command.sets,
    )
    return (PersonsUnited(united=united),)


def united(bonded: Bonded, fact: PersonsUnited, at: int) -> None:
    """Count by it from now on; what rests on the exporter's count is asked about again."""
    said = fact.united
    union = Union(
        declaration_id=said.declaration_id,
        year=said.year,
        persons=said.persons,
        sensitive=said.sensitive_persons,
        foreign=said.foreign_persons,
        held={each.origin_id: held_by(each) for each in behind_it(bonded, said.origin_ids)},
    )
    before = [each for each in bonded.united.get(said.exporter_id, ()) if each.year >= said.year - 1]
    bonded.united[said.exporter_id] = [*_but(before, said.year, frozenset(said.origin_ids)), union]
    ask_again_of(bonded, said.exporter_id, None, "", at)


def _parts(bonded: Bonded, command: UnitePersons, exporter_id: str) -> tuple[Behind, ...] | Refused:
    """What is named, as it is described now; or why it cannot be counted."""
    names = tuple(dict.fromkeys(command.origin_ids))
    if len(names) < 2:
        detail = "one alone is no union; what it holds is known by its description"
        return refused(command, Reason.PERSONS_IMPOSSIBLE, names[0], detail)
    for name in names:
        if name not in bonded.origins:
            return refused(command, Reason.SOURCE_UNKNOWN, name, "no consignment or source here is called so")
        if not _works_on(bonded, exporter_id, name):
            detail = f"{exporter_id} processes no such data; each exporter counts its own persons"
            return refused(command, Reason.NOT_OWN, name, detail)
    parts = behind_it(bonded, names)
    for each in parts:
        if each.may_hold_persons:
            detail = "nobody has looked how many persons are in it"
            return refused(command, Reason.PERSONS_UNSEEN, each.origin_id, detail)
        if not any(held_by(each)):
            detail = f"{each.origin_id} is described as without personal information"
            return refused(command, Reason.PERSONS_NONE, each.origin_id, detail)
    return parts


def _works_on(bonded: Bonded, exporter_id: str, name: str) -> bool:
    """Whether it is in the exporter's handbook, its own source, or behind what it made."""
    consignment, source = bonded.consignments.get(name.partition("/")[0]), bonded.sources.get(name)
    return (
        (consignment is not None and consignment.proposed.processor_id == exporter_id)
        or (source is not None and source.by_id == exporter_id)
        or any(
            bonded.job_runs[each].started.processor_id == exporter_id
            for each in bonded.origins[name].job_run_ids
        )
    )


def _bounds(held: Numbers) -> Bounds:
    """How many one holds; where mainland and elsewhere are mixed, at least none of either."""
    mixed = bool(held.persons and held.foreign)
    return Bounds(Numbers(0, 0, 0) if mixed else held, held)


def _said(union: Union) -> Said:
    return Said(union.held.keys(), (union.persons, union.sensitive, union.foreign))


def _but(unions: Iterable[Union], year: int, names: Set[str]) -> list[Union]:
    """All but the one of these names and year."""
    return [each for each in unions if each.year != year or each.held.keys() != names]
