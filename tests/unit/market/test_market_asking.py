"""What an order costs that crosses many it may not trade with: whom the fence is asked about, and how often."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.fence import Crossing, FenceDecision, Ruleset
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import HOUR
from exchange.market import fencing, recalling
from exchange.market.asking import ASKED_BYTES_MAX
from exchange.market.commands import RecordParticipant, RecordStanding, SetInstrumentState
from exchange.market.facts import BookSwept, FenceDecided, OrderAccepted, OrderCancelled, TradeMatched
from exchange.market.recalling import MEMORY
from exchange.market.weighing import weight
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    licence,
    terms,
    the,
)
from tests.unit.market.test_market_sweeping import ELSEWHERE, LAX, a_floor, adopting

MANY = 150
OUTCOME_BYTES_MAX = 256 * 1024
DEADLINE_BYTES_MAX = 64 * 1024


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[Crossing]:
    """Every crossing that the fence decides, and nothing remembered before."""
    asked: list[Crossing] = []
    decide: Callable[[Crossing, Ruleset], FenceDecision] = fencing.decide

    def counted(crossing: Crossing, ruleset: Ruleset) -> FenceDecision:
        asked.append(crossing)
        return decide(crossing, ruleset)

    monkeypatch.setattr(fencing, "decide", counted)
    MEMORY.forget()
    return asked


def a_book(place: str = "MY", count: int = MANY, **changed: Any) -> Stage:
    """Bids of many standings at 10, the data to be used where the licence says, or where it does not."""
    book = terms(posted_price=None, seller_id=None, unit="licence", subscription=False, **changed)
    stage = a_market(book, cash_minor=1_000)
    for number in range(count):
        name, use = f"BU-{number:03}", a_use(place_of_use=place, scenario_id=f"S-{number}")
        stage.told(RecordParticipant(standing=a_standing(name, "JP", "buyer"))).deposited(name, 1_000)
        stage.ask(name, a_bid(10, use=use))
    return stage


def accepted(facts: list[Fact]) -> OrderAccepted:
    return the(OrderAccepted, facts)


def weighs(facts: list[Fact]) -> int:
    return sum(map(weight, facts))


def test_who_may_not_trade_is_not_decided_again_for_each_order(decided: list[Crossing]) -> None:
    stage = a_book()
    first = stage.ask(SELLER, an_ask(9))
    assert len(decided) == MANY
    recorded = sum(isinstance(fact, FenceDecided) for fact in first)
    assert 0 < recorded < 5
    decided.clear()
    second = stage.ask(SELLER, an_ask(9))
    assert len(decided) == sum(isinstance(fact, FenceDecided) for fact in second) < 5
    assert accepted(first).retry_at == accepted(second).retry_at


def test_in_the_end_all_of_them_are_on_the_record(decided: list[Crossing]) -> None:
    stage = a_book(count=20)
    for _ in range(20):
        stage.ask(SELLER, an_ask(9))
    on_record = [fact.buyer_id for fact, _ in stage.journal if isinstance(fact, FenceDecided)]
    assert sorted(on_record) == [f"BU-{number:03}" for number in range(20)]
    decided.clear()
    stage.ask(SELLER, an_ask(9))
    assert not decided


def test_another_seller_is_asked_about_for_itself(decided: list[Crossing]) -> None:
    stage = a_book(count=20)
    stage.ask(SELLER, an_ask(9))
    decided.clear()
    stage.ask("SE-CN-03", an_ask(9))
    assert len(decided) == 20


@pytest.mark.parametrize("who", [SELLER, "BU-003", BUYER])
def test_once_anything_changes_everybody_is_asked_about_again(decided: list[Crossing], who: str) -> None:
    stage = a_book(count=20)
    stage.ask(SELLER, an_ask(9))
    stage.told(RecordStanding(participant_id=who, active=True))
    stage.settle()
    decided.clear()
    stage.ask(SELLER, an_ask(9))
    assert len(decided) > 15


def test_on_another_day_everybody_is_asked_about_again(decided: list[Crossing]) -> None:
    """A licence that is taken then ends later, and answers hold until it does."""
    stage = a_book(count=20)
    stage.ask(SELLER, an_ask(9))
    stage.at += 24 * HOUR
    decided.clear()
    stage.ask(SELLER, an_ask(9))
    assert len(decided) > 15


def test_what_is_remembered_is_bounded(decided: list[Crossing], monkeypatch: pytest.MonkeyPatch) -> None:
    stage = a_book(count=20)
    stage.ask(SELLER, an_ask(9))
    monkeypatch.setattr(recalling, "NOTED_MAX", 0)
    stage.ask("SE-CN-03", an_ask(9))
    decided.clear()
    stage.ask(SELLER, an_ask(9))
    assert len(decided) > 15


def test_a_ruleset_that_is_to_come_is_waited_for_by_those_that_left_no_fact(decided: list[Crossing]) -> None:
    stage = a_floor()
    stage.ask(SELLER, an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(12, use=ELSEWHERE))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    assert not any(isinstance(fact, FenceDecided) for fact in stage.settle())
    assert decided
    stage.told(adopting(LAX, stage.at + HOUR))
    for state in ("halted", "open"):
        stage.ask(OPERATOR, SetInstrumentState(instrument_id="L-0.1.0", state=state))
    swept = the(BookSwept, stage.settle())
    assert swept.retry_at == stage.at + HOUR


def test_an_outcome_with_many_new_answers_is_bounded_and_meets_the_best_prices() -> None:
    stage = a_book("JP")
    stage.ask(BUYER, a_bid(15))
    facts = stage.ask(SELLER, an_ask(9, 200))
    assert weighs(facts) < OUTCOME_BYTES_MAX - DEADLINE_BYTES_MAX
    traded = [fact for fact in facts if isinstance(fact, TradeMatched)]
    assert traded[0].buyer_id == BUYER
    assert len(traded) > 10
    assert weighs([fact for fact in facts if isinstance(fact, FenceDecided)]) < ASKED_BYTES_MAX + 8 * 1024
    assert isinstance(facts[-1], OrderCancelled) or accepted(facts).retry_at == stage.at + HOUR


@pytest.mark.parametrize("seats", [None, 10_000])
def test_a_sweep_over_many_that_have_become_able_ends_in_bounded_steps(seats: int | None) -> None:
    """Where a licence has so many seats, answers change with each sale and are not kept."""
    stage = a_book("JP", licence=licence(seats=seats))
    stage.ask(SELLER, an_ask(20))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    for name in (BUYER, "BU-SG-01"):
        stage.told(RecordStanding(participant_id=name, active=False))
    for number in range(MANY):
        name, use = f"BU-{number:03}", a_use(place_of_use="JP", scenario_id=f"S-{number}")
        stage.ask(name, a_bid(25, use=use))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    bought, steps = 0, 0
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= stage.at:
        facts = stage.expire()
        assert weighs(facts) < OUTCOME_BYTES_MAX - DEADLINE_BYTES_MAX - 128 * 1024
        bought += sum(isinstance(fact, TradeMatched) for fact in facts)
        steps += 1
        assert steps < 1_000
    assert bought == 1


@pytest.mark.parametrize("seats", [None, 10_000])
def test_an_order_that_may_trade_with_many_new_ones_is_swept_to_its_end(seats: int | None) -> None:
    """An ask that was suspended while bids of many standings came under it."""
    stage = a_book("JP", count=60, licence=licence(seats=seats))
    stage.told(RecordParticipant(standing=a_standing("SE-CN-09", "CN-LG", "seller")))
    for number in range(60):
        stage.told(RecordStanding(participant_id=f"BU-{number:03}", active=False))
    stage.ask("SE-CN-09", an_ask(9, 60))
    for number in range(60):
        reinstated = RecordStanding(participant_id=f"BU-{number:03}", active=True)
        stage.ask_without_deadlines(POLICY_ACTOR, reinstated)
    steps = 0
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= stage.at:
        assert weighs(stage.expire()) < DEADLINE_BYTES_MAX
        steps += 1
        assert steps < 1_000
    assert not stage.market.orders


def test_an_order_is_swept_past_younger_ones_that_it_does_not_take() -> None:
    """They stand at a better price, so are asked about first; one after the other they take from it later."""
    stage = a_book("JP", count=10)
    for number in range(10):
        stage.told(RecordStanding(participant_id=f"BU-{number:03}", active=False))
    stage.ask(SELLER, an_ask(9, 40))
    stage.ask_without_deadlines(POLICY_ACTOR, RecordStanding(participant_id=SELLER, active=False))
    for number in range(30):
        name, use = f"BY-{number:03}", a_use(place_of_use="JP", scenario_id=f"T-{number}")
        stage.told(RecordParticipant(standing=a_standing(name, "JP", "buyer"))).deposited(name, 1_000)
        stage.ask(name, a_bid(30, use=use))
    for name in (*(f"BU-{number:03}" for number in range(10)), SELLER):
        stage.ask_without_deadlines(POLICY_ACTOR, RecordStanding(participant_id=name, active=True))
    facts = stage.settle()
    assert sum(isinstance(fact, TradeMatched) for fact in facts) == 40
    assert not stage.market.orders


def test_two_markets_of_one_process_are_answered_each_for_itself() -> None:
    """The same partition, instrument and orders."""
    MEMORY.forget()
    for place, trades in (("MY", 0), ("JP", 1), ("MY", 0)):
        facts = a_book(place, count=1).ask(SELLER, an_ask(9))
        assert sum(isinstance(fact, TradeMatched) for fact in facts) == trades
