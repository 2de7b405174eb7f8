"""The story of a listing at the fence: whether there is any place to which it could be sold, and what is wanting."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from exchange.cli.fence_story import case_said, joined, second, sentence
from exchange.cli.grid import text_of
from exchange.fence.plain import EVIDENCE
from exchange.views.queries.fence import ListingStory, Row

if TYPE_CHECKING:
    from exchange.fence import Rule, Ruleset

_VERDICT = {
    "open": "somebody who is there can buy it as things stand",
    "wanting": "it is on sale, and nobody can buy it yet",
    "nowhere": "it is not on sale: every place that its licence permits is barred, whatever a buyer brings",
}
_LISTED = ("codes", "missing", "demanded", "obligations", "safeguards")


def listing_document(story: ListingStory, rulesets: "Mapping[str, Ruleset]") -> dict[str, Any]:
    """Everything, for programs."""
    row = story.listing
    said = {name: msgspec.json.decode(row[name]) if name in _LISTED else row[name] for name in row}
    rules = [
        {
            "rule_id": rule.id,
            "reason_code": rule.reason_code,
            "citation": rule.citation,
            "evidence": rule.evidence,
        }
        for rule in _rules(row, rulesets)
    ]
    return said | {"effect": _VERDICT[row["verdict"]], "rules": rules, "case": story.case}


def listing_lines(story: ListingStory, rulesets: "Mapping[str, Ruleset]") -> Iterator[str]:
    """The story for people, at most 80 columns wide."""
    import click

    row = story.listing
    title = f" ({text_of(story.title)})" if story.title else ""
    yield click.style(f"Listing {row['listing_id']} in {row['market_id']}: {row['verdict']}", bold=True)
    yield from sentence(f"{row['product_id']}{title}, version {row['version']}: {_VERDICT[row['verdict']]}.")
    at = second(row["said_at"] or row["at"])
    best = f"At {at} the fence liked {row['destination']} for the purpose {row['purpose']} best: {row['outcome']}."
    yield from sentence(best)
    yield from ("", "Why:")
    for rule in _rules(row, rulesets):
        yield click.style(f"  {rule.id} of {rule.regime}: {rule.reason_code}", bold=True)
        yield from sentence(f"Source: {rule.citation}; {EVIDENCE[rule.evidence]}.", 4)
    if row["ruleset_digest"] not in rulesets:
        yield from sentence(
            f"By codes {joined(_of(row, 'codes'))}; its ruleset is not shipped with this exchange.", 2
        )
    yield ""
    yield from _wanting(row)
    if story.case is not None:
        yield from sentence(case_said({**story.case, "basis": "opened"}))
    digest = row["ruleset_digest"][:12]
    yield from sentence(f"It was asked about under ruleset {row['ruleset_version']} (digest {digest}…).")


def _wanting(row: Row) -> Iterator[str]:
    for name, said in (
        ("missing", "Not known, and to be supplied"),
        ("demanded", "Demanded beside"),
        ("safeguards", "Safeguards that would count"),
        ("obligations", "Duties"),
    ):
        if found := _of(row, name):
            words = ", ".join(found)
            yield from sentence(f"{said}: {words.replace('_', ' ') if name == 'obligations' else words}.")


def _of(row: Row, name: str) -> list[str]:
    return msgspec.json.decode(row[name], type=list[str])


def _rules(row: Row, rulesets: "Mapping[str, Ruleset]") -> "list[Rule]":
    """The rules that give its codes, in the order of these."""
    ruleset = rulesets.get(row["ruleset_digest"])
    if ruleset is None:
        return []
    codes = _of(row, "codes")
    # A note decides nothing, even where another rule has its code with an outcome.
    speaking = (rule for rule in ruleset.rules if rule.outcome or rule.route or rule.route_from)
    found = [rule for rule in speaking if rule.reason_code in codes]
    return sorted(found, key=lambda rule: codes.index(rule.reason_code or ""))
