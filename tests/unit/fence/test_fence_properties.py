"""What holds of every crossing, whatever the rules say of it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.fence import (
    Crossing,
    Hop,
    Outcome,
    decide,
    read_crossing,
    read_decision,
    written,
)
from tests.unit.fence.cases import changed, decided, shipped, without
from tests.unit.fence.crossings import FLAGS, WORDS, hops, places, values

many = settings(max_examples=150, deadline=None)
UNKNOWN_PLACES = st.sampled_from((None, "", "XX", "cn", "CN-XX"))
COUNTED = ("counts__pi_count_cum", "counts__sensitive_count_cum", "data__us_persons_12m")


@many
@given(
    hops(), UNKNOWN_PLACES, st.sampled_from(("origin", "destination", "exporter__place", "recipient__place"))
)
def test_an_unknown_place_is_never_admitted(hop: Hop, place: Any, where: str) -> None:
    decision = decided(changed(hop, **{where: place}))
    assert not decision.admitted
    assert "PLACE_UNKNOWN" in decision.reason_codes
    assert where.replace("__", ".") in decision.per_hop[0].missing


@many
@given(hops(), st.sampled_from(("", "XX")), st.sampled_from(("collected_in", "remote_access_from")))
def test_an_unknown_place_among_known_ones_is_never_admitted(hop: Hop, place: str, where: str) -> None:
    decision = decided(replace(hop, **{where: (*getattr(hop, where), place)}))
    assert not decision.admitted
    assert where in decision.per_hop[0].missing


@many
@given(hops())
def test_data_collected_nowhere_is_never_admitted(hop: Hop) -> None:
    assert not decided(replace(hop, collected_in=())).admitted


@settings(max_examples=500, deadline=None)
@given(hops(), st.sampled_from(WORDS + FLAGS))
def test_what_is_admitted_without_knowing_a_fact_is_admitted_whatever_the_fact(hop: Hop, name: str) -> None:
    path = name.replace(".", "__")
    if decided(changed(hop, **{path: None})).admitted:
        for value in values(name):
            assert decided(changed(hop, **{path: value})).admitted, (name, value)


@many
@given(hops(), st.sampled_from(WORDS))
def test_a_word_the_rules_do_not_know_is_read_as_not_known(hop: Hop, name: str) -> None:
    path = name.replace(".", "__")
    if decided(changed(hop, **{path: "perhaps"})).admitted:
        for value in values(name):
            assert decided(changed(hop, **{path: value})).admitted, (name, value)


@many
@given(hops(), st.sampled_from(COUNTED))
def test_what_is_admitted_without_a_count_is_admitted_whatever_the_count(hop: Hop, name: str) -> None:
    if decided(changed(hop, **{name: None})).admitted:
        assert decided(changed(hop, **{name: 10**9})).admitted


@many
@given(hops(), places | st.just("XX"))
def test_remote_access_from_one_more_place_is_never_milder(hop: Hop, place: str) -> None:
    more = replace(hop, remote_access_from=(*hop.remote_access_from, place))
    assert decided(more).outcome >= decided(hop).outcome


@many
@given(st.lists(hops(), min_size=1, max_size=3))
def test_a_decision_is_the_same_whenever_and_from_whatever_form_it_is_taken(legs: list[Hop]) -> None:
    crossing = Crossing(hops=tuple(replace(hop, hop_no=number) for number, hop in enumerate(legs, 1)))
    decision = decide(crossing, shipped())
    assert decide(crossing, shipped()) == decision
    assert decide(read_crossing(written(crossing)), shipped()) == decision
    assert read_decision(written(decision)) == decision


@many
@given(st.lists(hops(), min_size=1, max_size=3))
def test_the_most_severe_contribution_decides(legs: list[Hop]) -> None:
    decision = decided(*legs)
    said = [each.outcome for each in decision.contributions if each.outcome is not None]
    assert decision.outcome is max(said)
    assert decision.outcome is max(hop.outcome for hop in decision.per_hop)
    assert decision.admitted == (decision.outcome in (Outcome.ALLOW, Outcome.ALLOW_COND))
    deciding = {each.reason_code for each in decision.contributions if each.outcome is decision.outcome}
    assert set(decision.deciding_codes) == deciding
    assert set(decision.deciding_codes) <= set(decision.reason_codes)


@many
@given(hops(), hops())
def test_one_more_hop_is_never_milder(first: Hop, second: Hop) -> None:
    assert decided(first, second).outcome is max(decided(first).outcome, decided(second).outcome)


@many
@given(hops(), st.sampled_from(("GBA", "CN", "HK", "SG", "JP", "EU", "US", "SEA", "ZC", "LIC")))
def test_a_regime_that_is_not_loaded_is_never_admitted_where_it_speaks(hop: Hop, regime: str) -> None:
    whole = decided(hop)
    if regime in {each.regime for each in whole.contributions if each.outcome is not None}:
        assert not decided(hop, ruleset=without(regime)).admitted


@many
@given(hops(), st.integers(0, 1_000))
def test_an_answer_does_not_change_before_it_says(hop: Hop, permille: int) -> None:
    decision = decided(hop)
    end = decision.holds_until if decision.holds_until is not None else hop.as_of + 10**15
    assert end > hop.as_of
    later = hop.as_of + (end - 1 - hop.as_of) * permille // 1_000
    again = decided(replace(hop, as_of=later))
    assert replace(again, inputs_digest="") == replace(decision, inputs_digest="")
