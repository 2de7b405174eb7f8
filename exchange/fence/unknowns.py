"""Facts that an applying regime may not take for granted: without them its answer would rest on a guess."""

from functools import cache

from exchange.fence.fields import Field, fields
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


def facts_missing(sheet: Sheet) -> tuple[str, ...]:
    """The names of the needed facts that are not known, or are given in a word the rules do not have."""
    hop = sheet.hop
    return tuple(
        name
        for regime in _NEEDED
        if regime in sheet.applying
        for name, field, values in _needed(regime)
        if field.read(hop) not in values
    )


@cache
def _needed(regime: str) -> tuple[tuple[str, Field, frozenset[bool] | frozenset[str]], ...]:
    return tuple(
        (name, fields()[name], fields()[name].words or frozenset({True, False})) for name in _NEEDED[regime]
    )
