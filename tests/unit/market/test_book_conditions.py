"""What the conditions of an order bring about as it meets the book. Source: market.md section 4a (1 to 6)."""

import pytest

from exchange.market.commands import RecordStanding, SelfTrade, Side, TimeInForce
from exchange.market.matching import MET_MAX
from exchange.market.state import Purse
from tests.unit.market.floor import (
    B1,
    B2,
    B3,
    BOOK,
    S1,
    S2,
    a_floor,
    at_market,
    ends,
    resting,
    set_to,
    trades,
)
from tests.unit.market.stage import a_bid, an_ask, names, refusal

FOK, IOC = TimeInForce.FILL_OR_KILL, TimeInForce.IMMEDIATE_OR_CANCEL


def test_a_trade_has_the_resting_price_best_first_then_oldest() -> None:
    stage = a_floor()
    for who, price in ((S1, 11), (S2, 10), (S1, 10), (S2, 11)):
        stage.ask(who, an_ask(price))
    assert trades(stage.ask(B1, a_bid(12, 4))) == [
        (B1, S2, 10, 1),
        (B1, S1, 10, 1),
        (B1, S1, 11, 1),
        (B1, S2, 11, 1),
    ]


def test_a_market_order_takes_down_to_its_protection_price_and_the_rest_ends() -> None:
    stage = a_floor()
    for price in (10, 12, 15):
        stage.ask(S1, an_ask(price, 2))
    facts = stage.ask(B1, at_market(a_bid(quantity=9), price=12))
    assert trades(facts) == [(B1, S1, 10, 2), (B1, S1, 12, 2)]
    assert ends(facts) == [(B1, "market_rest", 5)]
    assert stage.purse(B1) == Purse(cash=10_000 - 44)


def test_a_market_order_without_protection_takes_at_any_price() -> None:
    stage = a_floor()
    for price in (9, 1):
        stage.ask(B1, a_bid(price, 2))
    facts = stage.ask(S1, at_market(an_ask(1, 3)))
    assert trades(facts) == [(B1, S1, 9, 2), (B1, S1, 1, 1)]


def test_a_market_order_takes_no_further_than_the_collar() -> None:
    stage = a_floor(rules={"collar_bp": 2_000, "reference_price": 10})
    for price in (10, 12):
        stage.ask(S1, an_ask(price))
    set_to(stage, "halted")
    set_to(stage, "open")
    facts = stage.ask(B1, at_market(a_bid(quantity=3)))
    assert trades(facts) == [(B1, S1, 10, 1), (B1, S1, 12, 1)]
    assert ends(facts) == [(B1, "market_rest", 1)]


def test_a_protection_price_beyond_the_collar_is_cut_to_it() -> None:
    stage = a_floor(rules={"collar_bp": 2_000, "reference_price": 10})
    stage.ask(S1, an_ask(12))
    assert trades(stage.ask(B1, at_market(a_bid(quantity=1), price=1_000))) == [(B1, S1, 12, 1)]
    assert stage.purse(B1).reserved == 0


def test_a_market_order_that_finds_nobody_within_its_protection_price_ends_untouched() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    facts = stage.ask(B1, at_market(a_bid(quantity=2), price=9))
    assert names(facts) == ["OrderAccepted", "OrderCancelled"]
    assert ends(facts) == [(B1, "market_rest", 2)]
    assert stage.purse(B1) == Purse(cash=10_000)


def test_a_market_order_that_may_trade_with_nobody_there_ends_untouched() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    stage.told(RecordStanding(participant_id=S1, active=False))
    assert ends(stage.ask(B1, at_market(a_bid(quantity=2)))) == [(B1, "market_rest", 2)]


@pytest.mark.parametrize("order", [at_market(a_bid(quantity=1)), at_market(a_bid(quantity=1), price=20)])
def test_a_market_order_into_an_empty_side_is_refused(order) -> None:  # type: ignore[no-untyped-def]
    stage = a_floor()
    stage.ask(B2, a_bid(5))
    said = refusal(stage.ask(B1, order))
    assert (said.reason, said.subject) == ("OPPOSITE_SIDE_EMPTY", BOOK)


def test_a_market_order_reserves_for_all_of_it_at_the_worst_price_that_it_meets() -> None:
    stage = a_floor(cash_minor=29)
    for price in (5, 10):
        stage.ask(S1, an_ask(price))
    assert refusal(stage.ask(B1, at_market(a_bid(quantity=3)))).reason == "FUNDS_INSUFFICIENT"
    assert len(trades(stage.ask(B1, at_market(a_bid(quantity=2))))) == 2


def test_of_an_immediate_order_the_rest_ends() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 2))
    facts = stage.ask(B1, a_bid(10, 5, time_in_force=IOC))
    assert (trades(facts), ends(facts)) == ([(B1, S1, 10, 2)], [(B1, "immediate_or_cancel", 3)])


def test_an_order_that_cannot_be_filled_whole_touches_nothing() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 3))
    stage.ask(S2, an_ask(12, 3))
    facts = stage.ask(B1, a_bid(11, 4, time_in_force=FOK))
    assert (trades(facts), ends(facts)) == ([], [(B1, "fill_or_kill", 4)])
    assert resting(stage, Side.ASK) == [(S1, 10, 3, 3), (S2, 12, 3, 3)]
    assert sum(lots for *_, lots in trades(stage.ask(B1, a_bid(12, 4, time_in_force=FOK)))) == 4


def test_what_is_hidden_counts_for_an_order_that_is_filled_whole_or_not_at_all() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 9, display_quantity=1))
    assert sum(lots for *_, lots in trades(stage.ask(B1, a_bid(10, 9, time_in_force=FOK)))) == 9


def test_who_may_not_trade_does_not_count_for_it() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 3))
    stage.ask(S2, an_ask(10, 3))
    stage.told(RecordStanding(participant_id=S1, active=False))
    assert ends(stage.ask(B1, a_bid(10, 4, time_in_force=FOK))) == [(B1, "fill_or_kill", 4)]


@pytest.mark.parametrize(
    ("mode", "filled"), [("cancel_newest", 0), ("cancel_both", 0), ("decrement", 0), ("cancel_oldest", 4)]
)
def test_counting_stops_at_ones_own_order_where_it_would_stop_the_order(mode: str, filled: int) -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 2))
    stage.deposited(S2, 1_000)
    stage.ask(S2, an_ask(10, 3))
    stage.ask(S1, an_ask(10, 2))
    facts = stage.ask(S2, a_bid(10, 4, time_in_force=FOK, self_trade=SelfTrade(mode)))
    assert sum(lots for *_, lots in trades(facts)) == filled
    if not filled:
        assert ends(facts) == [(S2, "fill_or_kill", 4)]
        assert len(resting(stage, Side.ASK)) == 3


def test_less_than_its_minimum_at_once_ends_an_order_without_a_trade() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 2))
    facts = stage.ask(B1, a_bid(10, 5, min_quantity=3))
    assert (trades(facts), ends(facts)) == ([], [(B1, "minimum_quantity", 5)])
    assert resting(stage, Side.ASK) == [(S1, 10, 2, 2)]


def test_once_its_minimum_is_executed_an_order_rests_without_one() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 3))
    stage.ask(B1, a_bid(10, 5, min_quantity=3))
    assert resting(stage, Side.BID) == [(B1, 10, 2, 2)]
    assert trades(stage.ask(S2, an_ask(10))) == [(B1, S2, 10, 1)]


@pytest.mark.parametrize(("price", "refused"), [(10, True), (11, True), (9, False)])
def test_an_order_that_is_to_rest_only_is_refused_where_it_would_take(price: int, refused: bool) -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    last = stage.ask(B1, a_bid(price, post_only=True))
    assert (names(last) == ["Refused"]) == refused
    assert not refused or refusal(last).reason == "POST_ONLY_WOULD_TAKE"
    assert len(stage.market.orders) == (1 if refused else 2)


def test_it_is_refused_where_it_would_meet_its_own() -> None:
    stage = a_floor()
    stage.deposited(S1, 1_000)
    stage.ask(S1, an_ask(10))
    assert refusal(stage.ask(S1, a_bid(10, post_only=True))).reason == "POST_ONLY_WOULD_TAKE"


def test_it_rests_across_those_it_may_not_trade_with() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    stage.told(RecordStanding(participant_id=S1, active=False))
    stage.ask(B1, a_bid(12, post_only=True))
    assert resting(stage, Side.BID) == [(B1, 12, 1, 1)]


def test_an_iceberg_shows_a_part_and_each_next_one_at_the_back_of_its_price() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 5, display_quantity=2))
    stage.ask(S2, an_ask(10, 2))
    assert trades(stage.ask(B1, a_bid(10, 2))) == [(B1, S1, 10, 2)]
    assert resting(stage, Side.ASK) == [(S2, 10, 2, 2), (S1, 10, 3, 2)]
    stage.ask(B1, a_bid(10, 3))
    assert resting(stage, Side.ASK) == [(S1, 10, 2, 1)]


def test_what_is_hidden_trades_after_all_that_is_shown_at_its_price() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 5, display_quantity=2))
    stage.ask(S2, an_ask(10, 2))
    stage.ask(S2, an_ask(11, 2))
    assert trades(stage.ask(B1, a_bid(11, 8))) == [
        *((B1, S1, 10, 2), (B1, S2, 10, 2), (B1, S1, 10, 2), (B1, S1, 10, 1)),
        (B1, S2, 11, 1),
    ]


def test_an_arriving_iceberg_matches_with_its_whole_quantity_and_then_shows_a_full_part() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 5))
    assert trades(stage.ask(B1, a_bid(10, 9, display_quantity=3))) == [(B1, S1, 10, 5)]
    assert resting(stage, Side.BID) == [(B1, 10, 4, 3)]


def test_two_icebergs_show_their_parts_in_turn() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 4, display_quantity=2))
    stage.ask(S2, an_ask(10, 3, display_quantity=1))
    assert trades(stage.ask(B1, a_bid(10, 7))) == [
        *((B1, S1, 10, 2), (B1, S2, 10, 1), (B1, S1, 10, 2)),
        (B1, S2, 10, 2),
    ]


def test_the_parts_of_an_iceberg_that_stands_alone_are_no_fills_of_their_own() -> None:
    stage = a_floor(cash_minor=10**6)
    stage.ask(S1, an_ask(10, 5_000, display_quantity=50))
    facts = stage.ask(B1, a_bid(10, 2_003))
    assert sum(each[3] for each in trades(facts)) == 2_003
    assert len(trades(facts)) == 3
    assert resting(stage, Side.ASK) == [(S1, 10, 2_997, 47)]


@pytest.mark.parametrize("lots", [1, 7, 12, 31, 64, 99, 120, 140])
def test_icebergs_come_out_as_if_they_had_been_taken_lot_by_lot(lots: int) -> None:
    at_once, one_by_one = (a_floor(cash_minor=10**6) for _ in range(2))
    for stage in (at_once, one_by_one):
        stage.ask(S1, an_ask(10, 70, display_quantity=4))
        stage.ask(S2, an_ask(10, 5))
        stage.ask(S2, an_ask(10, 50, display_quantity=3))
        stage.ask(S1, an_ask(10, 20, display_quantity=10))
        stage.ask(S1, an_ask(11, 100, display_quantity=1))
    taken = trades(at_once.ask(B1, a_bid(11, lots)))
    each_of_one = [trade for _ in range(lots) for trade in trades(one_by_one.ask(B1, a_bid(11)))]
    assert len(taken) < 40
    for seller in (S1, S2):
        for price in (10, 11):
            sold = [
                sum(each[3] for each in some if each[1:3] == (seller, price)) for some in (taken, each_of_one)
            ]
            assert sold[0] == sold[1]
    assert resting(at_once, Side.ASK) == resting(one_by_one, Side.ASK)


def test_an_order_that_would_be_filled_by_too_many_at_once_is_killed_with_a_reason_of_its_own() -> None:
    stage = a_floor()
    for _ in range(MET_MAX + 1):
        stage.ask(S1, an_ask(10))
    whole = a_bid(10, MET_MAX + 1, time_in_force=FOK)
    assert ends(stage.ask(B3, whole)) == [(B3, "fills_bounded", MET_MAX + 1)]
    least = a_bid(10, MET_MAX + 2, min_quantity=MET_MAX + 1)
    assert ends(stage.ask(B3, least)) == [(B3, "fills_bounded", MET_MAX + 2)]
    facts = stage.ask(B2, a_bid(10, MET_MAX + 1))
    assert (len(trades(facts)), ends(facts)) == (MET_MAX, [(B2, "fills_bounded", 1)])
