"""How many distinct persons product versions hold together: a union where it is known, and nothing where it is not.

A sum would count whoever is in several versions several times. What one version holds is known by its description; what
several hold together only by what their exporter has declared of them, or of more than them.
Source: rules.md section 7, "Counting".
"""

from collections.abc import Iterable, Mapping

from exchange.kernel.ids import ParticipantId
from exchange.kernel.persons import MAINLAND, UnitedPersons
from exchange.market.commands import InstrumentTerms
from exchange.market.persons.state import Numbers, Persons, Sold, Union


def numbers_of(terms: InstrumentTerms) -> Numbers:
    """How many persons a product version holds.

    Shape: where only a sum of both is known, all of it counts as either; where even that is not, None.
    """
    traits = terms.traits
    if not traits.contains_pi:
        return Numbers(0, 0, 0)
    domestic = not traits.collected_in or bool(MAINLAND.intersection(traits.collected_in))
    foreign = not traits.collected_in or not MAINLAND.issuperset(traits.collected_in)
    return Numbers(
        traits.persons if domestic else 0,
        traits.sensitive_persons if domestic else 0,
        traits.persons if foreign else 0,
    )


def version_name(terms: InstrumentTerms) -> str:
    """What a product version is counted under."""
    return f"{terms.product_id}/{terms.version}"


def sold_in(persons: Persons, exporter_id: ParticipantId, year: int) -> Mapping[str, Sold]:
    """What an exporter has sold out of the mainland in a year."""
    exported = persons.exported.get(exporter_id)
    return exported.versions if exported is not None and exported.year == year else {}


def together(
    persons: Persons, exporter_id: ParticipantId, year: int, versions: Mapping[str, Numbers]
) -> Numbers:
    """How many distinct persons several versions of one exporter hold together; None where nobody has said it."""
    unions = [each for each in persons.united.get(exporter_id, ()) if each.year == year]
    return Numbers(*(_united(kind, versions, unions) for kind in range(len(Numbers._fields))))


def _united(kind: int, versions: Mapping[str, Numbers], unions: Iterable[Union]) -> int | None:
    """Of one kind of persons: the least that is declared of these or more versions, or what the only one of them holds.

    Shape: versions without such persons add none. A union is never smaller than a part, which may have become larger.
    """
    some = {name: numbers[kind] for name, numbers in versions.items() if numbers[kind] != 0}
    if not some:
        return 0
    largest = max((alone for alone in some.values() if alone is not None), default=0)
    found = [
        max(count, largest)
        for each in unions
        if (count := each.numbers[kind]) is not None and each.versions.issuperset(some)
    ]
    if len(some) == 1:
        found += [alone for alone in some.values() if alone is not None]
    return min(found, default=None)


def union_of(united: UnitedPersons) -> Union:
    """A declaration as it is counted by."""
    numbers = Numbers(united.persons, united.sensitive_persons, united.foreign_persons)
    return Union(united.year, frozenset(map(str, united.versions)), numbers)
