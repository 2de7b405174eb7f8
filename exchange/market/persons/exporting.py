"""What leaves the mainland counts in its exporter's year: by product version, or by origin where it was made in bond.

Persons of one origin are the same in whatever was made of it, so that they count once however many versions and
exports it is behind. What several origins hold together is known by what their exporter declares of all product
versions by which they left.
"""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf
from exchange.kernel.provenance import Provenance
from exchange.market.commands import InstrumentTerms
from exchange.market.persons.counting import PERSONAL, UNKNOWN, bond_name, version_name
from exchange.market.persons.running import sold_in
from exchange.market.persons.state import Exported, Numbers, Persons, Plain, Sold
from exchange.market.provenance.made_in_bond import persons_in


class Out(NamedTuple):
    """What became of counts: some are new, or new as let out to that group, or something is another now."""

    fresh: bool
    fresh_to_owner: bool
    changed: bool


def units_of(terms: InstrumentTerms, said: Provenance | None) -> Mapping[str, Numbers]:
    """What a sale of a version would let out, by the name that it is counted under.

    Shape: whom nobody has looked for since they were found of its upstream, the version holds itself.
    """
    if said is None or not said.persons:
        return {version_name(terms): persons_in(terms, said)}
    found = by_origin(said.persons)
    return found if PERSONAL.isdisjoint(terms.inherited) else {**found, version_name(terms): UNKNOWN}


def by_origin(persons: Iterable[PersonsOf]) -> Mapping[str, Numbers]:
    """Persons of origins."""
    return {
        bond_name(each.origin_id): Numbers(each.persons, each.sensitive_persons, each.foreign_persons)
        for each in persons
    }


def with_units(
    sold: Mapping[str, Sold], units: Mapping[str, Numbers], version: str
) -> tuple[Mapping[str, Numbers], Mapping[str, Set[str]]]:
    """All that counts were `units` sold by a version, and by which versions what is an origin has left."""
    numbers = {name: each.numbers for name, each in sold.items()} | dict(units)
    by = {name: {*each.by} for name, each in sold.items() if each.by}
    for name in units:
        if name != version:
            by[name] = by.get(name, set()) | {version}
    return numbers, by


def left_without(persons: Persons, exporter_id: ParticipantId, year: int, version: str, owner: Id) -> None:
    """Remember that data in which nobody knows of persons has left the mainland, until the year is over."""
    plain = persons.plain.get(exporter_id)
    if plain is None or plain.year < year:
        plain = persons.plain[exporter_id] = Plain(year)
    owners = plain.owners.setdefault(version, [])
    if owner not in owners:
        owners.append(owner)


def count_out(
    persons: Persons,
    exporter_id: ParticipantId,
    year: int,
    units: Mapping[str, Numbers],
    by: Iterable[str],
    owner: Id,
) -> Out:
    """Count what was let out."""
    exported = persons.exported.get(exporter_id)
    if exported is None or exported.year < year:
        exported = persons.exported[exporter_id] = Exported(year, dict(sold_in(persons, exporter_id, year)))
    if exported.year > year:
        return Out(fresh=False, fresh_to_owner=False, changed=False)
    fresh = fresh_to_owner = changed = False
    for name, numbers in units.items():
        fresh = fresh or name not in exported.versions
        sold = exported.versions.setdefault(name, Sold(numbers))
        ways = [each for each in by if each != name and each not in sold.by]
        fresh_to_owner = fresh_to_owner or owner not in sold.owners
        changed = changed or bool(ways)
        sold.by += ways
        sold.owners += [] if owner in sold.owners else [owner]
    return Out(fresh, fresh_to_owner, changed or fresh_to_owner)
