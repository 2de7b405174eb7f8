"""Facts that an applying regime may not take for granted: without them its answer would rest on a guess."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from exchange.fence.crossing import Hop
from exchange.fence.fields import fields
from exchange.fence.sheet import Sheet

_NEEDED: dict[str, tuple[str, ...]] = {
    "GEN": ("data.contains_pi", "data.anonymisation"),
    "CN": (
        "data.category",
        "data.importance_basis",
        "exporter.ciio",
        "lineage.domestic_pi_introduced",
        "lineage.important_introduced",
        "group_splitting",
        "foreign_authority_request",
        "purpose",
    ),
    "EU": ("data.eu_special_category", "data.eu_art9_condition"),
    "US": ("data.us_class", "data.us_government_related", "recipient.us_covered_person", "txn_type"),
    "ZC": ("intent_kind", "storage.wrote_outside_fence", "zone.balance_state"),
    "LIC": ("purpose",),
}
_FLAG = frozenset({True, False})


def facts_missing(sheet: Sheet) -> list[str]:
    """The names of the needed facts that are not known, or are given in a word the rules do not have."""
    needed = _needed_by(sheet.applying)
    values = needed.read(sheet.hop)
    if values in needed.whole:
        return []
    each = zip(needed.names, values, needed.known, strict=True)
    found = [name for name, value, known in each if value not in known]
    if not found and len(needed.whole) < _WHOLE_MAX:
        needed.whole.add(values)
    return found


_WHOLE_MAX = 4_096


class _Needed(NamedTuple):
    """Shape: `whole` are values seen before of which none is lacking."""

    names: tuple[str, ...]
    read: Callable[[Hop], tuple[Any, ...]]
    known: tuple[frozenset[Any], ...]
    whole: set[tuple[Any, ...]]


@lru_cache(maxsize=2048)
def _needed_by(applying: frozenset[str]) -> _Needed:
    wanted = (name for regime in _NEEDED if regime in applying for name in _NEEDED[regime])
    # General facts are asked of every hop, so that there are always several.
    names = tuple(dict.fromkeys((*_NEEDED["GEN"], *wanted)))
    return _Needed(names, attrgetter(*names), tuple(fields()[name].words or _FLAG for name in names), set())
