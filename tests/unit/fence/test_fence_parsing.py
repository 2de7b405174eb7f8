"""A ruleset is closed data: what is not of the language is refused, and the message names the rule."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.fence import load_rulesets, parse_ruleset, ruleset_in_force
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant
from tests.unit.fence.cases import decided, hop_of, rewritten, shipped

Content = dict[str, Any]


def rule(content: Content, rule_id: str) -> dict[str, Any]:
    """The written rule of that id."""
    found: dict[str, Any] = next(each for each in content["rules"] if each["id"] == rule_id)
    return found


def in_rule(rule_id: str, **changes: Any) -> Callable[[Content], None]:
    """An edit of one rule; a value of `...` takes the key out."""

    def change(content: Content) -> None:
        written = rule(content, rule_id)
        for key, value in changes.items():
            if value is ...:
                del written[key]
            else:
                written[key] = value

    return change


def when(fact: str, op: str, value: Any) -> list[dict[str, Any]]:
    """A condition as it is written."""
    return [{"fact": fact, "op": op, "value": value}]


def drop(rule_id: str) -> Callable[[Content], None]:
    """An edit that takes a rule out."""
    return lambda content: content["rules"].remove(rule(content, rule_id))


def twice(content: Content) -> None:
    content["rules"].append(dict(rule(content, "US-01")))


def unlisted(content: Content) -> None:
    del content["regimes"]["HK"]


def set_in(*path: str, value: Any) -> Callable[[Content], None]:
    """An edit outside the rules."""

    def change(content: Content) -> None:
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return change


BROKEN: list[tuple[Callable[[Content], None], str]] = [
    (in_rule("US-01", when=when("derived.us.bulk", "matches", True)), "rule US-01.*operator 'matches'"),
    (in_rule("US-01", when=when("derived.us.huge", "eq", True)), "rule US-01.*no fact 'derived.us.huge'"),
    (in_rule("US-01", when=when("collected_in", "eq", "US")), "rule US-01.*no fact 'collected_in'"),
    (in_rule("US-01", when=when("txn_type", "eq", "gift")), "rule US-01.*txn_type.*'gift'"),
    (in_rule("US-01", when=when("txn_type", "in", "vendor")), "rule US-01.*takes a list"),
    (in_rule("US-01", when=when("txn_type", "in", [])), "rule US-01.*at least one"),
    (in_rule("US-01", when=when("txn_type", "lt", "vendor")), "rule US-01.*lt compares numbers"),
    (in_rule("US-01", when=when("derived.us.bulk", "eq", 1)), "rule US-01.*derived.us.bulk"),
    (in_rule("US-01", when=when("data.us_persons_12m", "gt", True)), "rule US-01.*data.us_persons_12m"),
    (in_rule("US-01", when=when("data.us_persons_12m", "eq", None)), "rule US-01.*data.us_persons_12m"),
    (in_rule("US-01", when=[{"any": []}]), "rule US-01.*any"),
    (in_rule("US-01", when=[{"fact": "derived.us.bulk"}]), "rule US-01.*exactly"),
    (in_rule("US-01", when={"any": []}), "rule US-01.*list"),
    (in_rule("US-01", when="derived.us.bulk"), "rule US-01.*list"),
    (in_rule("US-01", outcome="MAYBE"), "rule US-01.*MAYBE"),
    (in_rule("US-01", outcome=...), "rule US-01.*exactly one of outcome"),
    (in_rule("US-01", route="FILE"), "rule US-01.*exactly one of outcome"),
    (in_rule("US-01", outcome=..., route="FILE"), "rule US-01.*regime CN"),
    (in_rule("CN-14", route_from="derived.cn.neg_list"), "rule CN-14.*route_from"),
    (in_rule("CN-18", reason_code_from="purpose"), "rule CN-18.*reason_code_from"),
    (in_rule("CN-18", outcome="DENY"), "rule CN-18.*note"),
    (in_rule("CN-18", reason_code="X"), "rule CN-18.*reason_code"),
    (in_rule("US-01", on_match="halt"), "rule US-01.*halt"),
    (in_rule("US-01", evidence="rumour"), "rule US-01.*rumour"),
    (in_rule("US-01", valid_from="soon"), "rule US-01.*valid_from"),
    (in_rule("US-01", regime="XX"), "rule US-01.*XX"),
    (in_rule("US-01", expression="1 + 1"), "rule US-01.*expression"),
    (in_rule("EU-02", relies_on=["EU-PINKY-SWEAR"]), "rule EU-02.*EU-PINKY-SWEAR"),
    (twice, "rule US-01.*twice"),
    (unlisted, "rule HK-01.*not among"),
    (drop("GEN-00"), "derived.unknown_place"),
    (drop("GEN-04"), "derived.counts_missing"),
    (drop("GEN-05"), "derived.facts_missing"),
    (in_rule("GEN-00", outcome="ALLOW_COND"), "derived.unknown_place"),
    (in_rule("GEN-00", valid_to="2026-12-31"), "derived.unknown_place"),
    (in_rule("GEN-01", on_match="stop"), "rule GEN-01.*may not stop"),
    (set_in("regimes", "CN", "answered_by", value=["GEN-99"]), "GEN-99"),
    (set_in("severity_order", value=["DENY", "ALLOW"]), "severity_order"),
    (set_in("timezone", value="Asia/Lingang"), "Asia/Lingang"),
    (set_in("switches", "surprise", value=True), "surprise"),
    (set_in("places", "eu_eea", value=["DE", False]), "eu_eea"),
    (set_in("rules", value=["US-01"]), "rule 'US-01'"),
    (
        set_in("routes", "FILE", "satisfied_outcome", value="FILE"),
        "routes.FILE: satisfied_outcome is ALLOW or",
    ),
    (set_in("constants", "cn_cert_years", value=None), "constants has no `cn_cert_years`"),
    (set_in("constants", "scc_filing_working_days", value=0), "scc_filing_working_days"),
    (in_rule("GEN-02", stage="main"), "rule GEN-02.*give it `stage: last`"),
    (in_rule("CN-19", stage="main"), "rule CN-19.*give it `stage: safeguards`"),
    (in_rule("CN-18", reason_code_from=..., reason_code="A | B"), "rule CN-18.*in place of reason_code"),
    (in_rule("EU-02", relies_on=[]), r"rule EU-02.*`relies_on: \[EU-SCC, EU-BCR\]`"),
]


@pytest.mark.parametrize(("change", "message"), BROKEN)
def test_what_is_not_of_the_language_is_refused_by_name(
    change: Callable[[Content], None], message: str
) -> None:
    with pytest.raises(Misuse, match=message):
        rewritten(change)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "just words",
        "a: 1\na: 2",
        "? [1]\n: 2",
        f"a: {'9' * 5_000}",
        "a: 2026-02-30",
        "a: 2026-01-01T99:00:00Z",
        "a: " + "[" * 2_000 + "]" * 2_000,
        "&a [*a]",
    ],
)
def test_text_that_is_no_ruleset_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="the ruleset"):
        parse_ruleset(text)


def test_a_route_that_a_safeguard_satisfies_gives_what_the_ruleset_says() -> None:
    hop = hop_of("T-07")
    assert decided(hop).outcome.value == "ALLOW_COND"
    allowing = rewritten(set_in("routes", "FILE", "satisfied_outcome", value="ALLOW"))
    assert decided(hop, ruleset=allowing).outcome.value == "ALLOW"


def test_a_ruleset_is_known_by_the_digest_of_its_text() -> None:
    rulesets = load_rulesets()
    assert all(digest == ruleset.digest and len(digest) == 64 for digest, ruleset in rulesets.items())
    assert load_rulesets.__wrapped__() == rulesets
    assert rewritten(set_in("change_note", value="another")) != shipped()


def test_the_ruleset_that_took_effect_last_speaks() -> None:
    later = rewritten(set_in("effective_from", value="2026-12-01"))
    both = {each.digest: each for each in (shipped(), later)}
    assert ruleset_in_force(both, instant("2026-11-02T00:00:00Z")) == shipped()
    assert ruleset_in_force(both, instant("2026-12-01T00:00:00+08:00")) == later


def test_before_any_ruleset_and_after_the_last_the_nearest_one_speaks() -> None:
    early = rewritten(set_in("effective_to", value="2026-11-30"))
    later = rewritten(set_in("effective_from", value="2026-12-02"))
    both = {each.digest: each for each in (early, later)}
    assert ruleset_in_force(both, instant("2026-01-01T00:00:00Z")) == early
    assert ruleset_in_force(both, instant("2026-12-01T12:00:00+08:00")) == early
    assert ruleset_in_force(both, instant("2030-01-01T00:00:00Z")) == later
    with pytest.raises(Misuse, match="no ruleset"):
        ruleset_in_force({}, 0)
