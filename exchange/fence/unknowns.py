"""Facts that an applying regime may not take for granted: without them its answer would rest on a guess."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

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
    hop = sheet.hop
    return [name for name, read, known in _needed_by(sheet.applying) if read(hop) not in known]


@lru_cache(maxsize=1024)
def _needed_by(applying: frozenset[str]) -> tuple[tuple[str, Callable[[Hop], Any], frozenset[Any]], ...]:
    names = dict.fromkeys(name for regime in _NEEDED if regime in applying for name in _NEEDED[regime])
    return tuple((name, fields()[name].read, fields()[name].words or _FLAG) for name in names)
