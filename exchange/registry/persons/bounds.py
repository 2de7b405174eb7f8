"""What a union of product versions can be, given what these were drafted with."""

from collections.abc import Iterable, Iterator, Sequence

from exchange.kernel.persons import MAINLAND, UnitedPersons
from exchange.kernel.product import DataTraits
from exchange.kernel.unions import Bounds, Numbers, Said
from exchange.kernel.unions import impossible as impossible_union
from exchange.registry.persons.commands import DeclarePersons


def impossible(
    command: DeclarePersons, parts: Sequence[DataTraits], declared: Iterable[UnitedPersons]
) -> Iterator[str]:
    """Everything about a declaration that cannot be, given what its versions were drafted with and declared before."""
    others = ((each.declaration_id, _said(each)) for each in declared if each.year == command.year)
    return impossible_union(_said(command), [_bounds(traits) for traits in parts], others, "version")


def _said(united: DeclarePersons | UnitedPersons) -> Said:
    numbers = (united.persons, united.sensitive_persons, united.foreign_persons)
    return Said(frozenset(map(str, united.versions)), numbers, united.sets)


def _bounds(traits: DataTraits) -> Bounds:
    """How many a version holds; where only a sum of mainland and elsewhere is known, at least none of either."""
    collected = traits.collected_in
    domestic = not collected or bool(MAINLAND.intersection(collected))
    foreign = not collected or not MAINLAND.issuperset(collected)
    most = Numbers(
        traits.persons if domestic else 0,
        traits.sensitive_persons if domestic else 0,
        traits.persons if foreign else 0,
    )
    return Bounds(Numbers(0, 0, 0) if domestic and foreign else most, most)
