"""Whether one description of data asks less of whoever has it than another does."""

from collections.abc import Iterator
from typing import Final

from exchange.kernel.product import DataTraits

_RISING: Final[dict[str, tuple[object, ...]]] = {
    "category": ("general", "important", "core"),
    "importance_basis": ("none", "self_assessed", "published", "notified"),
    "contains_pi": (False, True),
    "anonymisation": ("report_passed", "claimed", "none"),
    "us_government_related": (False, True),
    "eu_special_category": (False, True),
    "eu_art9_condition": (True, False),
}
"""The values of each trait, from what asks least to what asks most."""
_COUNTS: Final = ("persons", "sensitive_persons", "us_persons_12m")
_CLOSED: Final = ("sector", "scenario_ids", "field_ids")
"""By which lists are found that speak of the data, for it or against it."""
OF_A_PART: Final = frozenset((*_COUNTS, *_CLOSED))
"""Traits that a part of data may have otherwise than all of it."""


def milder(before: DataTraits, after: DataTraits) -> Iterator[str]:
    """The traits by which less, or something else, is asked of data than before."""
    for name, rising in _RISING.items():
        if rising.index(getattr(after, name)) < rising.index(getattr(before, name)):
            yield name
    for name in _COUNTS:
        one, other = getattr(before, name), getattr(after, name)
        if one is not None and (other is None or other < one):
            yield name
    if before.us_class not in ("none", after.us_class):
        yield "us_class"
    if not set(before.collected_in) <= set(after.collected_in):
        yield "collected_in"
    if not set(after.publicly_available_in) <= set(before.publicly_available_in):
        yield "publicly_available_in"
    for name in _CLOSED:
        if getattr(before, name) != getattr(after, name):
            yield name
