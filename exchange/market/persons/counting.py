"""How many distinct persons product versions hold together: a union where it is known, and nothing where it is not.

A sum would count whoever is in several versions several times. What one version holds is known by its description; what
several hold together only by what their exporter has declared of them, or of more than them.
Source: rules.md section 7, "Counting".
"""

from collections.abc import Iterable, Mapping, Set
from typing import Final

from exchange.kernel.ids import ParticipantId
from exchange.kernel.persons import MAINLAND, UnitedPersons
from exchange.kernel.unions import BY_ITSELF, least_union
from exchange.market.commands import InstrumentTerms
from exchange.market.persons.state import Numbers, Persons, Union

PERSONAL: Final = frozenset(("domestic", "personal"))
"""What is found of an upstream when persons are."""
UNKNOWN: Final = Numbers(None, None, None)


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


def bond_name(origin_id: str) -> str:
    """What an origin of data made in bond is counted under; a name with a space is no version's."""
    return f"bond {origin_id}"


def together(
    persons: Persons,
    exporter_id: ParticipantId,
    year: int,
    versions: Mapping[str, Numbers],
    by: Mapping[str, Set[str]] = BY_ITSELF,
) -> Numbers:
    """How many distinct persons several versions of one exporter hold together; None where nobody has said it.

    Shape: `by` are the versions by which one that is an origin has left; a version leaves by itself.
    """
    unions = [each for each in persons.united.get(exporter_id, ()) if each.year == year]
    return Numbers(*(_united(kind, versions, by, unions) for kind in range(len(Numbers._fields))))


def _united(
    kind: int, versions: Mapping[str, Numbers], by: Mapping[str, Set[str]], unions: Iterable[Union]
) -> int | None:
    declared = [(each.versions, count) for each in unions if (count := each.numbers[kind]) is not None]
    return least_union({name: numbers[kind] for name, numbers in versions.items()}, declared, by)


def union_of(united: UnitedPersons) -> Union:
    """A declaration as it is counted by."""
    numbers = Numbers(united.persons, united.sensitive_persons, united.foreign_persons)
    return Union(united.year, frozenset(map(str, united.versions)), numbers)
