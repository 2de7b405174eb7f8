"""How orders are collected and trade at one price. Source: market.md section 4a (11, 12, 13, 14)."""

from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.time import HOUR, SECOND
from exchange.market import auction_price
from exchange.market.allotting import Admits, allotted
from exchange.market.commands import (
    CancelOrder,
    CancelOrders,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.conditions import PARTS_MAX
from exchange.market.facts import AuctionPriced, InstrumentStateSet
from exchange.market.mass_cancel import CANCELLED_MAX
from exchange.market.state import Instrument, Market, Purse
from tests.unit.market.floor import (
    B1,
    B2,
    B3,
    BOOK,
    S1,
    S2,
    a_call,
    a_floor,
    at_market,
    ends,
    opened,
    order_of,
    resting,
    set_to,
    trades,
)
from tests.unit.market.stage import (
    NOON,
    POLICY_ACTOR,
    Stage,
    a_bid,
    a_standing,
    a_use,
    an_ask,
    names,
    refusal,
)


def priced(facts: list[Fact]) -> tuple[int | None, int, int]:
    """The price that an auction found, what trades at it, and how many more lots are bid for than asked."""
    (fact,) = [each for each in facts if isinstance(each, AuctionPriced)]
    return fact.price, fact.volume, fact.imbalance


def collected(
    bids: list[tuple[int, int]], asks: list[tuple[int, int]], rules: dict[str, Any] | None = None
) -> Stage:
    """A call with bids and asks of these prices and quantities."""
    stage = a_call(rules=rules)
    for price, lots in bids:
        stage.ask(B1, a_bid(price, lots))
    for price, lots in asks:
        stage.ask(S1, an_ask(price, lots))
    return stage


def test_who_has_most_on_both_sides_does_not_make_every_price_be_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = list[int]()

    def counted(market: Market, instrument: Instrument, price: int, admits: Admits) -> Any:
        tried.append(price)
        return allotted(market, instrument, price, admits)

    monkeypatch.setattr(auction_price, "allotted", counted)
    prices = range(100, 140)
    stage = collected([(price, 1) for price in prices], [(price, 1) for price in prices])
    stage.told(RecordParticipant(standing=a_standing("BOTH", "CN-LG", "buyer", "seller")))
    stage.deposited("BOTH", 10**12)
    stage.ask("BOTH", a_bid(140, 500))
    stage.ask("BOTH", an_ask(100, 500))
    assert priced(opened(stage)) == (120, 41, -1)
    assert tried == [119, 120]


def test_while_orders_are_collected_nothing_trades() -> None:
    stage = a_call()
    stage.ask(S1, an_ask(10))
    assert names(stage.ask(B1, a_bid(12))) == ["OrderAccepted"]
    assert len(stage.market.orders) == 2


def test_orders_may_be_cancelled_and_changed_while_they_are_collected() -> None:
    stage = a_call()
    order_id = order_of(stage.ask(B1, a_bid(12)))
    assert names(stage.ask(B1, CancelOrder(order_id=order_id))) == ["OrderCancelled"]


def test_an_auction_comes_when_its_time_has_come_and_the_book_trades_on() -> None:
    stage = a_floor(rules={"call_us": HOUR})
    stage.ask(S1, an_ask(10))
    stage.ask(B1, a_bid(12))
    stage.at += HOUR
    facts = stage.settle()
    assert trades(facts) == [(B1, S1, 12, 1)]
    assert [fact.state for fact in facts if isinstance(fact, InstrumentStateSet)] == ["uncrossing", "open"]


@pytest.mark.parametrize("late", [0, 1, HOUR])
def test_an_auction_at_the_gate_trades_before_the_book_closes_however_late_it_is_looked_at(late: int) -> None:
    stage = a_floor(rules={"call_us": HOUR, "last_trade": NOON + HOUR})
    stage.ask(S1, an_ask(10))
    stage.ask(B1, a_bid(12))
    stage.at += HOUR + late
    facts = stage.settle()
    assert (priced(facts)[1], trades(facts)) == (1, [(B1, S1, 12, 1)])
    assert stage.market.instruments[BOOK].state == "closed"


def test_an_order_that_ends_after_an_auction_trades_in_it_however_late_it_is_looked_at() -> None:
    stage = a_floor(rules={"call_us": HOUR})
    stage.ask(S1, an_ask(10))
    dated = {"time_in_force": TimeInForce.GOOD_TILL_DATE, "expires_at": NOON + HOUR + SECOND}
    stage.ask(B1, a_bid(12, 3, **dated))
    stage.at += 2 * HOUR
    facts = stage.settle()
    assert (priced(facts)[1], trades(facts)) == (1, [(B1, S1, 12, 1)])
    assert ends(facts) == [(B1, "good_till_date", 2)]


def test_a_book_that_only_auctions_closes_after_it() -> None:
    stage = a_floor(rules={"call_us": HOUR, "after_call": "closed"})
    stage.ask(S1, an_ask(10))
    stage.ask(B1, a_bid(12, 3))
    stage.at += HOUR
    facts = stage.settle()
    assert trades(facts) == [(B1, S1, 12, 1)]
    assert ends(facts) == [(B1, "last_trade", 2)]
    assert stage.market.instruments[BOOK].state == "closed"


def test_orders_that_rest_already_take_part() -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(10))
    set_to(stage, "call")
    stage.ask(B1, a_bid(10))
    assert trades(opened(stage)) == [(B1, S1, 10, 1)]


@pytest.mark.parametrize(
    ("bids", "asks", "rules", "price", "volume", "imbalance"),
    [
        # The most trades at 11 and at 12; at 12 less is left over.
        ([(12, 4), (11, 2), (10, 3)], [(9, 2), (11, 2), (13, 5)], {}, 12, 4, 0),
        # At any price from 9 to 12 three trade and nothing is left: the nearest to the reference.
        ([(12, 3)], [(9, 3)], {"reference_price": 10}, 9, 3, 0),
        ([(12, 3)], [(9, 3)], {"reference_price": 11}, 12, 3, 0),
        # As far from the reference: the higher.
        ([(12, 3)], [(8, 3)], {"reference_price": 10}, 12, 3, 0),
        # Without a reference: as far from the middle of those that tie, so the higher.
        ([(12, 3)], [(9, 3)], {}, 12, 3, 0),
        # The nearest to the middle of the tied prices, 8 and 12: 10.
        ([(12, 1), (10, 1)], [(8, 1), (10, 1)], {}, 10, 2, 0),
        # More is bid for than asked at the higher price too: the least difference decides.
        ([(12, 3), (10, 4)], [(9, 3)], {"reference_price": 9}, 12, 3, 0),
        ([(12, 5), (10, 4)], [(9, 3)], {"reference_price": 9}, 12, 3, 2),
        # Nothing crosses.
        ([(9, 3)], [(10, 3)], {"reference_price": 9}, None, 0, 0),
        ([], [], {}, None, 0, 0),
    ],
)
def test_the_price_is_that_at_which_most_trades_then_least_is_left_then_nearest_then_highest(
    bids: list[tuple[int, int]],
    asks: list[tuple[int, int]],
    rules: dict[str, Any],
    price: int | None,
    volume: int,
    imbalance: int,
) -> None:
    stage = collected(bids, asks, rules)
    facts = opened(stage)
    assert priced(facts) == (price, volume, imbalance)
    assert {each[2] for each in trades(facts)} <= {price}
    assert sum(each[3] for each in trades(facts)) == volume


def test_where_only_market_orders_meet_they_trade_at_the_reference() -> None:
    stage = a_call(rules={"reference_price": 10, "collar_bp": 5_000})
    stage.ask(S1, at_market(an_ask(1, 2)))
    stage.ask(B1, at_market(a_bid(quantity=2)))
    assert stage.purse(B1).reserved == 30
    facts = opened(stage)
    assert trades(facts) == [(B1, S1, 10, 2)]
    assert stage.purse(B1) == Purse(cash=10_000 - 20)


def test_market_orders_come_before_limits() -> None:
    stage = a_call(rules={"reference_price": 10, "collar_bp": 5_000})
    stage.ask(B1, a_bid(15, 2))
    stage.ask(B2, at_market(a_bid(quantity=2)))
    stage.ask(S1, an_ask(9, 3))
    assert trades(opened(stage)) == [(B2, S1, 9, 2), (B1, S1, 9, 1)]


def test_with_a_protection_price_a_market_order_is_a_limit_at_it() -> None:
    stage = a_call()
    stage.ask(B1, a_bid(12))
    stage.ask(B2, at_market(a_bid(quantity=1), price=11))
    stage.ask(S1, an_ask(9))
    assert trades(opened(stage)) == [(B1, S1, 12, 1)]


@pytest.mark.parametrize("price", [None, 9])
def test_market_orders_that_are_left_after_the_auction_end(price: int | None) -> None:
    stage = a_call(rules={"reference_price": 10, "collar_bp": 5_000})
    stage.ask(B1, at_market(a_bid(quantity=3), price=price))
    stage.ask(S1, an_ask(9))
    facts = opened(stage)
    assert trades(facts) == [(B1, S1, 9, 1)]
    assert ends(facts) == [(B1, "auction_ended", 2)]
    assert stage.purse(B1) == Purse(cash=10_000 - 9)
    assert not stage.market.orders


def test_market_orders_that_waited_through_a_halt_still_have_their_auction() -> None:
    stage = a_call(rules={"reference_price": 10, "collar_bp": 5_000})
    stage.ask(B1, at_market(a_bid(quantity=2)))
    stage.ask(S1, an_ask(9))
    set_to(stage, "halted")
    facts = opened(stage)
    assert trades(facts) == [(B1, S1, 9, 1)]
    assert not stage.market.orders
    assert stage.market.instruments[BOOK].state == "open"


def test_a_market_order_takes_no_price_that_its_reserve_does_not_cover() -> None:
    stage = a_floor(rules={"reference_price": 20, "collar_bp": 2_000})
    stage.ask(S1, an_ask(24))
    stage.ask(S2, an_ask(16))
    stage.ask(B2, a_bid(16))
    set_to(stage, "call")
    stage.ask(B1, at_market(a_bid(quantity=1)))
    assert stage.purse(B1).reserved == 19
    facts = opened(stage)
    assert (trades(facts), ends(facts)) == ([], [(B1, "auction_ended", 1)])


def test_icebergs_count_whole() -> None:
    stage = a_call()
    stage.ask(S1, an_ask(10, 6, display_quantity=1))
    stage.ask(B1, a_bid(10, 6))
    assert priced(opened(stage)) == (10, 6, 0)


def test_of_icebergs_the_shown_parts_come_first_then_the_next_ones_in_turn() -> None:
    stage = a_call()
    stage.ask(S1, an_ask(10, 4, display_quantity=2))
    stage.ask(S2, an_ask(10, 3))
    stage.ask(B1, a_bid(10, 6))
    assert trades(opened(stage)) == [(B1, S1, 10, 2), (B1, S2, 10, 3), (B1, S1, 10, 1)]
    assert resting(stage, Side.ASK) == [(S1, 10, 1, 1)]


def test_icebergs_make_no_more_trades_of_an_auction_than_they_have_parts() -> None:
    stage = a_call(cash_minor=10**12)
    for who in (S1, S2):
        assert refusal(stage.ask(who, an_ask(10, 10**6, display_quantity=1))).reason == "DISPLAY_TOO_SMALL"
        stage.ask(who, an_ask(10, 10**6, display_quantity=10**4))
    stage.ask(B1, a_bid(10, 2 * 10**6))
    made = trades(opened(stage))
    assert (len(made), sum(each[3] for each in made)) == (2 * PARTS_MAX, 2 * 10**6)
    assert not stage.market.orders


def test_an_iceberg_that_is_used_up_skips_nobody_behind_it() -> None:
    stage = a_call()
    stage.ask(S1, an_ask(10, 4, display_quantity=1))
    stage.ask(S2, an_ask(10, 1))
    stage.ask(S1, an_ask(10, 1))
    stage.ask(B1, a_bid(10, 3))
    stage.ask(B2, a_bid(10, 1))
    assert trades(opened(stage)) == [(B1, S1, 10, 1), (B1, S2, 10, 1), (B1, S1, 10, 1), (B2, S1, 10, 1)]


@pytest.mark.parametrize("state", ["call", "halted"])
@pytest.mark.parametrize("over", ["cancelled", "expired"])
def test_what_is_ending_takes_no_part_in_an_auction_that_a_policy_begins_meanwhile(
    state: str, over: str
) -> None:
    stage, end = a_call(cash_minor=10**6), NOON + HOUR
    many = 2 * CANCELLED_MAX + 10
    for _ in range(many):
        stage.ask(S1, an_ask(10, time_in_force=TimeInForce.GOOD_TILL_DATE, expires_at=end))
    stage.ask(S2, an_ask(11))
    stage.ask(B1, a_bid(12, many))
    if state == "halted":
        set_to(stage, "halted")
    if over == "expired":
        stage.at = end
        stage.expire()
    else:
        stage.ask_without_deadlines(S1, CancelOrders(participant_id=S1))
    assert len(stage.market.orders) > 2
    facts = stage.ask_without_deadlines(POLICY_ACTOR, SetInstrumentState(instrument_id=BOOK, state="open"))
    assert facts == [InstrumentStateSet(instrument_id=BOOK, state="call", auction_at=stage.at + 1)]
    assert trades(stage.settle()) == []
    assert len(stage.market.orders) == 2
    stage.at += 1
    assert trades(stage.settle()) == [(B1, S2, 12, 1)]
    assert stage.market.instruments[BOOK].state == "open"


def test_own_pairs_are_passed_over() -> None:
    stage = a_call()
    stage.deposited(S1, 1_000)
    stage.ask(S1, an_ask(10))
    stage.ask(S2, an_ask(10))
    stage.ask(S1, a_bid(10))
    assert trades(opened(stage)) == [(S1, S2, 10, 1)]


def test_the_suspended_take_no_part_and_stay() -> None:
    stage = a_call()
    stage.ask(S1, an_ask(9))
    stage.ask(S2, an_ask(10))
    stage.ask(B1, a_bid(10, 2))
    stage.told(RecordStanding(participant_id=S1, active=False))
    facts = opened(stage)
    assert priced(facts) == (10, 1, 1)
    assert trades(facts) == [(B1, S2, 10, 1)]
    assert resting(stage, Side.ASK) == [(S1, 9, 1, 1)]


def test_who_may_not_trade_is_passed_over_and_the_volume_is_what_really_executes() -> None:
    stage = a_call(moves_data=True)
    elsewhere = a_use(place_of_use="MY")
    stage.ask(B1, a_bid(12, 5, use=elsewhere))
    stage.ask(B2, a_bid(11, 2))
    stage.ask(S1, an_ask(9, 3))
    facts = opened(stage)
    assert priced(facts)[:2] == (11, 2)
    assert trades(facts) == [(B2, S1, 11, 2)]
    assert resting(stage, Side.BID) == [(B1, 12, 5, 5)]


def test_the_book_opens_with_a_sweep_of_those_that_the_auction_left_crossed() -> None:
    stage = a_call()
    stage.deposited(S1, 1_000)
    stage.ask(S2, an_ask(14))
    stage.ask(S1, an_ask(10, 3))
    stage.ask(S1, a_bid(15))
    stage.ask(B3, a_bid(10, 3))
    assert trades(opened(stage)) == [(B3, S1, 10, 3), (S1, S2, 14, 1)]


def test_an_auctions_many_trades_are_made_in_bounded_steps_as_if_in_one() -> None:
    stage = a_call()
    for _ in range(45):
        stage.ask(S1, an_ask(10, 2))
    stage.ask(B1, a_bid(10, 41))
    stage.ask(B2, a_bid(10, 60))
    facts = opened(stage)
    assert priced(facts) == (10, 90, 11)
    assert sum(lots for who, *_, lots in trades(facts) if who == B1) == 41
    assert sum(lots for who, *_, lots in trades(facts) if who == B2) == 49
    assert refusal(stage.ask(B3, a_bid(10, 10**9))).reason == "FUNDS_INSUFFICIENT"


def an_auction_of_forty_trades() -> Stage:
    """Opened, its price found; not one of its trades made."""
    stage = collected([(10, 1)] * 40, [(10, 1)] * 40)
    facts = set_to(stage, "open").expire()
    assert len(trades(facts)) == 20
    return stage


def test_a_book_is_halted_in_the_middle_of_its_auction() -> None:
    stage = an_auction_of_forty_trades()
    halt = SetInstrumentState(instrument_id=BOOK, state="halted")
    assert names(stage.ask_without_deadlines(POLICY_ACTOR, halt)) == ["InstrumentStateSet"]
    assert stage.settle() == []
    assert len(stage.market.orders) == 40
    set_to(stage, "open").settle()
    assert not stage.market.orders


def test_a_book_is_closed_in_the_middle_of_its_auction() -> None:
    stage = an_auction_of_forty_trades()
    close = SetInstrumentState(instrument_id=BOOK, state="closed")
    facts = stage.ask_without_deadlines(POLICY_ACTOR, close)
    assert {each[1] for each in ends(facts)} == {"instrument_closed"}
    assert stage.market.instruments[BOOK].state == "closed"
    assert stage.settle() == []


@pytest.mark.parametrize("state", ["open", "call"])
def test_a_book_in_the_middle_of_its_auction_is_not_opened_and_does_not_collect(state: Any) -> None:
    stage = an_auction_of_forty_trades()
    again = SetInstrumentState(instrument_id=BOOK, state=state)
    assert refusal(stage.ask_without_deadlines(POLICY_ACTOR, again)).reason == "INSTRUMENT_STATE"
