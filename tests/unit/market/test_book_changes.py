"""How open orders are changed, meet their own, and are tried again. Source: market.md section 4a (7, 8, 9, 14)."""

from typing import Any

import pytest

from exchange.kernel.time import HOUR, SECOND
from exchange.market.commands import RecordStanding, ReplaceOrder, SelfTrade, Side, TimeInForce
from exchange.market.facts import OrderReplaced
from exchange.market.state import Purse
from tests.properties.market_structure import consistent
from tests.unit.market.floor import B1, B2, B3, BOOK, S1, S2, a_floor, ends, order_of, resting, set_to, trades
from tests.unit.market.stage import Stage, a_bid, a_use, an_ask, names, refusal
from tests.unit.market.test_market_sweeping import LAX, adopting
from tests.unit.market.test_market_sweeping import a_floor as a_floor_of_data

DATE = TimeInForce.GOOD_TILL_DATE


def changing(order_id: str, quantity: int, price: int, **more: Any) -> ReplaceOrder:
    return ReplaceOrder(order_id=order_id, quantity=quantity, price=price, **more)


def two_bids() -> tuple[Stage, str]:
    """Two bids at one price; the name of the older one, of two lots."""
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, 2)))
    stage.ask(B2, a_bid(10, 2))
    return stage, order_id


@pytest.mark.parametrize(
    ("quantity", "price", "kept"), [(1, 10, True), (2, 10, True), (3, 10, False), (2, 9, False)]
)
def test_only_a_reduction_keeps_its_place(quantity: int, price: int, kept: bool) -> None:
    stage, order_id = two_bids()
    (fact,) = stage.ask(B1, changing(order_id, quantity, price))
    assert isinstance(fact, OrderReplaced)
    assert fact.kept_place == kept
    assert fact.order_id == order_id
    assert (resting(stage, Side.BID)[0][0] == B1) == kept
    assert stage.purse(B1) == Purse(cash=10_000 - quantity * price, reserved=quantity * price)


def test_another_expiry_loses_the_place() -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=stage.at + HOUR)))
    stage.ask(B2, a_bid(10))
    stage.ask(B1, changing(order_id, 1, 10, expires_at=stage.at + 2 * HOUR))
    assert [who for who, *_ in resting(stage, Side.BID)] == [B2, B1]
    stage.at += HOUR
    assert not stage.settle()
    stage.at += HOUR
    assert ends(stage.settle()) == [(B1, "good_till_date", 1)]


@pytest.mark.parametrize("expires_at", [0, 1])
def test_an_order_does_not_come_to_end_in_the_past(expires_at: int) -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=stage.at + HOUR)))
    facts = stage.ask(B1, changing(order_id, 1, 10, expires_at=expires_at))
    assert refusal(facts).reason == "EXPIRY_PAST"
    assert not stage.settle()


def test_the_new_quantity_is_the_total_what_was_executed_included() -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, 5)))
    stage.ask(S1, an_ask(10, 2))
    (fact,) = stage.ask(B1, changing(order_id, 4, 10))
    assert isinstance(fact, OrderReplaced)
    assert (fact.quantity, fact.quantity_left) == (4, 2)


@pytest.mark.parametrize("quantity", [1, 2])
def test_at_or_below_the_executed_part_the_order_ends(quantity: int) -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, 5)))
    stage.ask(S1, an_ask(10, 2))
    assert ends(stage.ask(B1, changing(order_id, quantity, 10))) == [(B1, "replaced_below_executed", 3)]
    assert stage.purse(B1) == Purse(cash=10_000 - 20)


def test_a_changed_order_may_take() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(12, 2))
    order_id = order_of(stage.ask(B1, a_bid(10, 5)))
    facts = stage.ask(B1, changing(order_id, 5, 13))
    assert trades(facts) == [(B1, S1, 12, 2)]
    assert resting(stage, Side.BID) == [(B1, 13, 3, 3)]
    assert stage.purse(B1) == Purse(cash=10_000 - 24 - 39, reserved=39)


def test_an_order_that_is_to_rest_only_stands_as_it_was_where_its_change_would_take() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(12))
    order_id = order_of(stage.ask(B1, a_bid(10, post_only=True)))
    assert refusal(stage.ask(B1, changing(order_id, 1, 12))).reason == "POST_ONLY_WOULD_TAKE"
    assert resting(stage, Side.BID) == [(B1, 10, 1, 1)]
    stage.ask(B1, changing(order_id, 1, 11))
    assert resting(stage, Side.BID) == [(B1, 11, 1, 1)]


def test_a_changed_iceberg_shows_a_full_part() -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(S1, an_ask(10, 6, display_quantity=3)))
    stage.ask(B1, a_bid(10, 1))
    stage.ask(S1, changing(order_id, 6, 11))
    assert resting(stage, Side.ASK) == [(S1, 11, 5, 3)]


@pytest.mark.parametrize(
    ("who", "quantity", "price", "more", "reason"),
    [
        (B2, 1, 10, {}, "ORDER_UNKNOWN"),
        (B1, 2_000, 10, {}, "FUNDS_INSUFFICIENT"),
        (B1, 2, 10, {"expires_at": 1}, "CONDITION_CONFLICT"),
        (B1, 2, 10, {"expires_at": 0}, "CONDITION_CONFLICT"),
    ],
)
def test_a_change_that_may_not_be_changes_nothing(
    who: str, quantity: int, price: int, more: dict[str, Any], reason: str
) -> None:
    stage, order_id = two_bids()
    before = resting(stage, Side.BID)
    assert refusal(stage.ask(who, changing(order_id, quantity, price, **more))).reason == reason
    assert resting(stage, Side.BID) == before


def test_an_order_that_has_ended_is_not_changed() -> None:
    stage, order_id = two_bids()
    stage.ask(S1, an_ask(10, 2))
    assert refusal(stage.ask(B1, changing(order_id, 3, 10))).reason == "ORDER_NOT_OPEN"


def test_a_changed_expiry_lies_ahead() -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=stage.at + HOUR)))
    assert refusal(stage.ask(B1, changing(order_id, 1, 10, expires_at=stage.at))).reason == "EXPIRY_PAST"


def test_an_order_whose_expiry_comes_and_goes_expires_once() -> None:
    stage = a_floor()
    first, second = stage.at + HOUR, stage.at + 2 * HOUR
    order_id = order_of(stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=first)))
    stage.ask(B2, a_bid(10, time_in_force=DATE, expires_at=first))
    for expires_at in (second, first) * 100:
        stage.ask(B1, changing(order_id, 1, 10, expires_at=expires_at))
    assert len(stage.market.expiring[str(first)].names) < 50
    stage.at = first
    assert sorted(ends(stage.settle())) == [(B1, "good_till_date", 1), (B2, "good_till_date", 1)]


def test_a_reduction_is_possible_though_the_collar_has_left_the_price() -> None:
    stage = a_floor(rules={"collar_bp": 2_000, "reference_price": 10})
    order_id = order_of(stage.ask(B1, a_bid(8, 5)))
    stage.ask(S1, an_ask(12))
    stage.ask(B2, a_bid(12))
    assert refusal(stage.ask(B1, changing(order_id, 6, 8))).reason == "PRICE_OUTSIDE_COLLAR"
    assert names(stage.ask(B1, changing(order_id, 4, 8))) == ["OrderReplaced"]


def test_a_changed_bid_buys_nothing_of_a_suspended_seller() -> None:
    stage = a_floor(seller_id=S1, posted_price=20)
    order_id = order_of(stage.ask(B1, a_bid(10)))
    stage.told(RecordStanding(participant_id=S1, active=False))
    said = refusal(stage.ask(B1, changing(order_id, 1, 20)))
    assert (said.reason, said.subject) == ("PARTICIPANT_SUSPENDED", S1)


@pytest.mark.parametrize(
    ("mode", "traded", "ended", "left"),
    [
        ("cancel_newest", 1, [(S2, "own_order_ahead", 7)], [(S2, 10, 2, 2), (S1, 10, 3, 3)]),
        ("cancel_both", 1, [(S2, "own_order_behind", 2), (S2, "own_order_ahead", 7)], [(S1, 10, 3, 3)]),
        ("cancel_oldest", 4, [(S2, "own_order_behind", 2)], []),
        ("decrement", 4, [(S2, "reduced", 2), (S2, "reduced", 2)], []),
    ],
)
def test_an_order_meets_its_own_as_it_asked_for(
    mode: str, traded: int, ended: list[Any], left: list[Any]
) -> None:
    stage = a_floor()
    stage.deposited(S2, 1_000)
    for who, lots in ((S1, 1), (S2, 2), (S1, 3)):
        stage.ask(who, an_ask(10, lots))
    facts = stage.ask(S2, a_bid(10, 8, self_trade=SelfTrade(mode)))
    assert sum(lots for *_, lots in trades(facts)) == traded
    assert ends(facts) == ended
    assert resting(stage, Side.ASK) == left


def test_a_changed_order_is_the_newest_where_it_meets_its_own() -> None:
    stage = a_floor()
    stage.deposited(S1, 1_000)
    order_id = order_of(stage.ask(S1, a_bid(8)))
    stage.ask(S1, an_ask(10))
    assert ends(stage.ask(S1, changing(order_id, 1, 10))) == [(S1, "own_order_ahead", 1)]
    assert resting(stage, Side.ASK) == [(S1, 10, 1, 1)]


def test_those_passed_over_keep_their_place_and_the_order_may_rest_across_them() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    stage.ask(S2, an_ask(11))
    stage.told(RecordStanding(participant_id=S1, active=False))
    assert trades(stage.ask(B1, a_bid(12, 2))) == [(B1, S2, 11, 1)]
    assert resting(stage, Side.BID) == [(B1, 12, 1, 1)]
    assert resting(stage, Side.ASK) == [(S1, 10, 1, 1)]


def test_a_swept_iceberg_takes_with_all_of_it() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 5))
    stage.told(RecordStanding(participant_id=S1, active=False))
    stage.ask(B1, a_bid(12, 9, display_quantity=2))
    stage.told(RecordStanding(participant_id=S1, active=True))
    assert trades(stage.settle()) == [(B1, S1, 10, 5)]
    assert resting(stage, Side.BID) == [(B1, 12, 4, 2)]


def test_a_changed_order_is_swept_by_when_it_entered_anew() -> None:
    stage = a_floor_of_data()
    ask = order_of(stage.ask(S1, an_ask(10)))
    stage.ask(B1, a_bid(12, use=a_use(place_of_use="MY")))
    stage.ask(S1, changing(ask, 1, 11))
    stage.told(adopting(LAX, stage.at))
    assert trades(stage.settle()) == [(B1, S1, 12, 1)]


def test_a_book_that_opens_again_is_swept_before_anything_enters() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    stage.told(RecordStanding(participant_id=S1, active=False))
    stage.ask(B1, a_bid(12))
    set_to(stage, "halted")
    stage.told(RecordStanding(participant_id=S1, active=True))
    set_to(stage, "open")
    stage.at += SECOND
    assert trades(stage.settle()) == [(B1, S1, 10, 1)]
    assert BOOK not in stage.market.crossed


def test_an_order_whose_owner_comes_and_goes_stands_once_whoever_left_the_queue_meanwhile() -> None:
    stage = a_floor()
    for who in (*[B1] * 6, B2, B3, *[B1] * 8):
        stage.ask(who, a_bid(10))
    stage.told(RecordStanding(participant_id=B2, active=False))
    stage.ask(S1, an_ask(10, 7))
    for active in (True, False):
        stage.told(RecordStanding(participant_id=B2, active=active))
        assert [who for who, *_ in resting(stage, Side.BID)] == [B2, *[B1] * 8]
    assert trades(stage.ask(S1, an_ask(10))) == [(B1, S1, 10, 1)]
    consistent(stage.market)


def test_a_sweep_takes_from_an_older_iceberg_that_has_shown_its_next_part_since() -> None:
    stage = a_floor_of_data()
    stage.ask(S1, an_ask(10, 6, display_quantity=2))
    stage.ask(B1, a_bid(12, use=a_use(place_of_use="MY")))
    assert trades(stage.ask(B2, a_bid(10, 2))) == [(B2, S1, 10, 2)]
    stage.told(adopting(LAX, stage.at))
    assert trades(stage.settle()) == [(B1, S1, 10, 1)]
