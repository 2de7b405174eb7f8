"""Cases that wait for facts, or for what is demanded beside: no panel lifts them, and they close by themselves."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.registry.cases.commands import ANYBODY, AppealCase, SettleCase
from exchange.registry.cases.facts import (
    CaseAnswered,
    CaseClosed,
    CaseJoined,
    CaseNotOpened,
    CaseOpened,
    CaseOverdue,
    CaseQueued,
    CaseRuled,
)
from exchange.registry.cases.room import OF_BUYER_MAX
from exchange.registry.state import Registry
from tests.support.stage import Stage, refusal
from tests.unit.registry.stage import COUNTER, SELLER
from tests.unit.registry.test_registry_cases import (
    BUYER,
    DUE,
    SECOND,
    a_bonded_question,
    a_case,
    a_counter,
    a_question,
    a_ruling,
    by_itself,
)

LACKING: dict[str, Any] = {"missing": ("counts.pi_count_cum", "scenario_id")}
DEMANDED: dict[str, Any] = {"demanded": ("CN_ART8_FILE",)}


def settled(*names: str, by: str = "D-0.9.0", outcome: str = "ALLOW_COND") -> SettleCase:
    return SettleCase(decision_ids=names, answered_by=by, outcome=outcome)


def an_answer(
    case_id: str, decision_id: str, by: str = "D-0.9.0", outcome: str = "ALLOW_COND"
) -> CaseAnswered:
    return CaseAnswered(case_id=case_id, decision_id=decision_id, answered_by=by, outcome=outcome)


def kept(stage: Stage[Registry]) -> None:
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


@pytest.mark.parametrize(
    ("wanting", "said"),
    [
        (LACKING, "not known: counts.pi_count_cum, scenario_id; it closes"),
        (DEMANDED, "demanded beside: CN_ART8_FILE; it closes"),
        (LACKING | DEMANDED, "scenario_id; demanded beside: CN_ART8_FILE; it closes"),
    ],
)
def test_what_is_wanting_is_said_and_no_panel_lifts_it(wanting: dict[str, Any], said: str) -> None:
    stage = a_counter()
    (opened,) = stage.ask(POLICY_ACTOR, a_question(**wanting))
    assert isinstance(opened, CaseOpened)
    assert (opened.missing, opened.demanded) == (wanting.get("missing", ()), wanting.get("demanded", ()))
    assert (opened.due_at, opened.counted_in) == (DUE, "working_days")
    facts = stage.ask(COUNTER, a_ruling(opened.case_id))
    assert refusal(facts) == ("CASE_WAITS_FOR_FACTS", opened.case_id)
    assert said in facts[0].detail  # type: ignore[attr-defined]


def test_a_panel_may_rule_against_it() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id, "against"))
    assert isinstance(ruled, CaseRuled)
    (same,) = stage.ask(POLICY_ACTOR, a_question(2, **LACKING))
    assert same == CaseNotOpened(decision_id="D-0.2.0", basis="ruled", case_id=case_id)
    stage.given(SELLER, AppealCase(case_id=case_id, grounds="It is ours."))
    facts = stage.ask(COUNTER, a_ruling(case_id, panel=SECOND))
    assert refusal(facts) == ("CASE_WAITS_FOR_FACTS", case_id)
    kept(stage)


def test_it_closes_by_itself_when_the_fence_answers_otherwise() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    facts = stage.ask(POLICY_ACTOR, settled("D-0.1.0"))
    assert facts == (an_answer(case_id, "D-0.1.0"), CaseClosed(case_id=case_id, basis="answered"))
    assert stage.state.cases.held == stage.state.cases.case_of == {}
    assert stage.state.cases.lacking.of_buyer == {}
    assert refusal(stage.ask(COUNTER, a_ruling(case_id))) == ("CASE_UNKNOWN", case_id)
    assert a_case(stage, a_question(3, **LACKING)) != case_id
    kept(stage)


def test_of_several_decisions_all_have_to_be_answered() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    stage.given(POLICY_ACTOR, a_question(2, question="1" * 32, **DEMANDED))
    assert stage.ask(POLICY_ACTOR, settled("D-0.1.0")) == (an_answer(case_id, "D-0.1.0"),)
    facts = stage.ask(POLICY_ACTOR, settled("D-0.2.0"))
    assert facts == (an_answer(case_id, "D-0.2.0"), CaseClosed(case_id=case_id, basis="answered"))


def test_once_the_facts_are_there_and_people_have_to_look_they_have_all_of_their_time() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    stage.later(5 * DAY)
    joined, answer = stage.ask(POLICY_ACTOR, a_question(2, question="1" * 32, settles=("D-0.1.0",)))
    assert isinstance(joined, CaseJoined)
    assert (joined.case_id, joined.missing, joined.for_people) == (case_id, (), True)
    assert joined.due_at is not None
    assert joined.due_at > DUE
    assert answer == an_answer(case_id, "D-0.1.0", "D-0.2.0", "REVIEW")
    (overdue,) = by_itself(stage, joined.due_at - stage.at)
    assert isinstance(overdue, CaseOverdue)
    stage.given(COUNTER, a_ruling(case_id, valid_until=stage.at + DAY))
    kept(stage)


def test_what_people_can_rule_on_stays_theirs_whatever_else_is_lacking() -> None:
    stage = a_counter()
    case_id = a_case(stage)
    (joined,) = stage.ask(POLICY_ACTOR, a_question(2, question="1" * 32, **LACKING))
    assert isinstance(joined, CaseJoined)
    assert (joined.for_people, joined.due_at) == (True, None)
    stage.given(COUNTER, a_ruling(case_id))
    assert stage.ask(POLICY_ACTOR, settled("D-0.2.0")) == (an_answer(case_id, "D-0.2.0"),)
    kept(stage)


def test_another_matter_that_takes_its_place_is_a_case_of_its_own() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    opened, answer, closed = stage.ask(
        POLICY_ACTOR, a_question(2, codes=("LOCAL_LAW_REVIEW",), settles=("D-0.1.0",))
    )
    assert isinstance(opened, CaseOpened)
    assert answer == an_answer(case_id, "D-0.1.0", "D-0.2.0", "REVIEW")
    assert closed == CaseClosed(case_id=case_id, basis="answered")
    assert list(stage.state.cases.held) == [opened.case_id]
    kept(stage)


def test_if_nothing_comes_in_time_it_lapses_and_who_asks_again_opens_another() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(**LACKING))
    assert by_itself(stage, DUE - stage.at) == [CaseClosed(case_id=case_id, basis="lapsed")]
    assert a_case(stage, a_question(2, **LACKING)) != case_id
    kept(stage)


def test_they_take_no_place_of_those_that_people_can_rule_on_and_wait_for_places_of_their_own() -> None:
    stage = a_counter()
    cases = [a_case(stage, a_question(n, instrument_id=f"L-{n}", **LACKING)) for n in range(OF_BUYER_MAX)]
    a_case(stage, a_question(90))
    (queued,) = stage.ask(POLICY_ACTOR, a_question(99, instrument_id="L-99", **LACKING))
    assert isinstance(queued, CaseQueued)
    assert (queued.basis, queued.missing) == ("too_many_of_buyer", LACKING["missing"])
    stage.given(POLICY_ACTOR, settled("D-0.0.0"))
    (opened,) = by_itself(stage, 0)
    assert isinstance(opened, CaseOpened)
    assert (opened.decision_id, opened.missing) == ("D-0.99.0", LACKING["missing"])
    assert len({opened.case_id, *cases}) == OF_BUYER_MAX + 1
    kept(stage)


def test_what_waits_for_room_and_is_answered_waits_no_more() -> None:
    stage = a_counter()
    for number in range(OF_BUYER_MAX):
        a_case(stage, a_question(number, instrument_id=f"L-{number}", **LACKING))
    stage.given(POLICY_ACTOR, a_question(99, instrument_id="L-99", **LACKING))
    assert stage.ask(POLICY_ACTOR, settled("D-0.99.0")) == (an_answer("", "D-0.99.0"),)
    assert stage.state.cases.waiting == []
    kept(stage)


def test_a_decision_that_is_in_no_case_is_answered_all_the_same() -> None:
    assert a_counter().ask(POLICY_ACTOR, settled("D-0.7.0")) == (an_answer("", "D-0.7.0"),)


def test_nobody_but_the_exchange_says_that_it_is_answered() -> None:
    assert refusal(a_counter().ask(BUYER, settled("D-0.1.0"))) == ("NOT_PERMITTED", "D-0.9.0")


def test_what_no_consignment_is_behind_waits_for_facts_alone() -> None:
    stage = a_counter()
    question = a_question(7, asked_in="bonded", subject="X-0.4.0", instrument_id="")
    case_id = a_case(stage, question)
    assert refusal(stage.ask(COUNTER, a_ruling(case_id))) == ("RULING_UNFIT", case_id)
    assert a_case(stage, a_bonded_question()) != case_id


def test_of_a_listing_whatever_is_ruled_holds_for_any_buyer() -> None:
    stage = a_counter()
    case_id = a_case(stage, a_question(asked_in="listing", buyer_id=ANYBODY))
    (ruled,) = stage.ask(COUNTER, a_ruling(case_id))
    assert isinstance(ruled, CaseRuled)
    assert (ruled.asked_in, ruled.any_buyer) == ("listing", True)
    for number in range(OF_BUYER_MAX + 1):
        a_case(stage, a_question(number, asked_in="listing", buyer_id=ANYBODY, instrument_id=f"L-{number}"))
