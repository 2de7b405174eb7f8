"""An order meets the book: price, then time, among those it may trade with."""

from itertools import pairwise
from typing import Any

import pytest

from exchange.kernel.bases import Fact, FactMeta, Recorded
from exchange.kernel.time import HOUR
from exchange.market import asking, matching
from exchange.market.auditing import priority
from exchange.market.commands import (
    CancelOrder,
    InstrumentTerms,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    TimeInForce,
)
from exchange.market.facts import FenceDecided, OrderAccepted, OrderCancelled, TradeMatched
from exchange.market.flights import best_first
from exchange.market.matching import MET_MAX
from exchange.market.state import Purse
from exchange.market.weighing import weight
from streams.codec import codec_for
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    a_use,
    an_ask,
    everyone,
    names,
    refusal,
    terms,
    the_ruleset,
)


def a_book(**changed: Any) -> InstrumentTerms:
    """Something anybody may sell by the lot; a tick is a fen; it moves no data unless said so."""
    values: dict[str, Any] = {"posted_price": None, "seller_id": None, "moves_data": False, "unit": "licence"}
    return terms(**(values | changed))


def a_trading_floor(**changed: Any) -> Stage:
    """Two sellers, two buyers with CNY 100.00 each, and an open book."""
    stage = a_market(a_book(**changed), cash_minor=10_000)
    return stage.deposited("BU-SG-01", 10_000).deposited("BU-CN-01", 10_000)


def trades(facts: list[Fact]) -> list[tuple[str, int, int]]:
    """Who was met, at what price, for how many lots."""
    return [
        (fact.seller_id if fact.taker == "bid" else fact.buyer_id, fact.price, fact.quantity)
        for fact in facts
        if isinstance(fact, TradeMatched)
    ]


def test_the_best_price_trades_first_whenever_it_came() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(12))
    stage.ask("SE-CN-03", an_ask(10))
    assert trades(stage.ask(BUYER, a_bid(12, 2))) == [("SE-CN-03", 10, 1), (SELLER, 12, 1)]


def test_at_one_price_the_older_order_trades_first() -> None:
    stage = a_trading_floor()
    stage.ask(BUYER, a_bid(10))
    stage.ask("BU-SG-01", a_bid(10))
    assert trades(stage.ask(SELLER, an_ask(9, 2))) == [(BUYER, 10, 1), ("BU-SG-01", 10, 1)]


def test_a_trade_has_the_resting_price_and_the_taker_keeps_the_difference() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(10, 5))
    facts = stage.ask(BUYER, a_bid(15, 4))
    (trade,) = [fact for fact in facts if isinstance(fact, TradeMatched)]
    assert (trade.price, trade.amount_minor, trade.released_minor) == (10, 40, 20)
    assert stage.purse(BUYER) == Purse(cash=9_960)


def test_what_is_left_of_a_limit_order_rests_and_trades_later() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(10, 2))
    assert trades(stage.ask(BUYER, a_bid(11, 5))) == [(SELLER, 10, 2)]
    assert stage.purse(BUYER) == Purse(cash=10_000 - 20 - 33, reserved=33)
    assert trades(stage.ask("SE-CN-03", an_ask(1, 9))) == [(BUYER, 11, 3)]
    assert stage.purse(BUYER).reserved == 0


def test_a_partly_filled_order_returns_only_what_is_left_when_cancelled() -> None:
    stage = a_trading_floor()
    stage.ask(BUYER, a_bid(10, 5))
    (order_id,) = stage.market.orders
    stage.ask(SELLER, an_ask(10, 2))
    (cancelled,) = stage.ask(BUYER, CancelOrder(order_id=order_id))
    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.quantity_left, cancelled.released_minor) == (3, 30)


def test_orders_that_do_not_cross_do_not_trade() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(11))
    assert names(stage.ask(BUYER, a_bid(10))) == ["OrderAccepted"]
    assert len(stage.market.orders) == 2


def test_an_incoming_order_is_cancelled_at_its_owners_first_resting_one() -> None:
    stage = a_trading_floor()
    both = a_standing("PR-CN-01", "CN-LG", "seller", "processor")
    stage.told(RecordParticipant(standing=both)).deposited("PR-CN-01", 1_000)
    stage.ask(SELLER, an_ask(10))
    stage.ask("PR-CN-01", an_ask(11))
    stage.ask("SE-CN-03", an_ask(12))
    facts = stage.ask("PR-CN-01", a_bid(12, 3))
    assert trades(facts) == [(SELLER, 10, 1)]
    last = facts[-1]
    assert isinstance(last, OrderCancelled)
    assert (last.grounds, last.quantity_left) == ("own_order_ahead", 2)
    assert len(stage.market.orders) == 2


@pytest.mark.parametrize("moves_data", [False, True])
def test_an_order_does_not_look_at_all_its_owner_has_on_the_other_side(
    moves_data: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = a_trading_floor(moves_data=moves_data)
    both = a_standing("PR-CN-01", "CN-LG", "seller", "processor")
    stage.told(RecordParticipant(standing=both)).deposited("PR-CN-01", 10_000)
    stage.ask("PR-CN-01", a_bid(10))
    stage.ask(BUYER, a_bid(12, 2))

    def looked_at_all(*given: object) -> None:
        raise AssertionError("all its owner's orders were looked at")

    monkeypatch.setattr(matching, "_standing_in", looked_at_all)
    assert trades(stage.ask("PR-CN-01", an_ask(12))) == [(BUYER, 12, 1)]
    facts = stage.ask("PR-CN-01", an_ask(10, 2))
    assert trades(facts) == [(BUYER, 12, 1)]
    assert getattr(facts[-1], "grounds", None) == "own_order_ahead"


def test_one_owner_under_two_names_does_not_trade_with_itself() -> None:
    stage = a_trading_floor()
    sister = a_standing("BU-JP-02", "JP", "buyer", beneficial_owner=f"UBO-{SELLER}")
    stage.told(RecordParticipant(standing=sister)).deposited("BU-JP-02", 1_000)
    stage.ask(SELLER, an_ask(10))
    facts = stage.ask("BU-JP-02", a_bid(10))
    assert names(facts) == ["OrderAccepted", "OrderCancelled"]


def test_a_suspended_participants_orders_are_passed_over_and_keep_their_place() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(10))
    stage.ask("SE-CN-03", an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    assert trades(stage.ask(BUYER, a_bid(10))) == [("SE-CN-03", 10, 1)]
    stage.ask("SE-CN-03", an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    assert trades(stage.ask(BUYER, a_bid(10))) == [(SELLER, 10, 1)]


def test_an_immediate_order_takes_what_it_can_and_cancels_the_rest() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(10, 2))
    facts = stage.ask(BUYER, a_bid(10, 5, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL))
    assert names(facts) == ["OrderAccepted", "TradeMatched", "EntitlementGranted", "OrderCancelled"]
    assert facts[-1].quantity_left == 3  # type: ignore[attr-defined]


def test_the_fills_of_one_command_are_bounded_and_the_rest_is_cancelled() -> None:
    stage = a_trading_floor()
    for _ in range(MET_MAX + 1):
        stage.ask(SELLER, an_ask(10))
    facts = stage.ask(BUYER, a_bid(10, 200))
    assert len(trades(facts)) == MET_MAX
    last = facts[-1]
    assert isinstance(last, OrderCancelled)
    assert (last.grounds, last.quantity_left) == ("fills_bounded", 100)
    assert len(stage.market.orders) == 1


def test_those_beyond_the_standings_that_are_asked_about_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "ASKED_MAX", 5)
    monkeypatch.setattr(priority, "ASKED_MAX", 5)
    stage = a_data_floor()
    for number in range(5):
        stage.ask("BU-SG-01", a_bid(10, use=a_use(place_of_use="MY", scenario_id=f"S-{number}")))
    stage.ask(BUYER, a_bid(10))
    (asked,) = (fact for fact in stage.ask(SELLER, an_ask(10)) if isinstance(fact, OrderAccepted))
    assert asked.retry_at == stage.at + HOUR
    assert not trades(stage.settle())


def test_those_of_the_best_price_are_asked_about_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ASKED_MAX", 2)
    monkeypatch.setattr(priority, "ASKED_MAX", 2)
    stage = a_data_floor()
    for number in range(5):
        stage.ask("BU-SG-01", a_bid(10, use=a_use(place_of_use="MY", scenario_id=f"S-{number}")))
    stage.ask(BUYER, a_bid(15))
    assert trades(stage.ask(SELLER, an_ask(10))) == [(BUYER, 15, 1)]


DATA = {"moves_data": True, "licence": terms().licence}


def a_data_floor() -> Stage:
    """A book of data in which an ask of a US seller is stored in the mainland like all others."""
    return a_trading_floor(**DATA)


def test_an_inadmissible_counterparty_is_passed_over_and_keeps_its_place() -> None:
    stage = a_data_floor()
    stage.ask("BU-SG-01", a_bid(10, use=a_use(place_of_use="MY")))
    stage.ask(BUYER, a_bid(10))
    facts = stage.ask(SELLER, an_ask(10))
    assert trades(facts) == [(BUYER, 10, 1)]
    decided = [(fact.buyer_id, fact.outcome) for fact in facts if isinstance(fact, FenceDecided)]
    assert decided == [("BU-SG-01", "DENY"), (BUYER, "ALLOW")]
    assert [order.participant_id for order in stage.market.orders.values()] == ["BU-SG-01"]


def test_an_order_may_rest_at_a_price_that_crosses_one_it_may_not_trade_with() -> None:
    stage = a_data_floor()
    stage.ask(SELLER, an_ask(10))
    facts = stage.ask(BUYER, a_bid(10, use=a_use(place_of_use="MY")))
    assert names(facts) == ["OrderAccepted", "FenceDecided"]
    assert len(stage.market.orders) == 2


def test_a_pair_is_decided_once_for_each_command() -> None:
    stage = a_data_floor()
    for _ in range(3):
        stage.ask(SELLER, an_ask(10))
    facts = stage.ask(BUYER, a_bid(10, 3))
    assert names(facts) == ["OrderAccepted", "FenceDecided"] + ["TradeMatched", "EntitlementGranted"] * 3


def test_a_single_sellers_book_refuses_an_inadmissible_bid_at_entry() -> None:
    stage = a_trading_floor(seller_id=SELLER, **DATA)
    assert refusal(stage.ask(BUYER, a_bid(10, use=a_use(place_of_use="MY")))).reason == "FENCE_REFUSED"


def test_a_single_sellers_book_trades_at_the_resting_price() -> None:
    stage = a_trading_floor(seller_id=SELLER, **DATA)
    stage.ask(SELLER, an_ask(10))
    facts = stage.ask(BUYER, a_bid(12))
    assert names(facts) == ["FenceDecided", "OrderAccepted", "TradeMatched", "EntitlementGranted"]
    assert trades(facts) == [(SELLER, 10, 1)]


def test_many_counterparties_to_decide_do_not_make_an_outcome_too_large() -> None:
    wordy = terms().traits
    traits = type(wordy)(
        **{name: getattr(wordy, name) for name in wordy.__struct_fields__}
        | {"field_ids": tuple(f"{number:0>140}" for number in range(100))}
    )
    stage = Stage().told(
        *everyone(), the_ruleset(), OpenInstrument(terms=a_book(traits=traits, moves_data=True))
    )
    for number in range(40):
        stage.told(RecordParticipant(standing=a_standing(f"BU-{number}", "JP", "buyer")))
        stage.deposited(f"BU-{number}", 100).ask(f"BU-{number}", a_bid(10))
    facts = stage.ask(SELLER, an_ask(10, 100))
    last = facts[-1]
    assert isinstance(last, OrderCancelled)
    assert last.grounds == "fills_bounded"
    assert sum(map(weight, facts)) < 256 * 1024 - 64 * 1024


def test_however_many_may_not_trade_the_one_behind_them_does() -> None:
    stage = a_data_floor()
    for number in range(200):
        elsewhere = a_use(place_of_use="MY", scenario_id=f"S-{number}")
        stage.ask("BU-SG-01", a_bid(10, use=elsewhere))
    stage.ask(BUYER, a_bid(10))
    facts = stage.ask(SELLER, an_ask(10))
    assert trades(facts) == [(BUYER, 10, 1)]
    refused = [fact for fact in facts if isinstance(fact, FenceDecided) and fact.outcome == "DENY"]
    assert 0 < len(refused) < 10
    assert sum(map(weight, facts)) < 32 * 1024
    assert len({fact.decision_id for fact in facts if isinstance(fact, FenceDecided)}) == len(refused) + 1


def test_no_fact_weighs_more_on_the_wire_than_matching_reckons_with() -> None:
    stage = a_trading_floor(**DATA)
    for _ in range(2):
        stage.ask(SELLER, an_ask(10))
    facts = stage.ask(BUYER, a_bid(10, 5, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL))
    meta = FactMeta(
        seq=2**40,
        claim=2**40,
        cause=2**40,
        index=200,
        last=200,
        command_id="c" * 80,
        actor="a" * 80,
        at=stage.at,
    )
    codec = codec_for("market")
    overhead = 70
    for fact in facts:
        assert len(codec.encode_fact(Recorded(meta, fact))) + overhead <= weight(fact), fact


def test_a_book_with_many_ended_orders_stays_as_quick_and_small_as_its_open_ones() -> None:
    stage = a_trading_floor()
    stage.ask(SELLER, an_ask(10))
    for _ in range(500):
        stage.ask("SE-CN-03", an_ask(10))
        newest = max(stage.market.orders.values(), key=lambda order: order.entered)
        stage.ask("SE-CN-03", CancelOrder(order_id=newest.order_id))
    (ladder,) = stage.market.instruments["L-0.1.0"].asks.values()
    (level,) = ladder.levels.values()
    assert len(level.orders) - level.head - level.ended == 1
    assert len(level.orders) < 40
    assert trades(stage.ask(BUYER, a_bid(10))) == [(SELLER, 10, 1)]


def test_levels_are_in_order_whatever_order_they_came_in() -> None:
    stage = a_trading_floor()
    for price in (50, 10, 90, 30, 70):
        stage.ask(SELLER, an_ask(price + 100))
        stage.ask(BUYER, a_bid(price))
    book = stage.market.instruments["L-0.1.0"]
    ((bids,), (asks,)) = (book.bids.values(), book.asks.values())
    assert all(high.price > low.price for high, low in pairwise(best_first(bids)))
    assert all(low.price < high.price for low, high in pairwise(best_first(asks)))
