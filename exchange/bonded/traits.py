"""What data is that was made of several: of each trait the one that asks most of it, and unknown where none is.

What was found of the product version that a source is of, and that nobody has looked for in the source, may be in it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from exchange.bonded.values import Carried
from exchange.fence import DataTraits as FenceTraits
from exchange.kernel.product import DataTraits

TRAITS_BYTES_MAX = 3 * 1024
"""A description stands in every decision about what is made of the data."""
_CATEGORIES = ("general", "important", "core")
_ANONYMISATION = ("report_passed", "claimed", "none")
_PERSONAL = frozenset(("domestic", "personal"))


class Behind(NamedTuple):
    """A consignment or a source behind what moves."""

    origin_id: str
    traits: DataTraits
    carried: Carried

    @property
    def may_hold_persons(self) -> bool:
        """Whether nobody knows that there are no more persons in it than its description says."""
        return not _PERSONAL.isdisjoint(self.carried.unsaid)


def merged(behind: Sequence[Behind], carried_important: bool) -> FenceTraits:
    """The traits of what was made of data with these.

    Shape: a report that cleared `important` makes it general. Two classes of US data at once are none that is known.
    """
    traits = [each.traits for each in behind]
    may_hold_persons = any(each.may_hold_persons for each in behind)
    may_be_american = any("us" in each.carried.unsaid for each in behind)
    gravest = max(traits, key=lambda each: _CATEGORIES.index(each.category))
    notified = gravest.importance_basis in ("notified", "published")
    cleared = gravest.category == "important" and notified and not carried_important
    classes = {each.us_class for each in traits} - {"none"}
    sectors = {each.sector for each in traits}
    return FenceTraits(
        category="general" if cleared else gravest.category,
        importance_basis="none" if cleared else gravest.importance_basis,
        contains_pi=any(each.contains_pi for each in traits) or (None if may_hold_persons else False),
        anonymisation="none" if may_hold_persons else _least_anonymised(traits),
        eu_special_category=any(each.eu_special_category for each in traits),
        eu_art9_condition=all(each.eu_art9_condition for each in traits if each.eu_special_category)
        and any(each.eu_special_category for each in traits),
        us_class=None if len(classes) > 1 or may_be_american else next(iter(classes), "none"),
        us_persons_12m=_sum([each.us_persons_12m for each in traits]),
        us_government_related=any(each.us_government_related for each in traits)
        or (None if may_be_american else False),
        publicly_available_in=_public(traits),
        sector=sectors.pop() if len(sectors) == 1 else None,
    )


def that_fit(traits: DataTraits) -> DataTraits:
    """A description as a decision can hold it: one that is too long without its scenarios and fields, so that no list
    makes anything easier for the data.
    """
    if len(msgspec.json.encode(traits)) <= TRAITS_BYTES_MAX:
        return traits
    return replace(traits, scenario_ids=(), field_ids=())


def persons(each: Behind, *, sensitive: bool = False) -> int | None:
    """How many persons are in it; None where nobody knows."""
    if each.may_hold_persons:
        return None
    if not each.traits.contains_pi:
        return 0
    return each.traits.sensitive_persons if sensitive else each.traits.persons


def _least_anonymised(traits: Sequence[DataTraits]) -> str:
    of_persons = [each.anonymisation for each in traits if each.contains_pi] or ["none"]
    return max(of_persons, key=_ANONYMISATION.index)


def _public(traits: Sequence[DataTraits]) -> tuple[str, ...]:
    places = [set(each.publicly_available_in) for each in traits]
    return tuple(sorted(places[0].intersection(*places[1:])))


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if len(known) == len(counts) else None


def is_foreign(carried: Carried, mainland: frozenset[str]) -> bool:
    """Whether some of it was collected outside the mainland."""
    return not mainland.issuperset(carried.origins)
