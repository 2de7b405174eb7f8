"""How many distinct persons several parts hold together: a union where it is declared, and nothing where it is not.

A sum would count whoever is in several parts several times. A part is what is counted once: a product version, or a
consignment or source of data made in bond. Source: rules.md section 7, "Counting".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from exchange.kernel.persons import PersonSet

BY_ITSELF: Final[Mapping[str, Set[str]]] = {}
_KINDS: Final = ("persons", "sensitive", "foreign")
_WORDS: Final = ("persons", "sensitive persons", "foreign persons")


class Numbers(NamedTuple):
    """Distinct persons: of the mainland, sensitive ones of these, and of elsewhere. Shape: None is not known."""

    persons: int | None
    sensitive: int | None
    foreign: int | None


class Said(NamedTuple):
    """A union as it is declared. Shape: `names` are its parts, `numbers` as in `Numbers` and known."""

    names: Set[str]
    numbers: tuple[int, int, int]
    sets: tuple[PersonSet, ...] = ()


class Bounds(NamedTuple):
    """How many a part holds of each kind, at least and at most. Shape: None is not known."""

    least: Numbers
    most: Numbers


def least_union(
    alone: Mapping[str, int | None],
    declared: Iterable[tuple[Set[str], int]],
    by: Mapping[str, Set[str]] = BY_ITSELF,
) -> int | None:
    """Of one kind of persons: the least that is declared of these or more parts, or what the only one of them holds.

    Shape: `by` are names that a declaration has to have in place of a part's own. Parts without such persons add none.
    A union is never smaller than a part, which may have become larger. None where nobody has said it.
    """
    some = {name: count for name, count in alone.items() if count != 0}
    if not some:
        return 0
    largest = max((count for count in some.values() if count is not None), default=0)
    found = [
        max(count, largest)
        for names, count in declared
        if all(names >= (by.get(name) or {name}) for name in some)
    ]
    if len(some) == 1:
        found += [count for count in some.values() if count is not None]
    return min(found, default=None)


def not_counted(year: int, this_year: int) -> str | None:
    """Why nothing is declared for a calendar year, unless it is this one or the next."""
    if year in (this_year, this_year + 1):
        return None
    return f"persons are counted in {this_year}, and in {this_year + 1} ahead of it, not in {year}"


def distinct(counts: Iterable[int | None]) -> int | None:
    """How many persons of one kind several parts hold where nothing is declared of them together.

    Shape: None where more than one has some, since whom they share nobody has said.
    """
    return least_union({str(part): count for part, count in enumerate(counts)}, ())


def impossible(
    said: Said, parts: Sequence[Bounds], declared: Iterable[tuple[str, Said]], part: str
) -> Iterator[str]:
    """Everything about a declaration that cannot be, given what its parts hold.

    Shape: `declared` are those of the same year that count, with their ids; `part` is the word for what is united.
    """
    persons, sensitive, _ = said.numbers
    if sensitive > persons:
        yield f"{sensitive} of {persons} persons would be sensitive"
    yield from _of_sets(said)
    yield from _of_parts(said, parts, part)
    yield from _of_others(said, declared)


def _of_sets(said: Said) -> Iterator[str]:
    counts = dict(zip(_KINDS, said.numbers, strict=True))
    kinds = [each.of for each in said.sets]
    if len(set(kinds)) < len(kinds):
        yield "two sets are named for one kind of persons; name the set of the union alone"
    if len({each.salt_id for each in said.sets}) > 1:
        yield "its sets are salted differently, so nobody can unite them; hash them with one salt"
    for each in said.sets:
        if each.count != counts[each.of]:
            yield f"its set of {each.of} has {each.count} persons, and {counts[each.of]} are declared"
    missing = [kind for kind, count in counts.items() if count and kind not in kinds]
    if said.sets and missing:
        yield f"no set is named for {', '.join(missing)}; name it, or none at all for exact counts"


def _of_parts(said: Said, parts: Sequence[Bounds], part: str) -> Iterator[str]:
    for kind, (count, word) in enumerate(zip(said.numbers, _WORDS, strict=True)):
        least = max((low for each in parts if (low := each.least[kind]) is not None), default=0)
        if count < least:
            yield f"{count} {word} are fewer than the {least} of one {part} alone"
        highs = [each.most[kind] for each in parts]
        known = [high for high in highs if high is not None]
        if len(known) == len(highs) and count > sum(known):
            yield f"{count} {word} are more than the {sum(known)} of all {part}s taken together"


def _of_others(said: Said, declared: Iterable[tuple[str, Said]]) -> Iterator[str]:
    """A union of more is never smaller."""
    for declaration_id, other in declared:
        for count, there, word in zip(said.numbers, other.numbers, _WORDS, strict=True):
            told = f"{count} {word} are"
            if said.names < other.names and count > there:
                yield f"{told} more than the {there} of {declaration_id}, which has all of them"
            if other.names < said.names and count < there:
                yield f"{told} fewer than the {there} of {declaration_id}, a part of them"
