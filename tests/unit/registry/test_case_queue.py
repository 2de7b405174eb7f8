"""What finds no room before the counter waits, and comes before it by itself as soon as there is some."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.registry.cases import queueing
from exchange.registry.cases.commands import AppealCase
from exchange.registry.cases.facts import CaseClosed, CaseNotOpened, CaseOpened, CaseQueued
from exchange.registry.cases.room import OF_BUYER_MAX
from exchange.registry.state import Registry
from tests.support.stage import Stage
from tests.unit.registry.stage import COUNTER, SELLER
from tests.unit.registry.test_registry_cases import (
    SECOND,
    a_case,
    a_counter,
    a_question,
    a_ruling,
    by_itself,
)


def full() -> tuple[Stage[Registry], list[str]]:
    """A counter that has as many cases of the buyer as it may."""
    stage = a_counter()
    return stage, [a_case(stage, a_question(n, instrument_id=f"L-{n}")) for n in range(OF_BUYER_MAX)]


def waits(stage: Stage[Registry], number: int, **changed: Any) -> CaseQueued:
    (fact,) = stage.ask(POLICY_ACTOR, a_question(number, **({"instrument_id": f"L-{number}"} | changed)))
    assert isinstance(fact, CaseQueued), fact
    return fact


def test_what_waits_comes_in_the_order_in_which_it_came_as_panels_rule() -> None:
    stage, open_cases = full()
    for number in (100, 101):
        waits(stage, number)
    stage.given(COUNTER, a_ruling(open_cases[0]))
    (first,) = by_itself(stage, 0)
    assert isinstance(first, CaseOpened)
    assert (first.decision_id, first.instrument_id) == ("D-0.100.0", "L-100")
    assert (first.due_at > stage.at, first.counted_in) == (True, "working_days")
    assert by_itself(stage, DAY) == []
    stage.given(COUNTER, a_ruling(open_cases[1], "against"))
    (second,) = by_itself(stage, 0)
    assert isinstance(second, CaseOpened)
    assert second.decision_id == "D-0.101.0"
    assert len({first.case_id, second.case_id, *open_cases}) == OF_BUYER_MAX + 2
    assert not stage.state.cases.waiting
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_a_case_that_came_out_of_the_queue_is_ruled_on_and_appealed_like_any_other() -> None:
    stage, open_cases = full()
    waits(stage, 100)
    stage.given(COUNTER, a_ruling(open_cases[0]))
    (opened,) = by_itself(stage, 0)
    stage.given(COUNTER, a_ruling(opened.case_id, "against"))
    stage.given(SELLER, AppealCase(case_id=opened.case_id, grounds="It is our data."))
    stage.given(COUNTER, a_ruling(opened.case_id, panel=SECOND))


def test_nobody_waits_behind_those_for_whom_there_is_no_room() -> None:
    stage, _ = full()
    waits(stage, 100)
    a_case(stage, a_question(101, buyer_id="BU-JP-01"))
    assert [each.decision_id for each in stage.state.cases.waiting] == ["D-0.100.0"]


def test_the_same_matter_waits_once() -> None:
    stage, _ = full()
    waits(stage, 100)
    (again,) = stage.ask(POLICY_ACTOR, a_question(101, instrument_id="L-100", question="1" * 32))
    assert again == CaseNotOpened(decision_id="D-0.101.0", basis="waits", case_id="")


def test_a_matter_that_is_asked_about_once_there_is_room_waits_no_more() -> None:
    stage, open_cases = full()
    waits(stage, 100)
    stage.given(COUNTER, a_ruling(open_cases[0], valid_until=stage.at + 2 * DAY))
    before = len(stage.journal)
    stage.ask(POLICY_ACTOR, a_question(101, instrument_id="L-100"))
    kinds = [type(each.fact).__name__ for each in stage.journal[before:]]
    assert kinds == ["CaseOpened", "CaseJoined"]
    assert by_itself(stage, 3 * DAY) == [CaseClosed(case_id=open_cases[0])]


@pytest.mark.parametrize("bound", ["WAITING_MAX", "WAITING_OF_BUYER_MAX"])
def test_no_more_wait_than_may(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, bound, 2)
    stage, _ = full()
    waits(stage, 100)
    waits(stage, 101)
    (turned_away,) = stage.ask(POLICY_ACTOR, a_question(102, instrument_id="L-102"))
    assert turned_away == CaseNotOpened(decision_id="D-0.102.0", basis="too_many_of_buyer", case_id="")
