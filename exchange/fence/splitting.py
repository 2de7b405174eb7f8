"""Whether a group splits personal information among its exporters so that each stays below a threshold.

Source: rules.md section 5.3, CN-17; CAC Order 20 Art 5(3).
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from exchange.fence.ruleset import Ruleset
from exchange.fence.thresholds import thresholds
from exchange.kernel.unions import Numbers

Splitting: TypeAlias = Literal["none", "suspected", "confirmed"]


def suspected(each: Iterable[Numbers], ruleset: Ruleset, at: int) -> Splitting | None:
    """What is to be thought of what exporters of one group let out to one group of recipients in a year.

    Shape: `each` are the exporters' persons. What they hold together nobody declares; it is suspected where each is
    below a threshold and all of them, were their persons all different, would reach it. None where the persons of one
    of several are not known.
    """
    with_foreign = ruleset.terms.switches.count_art4_foreign_persons
    counts = [
        (_sum(persons, foreign if with_foreign else 0), sensitive) for persons, sensitive, foreign in each
    ]
    some = [both for both in counts if both != (0, 0)]
    if len(some) < 2:
        return "none"
    persons = [count for count, _ in some if count is not None]
    sensitive = [count for _, count in some if count is not None]
    if len(persons) < len(some) or len(sensitive) < len(some):
        return None
    least = thresholds(ruleset, at)
    if _split(persons, least.persons) or _split(sensitive, least.sensitive):
        return "suspected"
    return "none"


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _split(counts: Sequence[int], least: Iterable[int]) -> bool:
    """Whether all of them together would reach a threshold that each of them is below."""
    return any(max(counts) < each <= sum(counts) for each in least)
