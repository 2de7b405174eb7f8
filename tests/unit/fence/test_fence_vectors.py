"""The golden vectors: each is answered as written, and none is admitted once a regime it needs is not loaded."""

import pytest

from exchange.fence import Outcome, decide
from tests.unit.fence.cases import answer, mainland_only_up_to, shipped, vector, vectors, without

REGIMES = ("GBA", "CN", "HK", "SG", "JP", "EU", "US", "SEA", "ZC", "LIC")


@pytest.mark.parametrize("name", vectors())
def test_a_golden_vector_is_answered_as_written(name: str) -> None:
    assert answer(decide(vector(name), shipped())) == vectors()[name]["expected"]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("name", vectors())
def test_without_a_regime_that_applies_nothing_is_admitted(name: str, regime: str) -> None:
    whole = decide(vector(name), shipped())
    less = decide(vector(name), without(regime))
    unanswered = {each.regime for each in less.contributions if each.reason_code == "RULES_NOT_LOADED"}
    if regime in {each.regime for each in whole.contributions if each.outcome is not None}:
        assert less.outcome >= Outcome.REVIEW
        assert unanswered == {regime}
    else:
        assert unanswered <= {regime}


def test_zone_rules_that_would_be_silent_are_missed_all_the_same() -> None:
    decision = decide(vector("T-02"), without("ZC"))
    assert decision.deciding_codes == ("RULES_NOT_LOADED",)
    assert [each.regime for each in decision.contributions if each.outcome is Outcome.REVIEW] == ["ZC"]


@pytest.mark.parametrize("name", ["T-02", "T-04", "T-05", "T-07", "T-12", "T-19"])
def test_mainland_rules_that_end_before_the_one_that_answers_give_review(name: str) -> None:
    decision = decide(vector(name), mainland_only_up_to("CN-08"))
    assert decision.outcome is Outcome.REVIEW
    assert decision.deciding_codes == ("RULES_NOT_LOADED",)


def test_mainland_rules_up_to_the_one_that_answers_are_enough() -> None:
    assert decide(vector("T-18"), mainland_only_up_to("CN-08")).deciding_codes == ("CN_ART3",)


def test_the_wellness_panel_is_denied_with_its_citation() -> None:
    """SC-06: BU-CN-01 asks for P-22."""
    decision = decide(vector("T-15"), shipped())
    (said,) = decision.contributions
    assert not decision.admitted
    assert (said.rule_id, said.regime, said.citation) == ("US-01", "US", "28 CFR Part 202")
    assert "derived.us.bulk" in said.rests_on


def test_the_berth_times_are_admitted_for_ever() -> None:
    """SC-02: BU-JP-01 takes P-07."""
    decision = decide(vector("T-18"), shipped())
    assert decision.admitted
    assert decision.obligations == ()
    assert decision.holds_until is None
