"""What a union can be: never smaller than a part, never larger than all parts taken together."""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Count
from exchange.kernel.persons import MAINLAND, UnitedPersons
from exchange.kernel.product import DataTraits
from exchange.registry.persons.commands import DeclarePersons

_WORDS = {"persons": "persons", "sensitive": "sensitive persons", "foreign": "foreign persons"}


def impossible(
    command: DeclarePersons, parts: Sequence[DataTraits], declared: Sequence[UnitedPersons]
) -> Iterator[str]:
    """Everything about a declaration that cannot be, given what its versions were drafted with and declared before."""
    if command.sensitive_persons > command.persons:
        yield f"{command.sensitive_persons} of {command.persons} persons would be sensitive"
    yield from _of_sets(command)
    yield from _of_parts(command, parts)
    yield from _of_others(command, declared)


def _of_sets(command: DeclarePersons) -> Iterator[str]:
    said = _counts(command)
    kinds = [each.of for each in command.sets]
    if len(set(kinds)) < len(kinds):
        yield "two sets are named for one kind of persons; name the set of the union alone"
    if len({each.salt_id for each in command.sets}) > 1:
        yield "its sets are salted differently, so nobody can unite them; hash them with one salt"
    for each in command.sets:
        if each.count != said[each.of]:
            yield f"its set of {each.of} has {each.count} persons, and {said[each.of]} are declared"
    missing = [kind for kind, count in said.items() if count and kind not in kinds]
    if command.sets and missing:
        yield f"no set is named for {', '.join(missing)}; name it, or none at all for exact counts"


def _counts(united: DeclarePersons | UnitedPersons) -> dict[str, int]:
    return {
        "persons": united.persons,
        "sensitive": united.sensitive_persons,
        "foreign": united.foreign_persons,
    }


def _of_parts(command: DeclarePersons, parts: Sequence[DataTraits]) -> Iterator[str]:
    said = _counts(command)
    for kind in said:
        numbers = [_held(traits, kind) for traits in parts]
        least = max((low for low, _ in numbers if low is not None), default=0)
        if said[kind] < least:
            yield f"{said[kind]} {_WORDS[kind]} are fewer than the {least} of one version alone"
        highs = [high for _, high in numbers]
        if None not in highs and said[kind] > (most := sum(high for high in highs if high is not None)):
            yield f"{said[kind]} {_WORDS[kind]} are more than the {most} of all versions taken together"


def _held(traits: DataTraits, kind: str) -> tuple[Count | None, Count | None]:
    """How many a version holds of a kind at least and at most; None where that is not known."""
    collected = traits.collected_in
    domestic = not collected or bool(MAINLAND.intersection(collected))
    foreign = not collected or not MAINLAND.issuperset(collected)
    if not (foreign if kind == "foreign" else domestic):
        return 0, 0
    total = traits.sensitive_persons if kind == "sensitive" else traits.persons
    return (0 if domestic and foreign else total), total


def _of_others(command: DeclarePersons, declared: Sequence[UnitedPersons]) -> Iterator[str]:
    """A union of more is never smaller."""
    named, said = set(command.versions), _counts(command)
    for each in declared:
        other = set(each.versions)
        if each.year != command.year or other == named:
            continue
        for kind, count in _counts(each).items():
            told = f"{said[kind]} {_WORDS[kind]} are"
            if named < other and said[kind] > count:
                yield f"{told} more than the {count} of {each.declaration_id}, which has all of them"
            if other < named and said[kind] < count:
                yield f"{told} fewer than the {count} of {each.declaration_id}, a part of them"
