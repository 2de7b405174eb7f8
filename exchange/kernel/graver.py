"""Whether one description of data asks less of whoever has it than another does."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

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


def gravest(several: Sequence[DataTraits]) -> DataTraits:
    """The description of data that may be any of several: of each trait what asks most.

    Shape: whom several that hold persons share nobody says, so that their number is not known; nor is it of persons of
    two classes of US data.
    """
    values: dict[str, Any] = {
        name: max((getattr(each, name) for each in several), key=rising.index)
        for name, rising in _RISING.items()
    }
    special = [each.eu_art9_condition for each in several if each.eu_special_category]
    values["eu_art9_condition"] = bool(special) and all(special)
    for name in _COUNTS:
        counts = [getattr(each, name) for each in several if getattr(each, name) != 0]
        values[name] = 0 if not counts else counts[0] if len(counts) == 1 else None
    classes = sorted({each.us_class for each in several} - {"none"})
    values["us_class"] = classes[0] if classes else "none"
    if len(classes) > 1:
        values["us_persons_12m"] = None
    values["collected_in"] = tuple(sorted({place for each in several for place in each.collected_in}))
    public = [set(each.publicly_available_in) for each in several]
    values["publicly_available_in"] = tuple(sorted(public[0].intersection(*public[1:])))
    sectors = {each.sector for each in several}
    values["sector"] = several[0].sector if len(sectors) == 1 else ""
    for name in ("scenario_ids", "field_ids"):
        values[name] = tuple(sorted({word for each in several for word in getattr(each, name)}))
    return DataTraits(**values)
