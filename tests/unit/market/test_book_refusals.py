"""Every reason for which a book refuses an order or what is said of it. Source: market.md sections 3, 4, 4a."""

from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.time import HOUR
from exchange.market import entry
from exchange.market.commands import (
    BookRules,
    CancelOrders,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    RegisterCapacity,
    ReplaceOrder,
    SetInstrumentState,
    Side,
    TimeInForce,
)
from exchange.market.mass_cancel import CANCELLED_MAX
from tests.unit.market.floor import (
    B1,
    B2,
    BOOK,
    MARKET,
    OP,
    S1,
    a_call,
    a_floor,
    at_market,
    opened,
    order_of,
    resting,
    set_to,
    trades,
)
from tests.unit.market.quoting import ASKER, FIRST, a_board, an_award, quoted, requested, speech
from tests.unit.market.stage import NOON, POLICY_ACTOR, Stage, a_bid, a_use, an_ask, names, refusal, terms

LIMIT = OrderType.LIMIT
FOK, IOC = TimeInForce.FILL_OR_KILL, TimeInForce.IMMEDIATE_OR_CANCEL
DAY, STAYS, DATE = TimeInForce.DAY, TimeInForce.GOOD_TILL_CANCELLED, TimeInForce.GOOD_TILL_DATE
RULES = {
    "price_step": 5,
    "quantity_step": 2,
    "quantity_min": 4,
    "quantity_max": 20,
    "reference_price": 100,
    "collar_bp": 1_000,
}


@pytest.mark.parametrize(
    ("price", "quantity", "more", "reason"),
    [
        (101, 4, {}, "PRICE_OFF_TICK"),
        (101, 4, {"order_type": MARKET, "time_in_force": DAY}, "PRICE_OFF_TICK"),
        (100, 5, {}, "QUANTITY_OFF_LOT"),
        (100, 4, {"display_quantity": 3}, "QUANTITY_OFF_LOT"),
        (100, 4, {"min_quantity": 3}, "QUANTITY_OFF_LOT"),
        (100, 2, {}, "QUANTITY_TOO_SMALL"),
        (100, 22, {}, "QUANTITY_TOO_LARGE"),
        (115, 4, {}, "PRICE_OUTSIDE_COLLAR"),
        (85, 4, {}, "PRICE_OUTSIDE_COLLAR"),
        (None, 4, {}, "PRICE_MISSING"),
        (100, 4, {"time_in_force": DATE}, "EXPIRY_MISSING"),
        (100, 4, {"time_in_force": DATE, "expires_at": NOON}, "EXPIRY_PAST"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    price: int | None, quantity: int, more: dict[str, Any], reason: str
) -> None:
    stage = a_floor(rules=RULES)
    order = PlaceOrder(
        **(
            {"instrument_id": BOOK, "side": Side.BID, "price": price, "quantity": quantity}
            | {"use": a_bid().use, "time_in_force": STAYS}
            | more
        )
    )
    said = refusal(stage.ask(B1, order))
    assert (said.reason, said.subject) == (reason, BOOK)
    assert said.detail
    assert not stage.market.orders


@pytest.mark.parametrize("quantity", [301, 10**9])
def test_an_iceberg_shows_at_least_a_hundredth_of_itself(quantity: int) -> None:
    stage = a_floor(cash_minor=10**12)
    said = refusal(stage.ask(B1, a_bid(10, quantity, display_quantity=3)))
    assert (said.reason, said.subject) == ("DISPLAY_TOO_SMALL", BOOK)
    order_id = order_of(stage.ask(B1, a_bid(10, 300, display_quantity=3)))
    larger = ReplaceOrder(order_id=order_id, quantity=quantity, price=10)
    said = refusal(stage.ask(B1, larger))
    assert (said.reason, said.subject) == ("DISPLAY_TOO_SMALL", order_id)
    assert resting(stage, Side.BID) == [(B1, 10, 300, 3)]


def test_what_was_executed_of_an_iceberg_need_not_be_shown_again() -> None:
    stage = a_floor(cash_minor=10**12)
    order_id = order_of(stage.ask(B1, a_bid(10, 300, display_quantity=3)))
    stage.ask(S1, an_ask(10, 100))
    facts = stage.ask(B1, ReplaceOrder(order_id=order_id, quantity=400, price=10))
    assert names(facts) == ["OrderReplaced"]
    assert refusal(stage.ask(B1, ReplaceOrder(order_id=order_id, quantity=401, price=10))).reason == (
        "DISPLAY_TOO_SMALL"
    )


@pytest.mark.parametrize("price", [90, 110])
def test_the_ends_of_the_collar_belong_to_it(price: int) -> None:
    assert names(a_floor(rules=RULES).ask(B1, a_bid(price, 4))) == ["OrderAccepted"]


def test_the_collar_goes_with_the_last_trade() -> None:
    stage = a_floor(rules=RULES)
    stage.ask(S1, an_ask(110, 4))
    assert refusal(stage.ask(B1, a_bid(120, 4))).reason == "PRICE_OUTSIDE_COLLAR"
    stage.ask(B1, a_bid(110, 4))
    assert names(stage.ask(B1, a_bid(120, 4))) == ["OrderAccepted"]
    assert refusal(stage.ask(B1, a_bid(95, 4))).reason == "PRICE_OUTSIDE_COLLAR"


LEFT_OVER = {"order_type": MARKET, "time_in_force": DAY}
CONFLICTS = [
    {"post_only": True, **LEFT_OVER},
    {"post_only": True, "time_in_force": IOC},
    {"post_only": True, "time_in_force": FOK},
    {"display_quantity": 2, **LEFT_OVER},
    {"display_quantity": 2, "time_in_force": IOC},
    {"display_quantity": 2, "time_in_force": FOK},
    {"order_type": MARKET, "time_in_force": STAYS},
    {"order_type": MARKET, "time_in_force": DATE, "expires_at": NOON + HOUR},
    {"min_quantity": 2, "post_only": True},
    {"min_quantity": 2, "time_in_force": FOK},
    {"min_quantity": 6},
    {"display_quantity": 6},
    {"expires_at": NOON + HOUR},
    {"expires_at": NOON + HOUR, "time_in_force": DAY},
    {"expires_at": NOON + HOUR, "time_in_force": IOC},
    {"expires_at": NOON + HOUR, "time_in_force": FOK},
]


@pytest.mark.parametrize("more", CONFLICTS)
def test_conditions_that_cannot_take_effect_together_are_refused(more: dict[str, Any]) -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(9, 4))
    said = refusal(stage.ask(B1, a_bid(10, 4, **more)))
    assert (said.reason, said.subject) == ("CONDITION_CONFLICT", BOOK)


ALONE: list[dict[str, Any]] = [
    LEFT_OVER,
    {"order_type": MARKET, "time_in_force": IOC},
    {"order_type": MARKET, "time_in_force": FOK},
    {"order_type": MARKET, "time_in_force": DAY, "min_quantity": 2},
    {"min_quantity": 2, "time_in_force": IOC},
    {"min_quantity": 2, "display_quantity": 2},
    {"min_quantity": 4},
    {"display_quantity": 4},
    {"time_in_force": DATE, "expires_at": NOON + HOUR, "display_quantity": 2},
]


@pytest.mark.parametrize("more", ALONE)
def test_conditions_that_go_together_are_not(more: dict[str, Any]) -> None:
    stage = a_floor()
    stage.ask(S1, an_ask(9, 4))
    assert names(stage.ask(B1, a_bid(10, 4, **more)))[:2] == ["OrderAccepted", "TradeMatched"]


@pytest.mark.parametrize(
    "more", [{"time_in_force": IOC}, {"time_in_force": FOK}, {"post_only": True}, {"min_quantity": 1}]
)
def test_what_is_executed_at_once_or_never_takes_does_not_wait_for_an_auction(more: dict[str, Any]) -> None:
    assert refusal(a_call().ask(B1, a_bid(10, **more))).reason == "CONDITION_CONFLICT"


def test_a_market_bid_waits_for_an_auction_at_a_price_that_bounds_it() -> None:
    stage = a_call()
    assert refusal(stage.ask(B1, at_market(a_bid(quantity=1)))).reason == "PRICE_MISSING"
    assert names(stage.ask(B1, at_market(a_bid(quantity=1), price=9))) == ["OrderAccepted"]


def test_a_market_order_that_waits_is_not_changed() -> None:
    stage = a_call(rules=RULES)
    for price in (None, 100):
        order_id = order_of(stage.ask(B1, at_market(a_bid(quantity=4), price=price)))
        change = ReplaceOrder(order_id=order_id, quantity=6, price=100)
        assert refusal(stage.ask(B1, change)).reason == "CONDITION_CONFLICT"


def test_nobody_has_more_open_orders_in_a_book_than_it_permits() -> None:
    stage = a_floor(rules={"orders_max": 2})
    order_id = order_of(stage.ask(B1, a_bid(10)))
    stage.ask(B1, a_bid(10))
    assert refusal(stage.ask(B1, a_bid(10))).reason == "ORDERS_TOO_MANY"
    assert names(stage.ask(B2, a_bid(10))) == ["OrderAccepted"]
    assert names(stage.ask(B1, ReplaceOrder(order_id=order_id, quantity=1, price=11))) == ["OrderReplaced"]


def test_nobody_makes_a_book_look_at_ever_more_kinds_of_bids() -> None:
    stage = a_floor(moves_data=True)

    def bids(who: str, number: int) -> list[Fact]:
        return stage.ask(who, a_bid(1, use=a_use(scenario_id=f"S-{number}")))

    for number in range(50):
        assert names(bids(B1, number))[-1] == "OrderAccepted"
    said = refusal(bids(B1, 50))
    assert (said.reason, said.subject) == ("USES_TOO_MANY", BOOK)
    assert names(bids(B1, 7))[-1] == "OrderAccepted"
    for number in range(60, 70):
        assert names(bids(B2, number))[-1] == "OrderAccepted"
    assert refusal(bids(B2, 70)).reason == "USES_TOO_MANY"


def test_while_orders_are_being_cancelled_none_of_the_kind_enters() -> None:
    stage = a_floor()
    for _ in range(CANCELLED_MAX + 1):
        stage.ask(B1, a_bid(1))
    left = list(stage.market.orders)[-1]
    stage.ask(B1, CancelOrders(participant_id=B1))
    said = refusal(stage.ask_without_deadlines(B1, a_bid(1)))
    assert (said.reason, said.subject) == ("CANCELLING", BOOK)
    change = ReplaceOrder(order_id=left, quantity=2, price=1)
    assert refusal(stage.ask_without_deadlines(B1, change)).reason == "CANCELLING"
    assert names(stage.ask_without_deadlines(B2, a_bid(1))) == ["OrderAccepted"]
    stage.settle()
    assert names(stage.ask(B1, a_bid(1))) == ["OrderAccepted"]


def a_book_of_capacity() -> Stage:
    """Ten lots registered for one seller, who has sold three and asks for four."""
    stage = a_floor(rules={"capacity_needed": True})
    stage.ask(OP, RegisterCapacity(instrument_id=BOOK, participant_id=S1, quantity=10))
    stage.ask(S1, an_ask(10, 3))
    stage.ask(B1, a_bid(10, 3))
    stage.ask(S1, an_ask(11, 4))
    return stage


def test_nobody_asks_for_more_than_it_can_deliver() -> None:
    stage = a_book_of_capacity()
    said = refusal(stage.ask(S1, an_ask(12, 4)))
    assert (said.reason, said.subject) == ("CAPACITY_INSUFFICIENT", S1)
    assert names(stage.ask(S1, an_ask(12, 3))) == ["OrderAccepted"]


def test_a_changed_ask_stays_within_what_its_seller_can_deliver() -> None:
    stage = a_book_of_capacity()
    (order_id,) = stage.market.orders
    change = ReplaceOrder(order_id=order_id, quantity=8, price=11)
    assert refusal(stage.ask(S1, change)).reason == "CAPACITY_INSUFFICIENT"
    assert names(stage.ask(S1, ReplaceOrder(order_id=order_id, quantity=7, price=11))) == ["OrderReplaced"]


def test_a_cancelled_ask_is_free_again() -> None:
    stage = a_book_of_capacity()
    stage.ask(S1, CancelOrders(participant_id=S1))
    assert names(stage.ask(S1, an_ask(12, 7))) == ["OrderAccepted"]


def test_who_has_bought_may_sell_that_much() -> None:
    stage = a_book_of_capacity()
    stage.deposited("SE-CN-03", 1_000)
    stage.ask("SE-CN-03", a_bid(11, 2))
    assert refusal(stage.ask("SE-CN-03", an_ask(20, 3))).reason == "CAPACITY_INSUFFICIENT"
    assert names(stage.ask("SE-CN-03", an_ask(20, 2))) == ["OrderAccepted"]


def test_what_sells_at_a_posted_price_collects_no_orders_for_an_auction() -> None:
    stage = a_floor(seller_id=S1, posted_price=10)
    said = refusal(stage.ask(OP, SetInstrumentState(instrument_id=BOOK, state="call")))
    assert (said.reason, said.subject) == ("INSTRUMENT_STATE", BOOK)
    assert trades(stage.ask(B1, a_bid(10, 2))) == [(B1, S1, 10, 2)]


def test_a_posted_price_sells_no_more_than_its_seller_can_deliver() -> None:
    stage = a_floor(seller_id=S1, posted_price=10, rules={"capacity_needed": True})
    stage.ask(OP, RegisterCapacity(instrument_id=BOOK, participant_id=S1, quantity=3))
    for wish in (a_bid(10, 4), at_market(a_bid(1, 4)), a_bid(12, 4)):
        told = refusal(stage.ask(B1, wish))
        assert (told.reason, told.subject) == ("CAPACITY_INSUFFICIENT", S1)
    below = order_of(stage.ask(B1, a_bid(9, 4)))
    assert refusal(stage.ask(B1, ReplaceOrder(order_id=below, quantity=4, price=10))).reason == (
        "CAPACITY_INSUFFICIENT"
    )
    assert trades(stage.ask(B1, ReplaceOrder(order_id=below, quantity=2, price=10))) == [(B1, S1, 10, 2)]
    assert refusal(stage.ask(B1, a_bid(10, 2))).reason == "CAPACITY_INSUFFICIENT"
    assert trades(stage.ask(B1, a_bid(10, 1))) == [(B1, S1, 10, 1)]


def test_capacity_is_not_taken_back_from_what_is_sold_or_asked_for() -> None:
    stage = a_book_of_capacity()
    said = refusal(stage.ask(OP, RegisterCapacity(instrument_id=BOOK, participant_id=S1, quantity=6)))
    assert (said.reason, said.subject) == ("CAPACITY_INSUFFICIENT", S1)
    registered = RegisterCapacity(instrument_id=BOOK, participant_id=S1, quantity=7)
    assert names(stage.ask(OP, registered)) == ["CapacityRegistered"]


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (OP, RegisterCapacity(instrument_id="L-9", participant_id=S1, quantity=1), "INSTRUMENT_UNKNOWN"),
        (
            OP,
            RegisterCapacity(instrument_id=BOOK, participant_id="NOBODY", quantity=1),
            "PARTICIPANT_UNKNOWN",
        ),
        (S1, RegisterCapacity(instrument_id=BOOK, participant_id=S1, quantity=1), "NOT_PERMITTED"),
        (OP, SetInstrumentState(instrument_id="L-9", state="open"), "INSTRUMENT_UNKNOWN"),
        (S1, SetInstrumentState(instrument_id=BOOK, state="halted"), "NOT_PERMITTED"),
        (OP, SetInstrumentState(instrument_id=BOOK, state="open"), "INSTRUMENT_STATE"),
        (B1, CancelOrders(), "VALUE_OUT_OF_RANGE"),
        (B1, CancelOrders(participant_id=B2), "NOT_PERMITTED"),
        (B1, CancelOrders(instrument_id=BOOK), "NOT_PERMITTED"),
        (OP, CancelOrders(participant_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (OP, CancelOrders(instrument_id="L-9"), "INSTRUMENT_UNKNOWN"),
    ],
)
def test_who_may_say_what_of_a_book(actor: str, command: Any, reason: str) -> None:
    assert refusal(a_floor().ask(actor, command)).reason == reason


@pytest.mark.parametrize("state", ["open", "halted", "call", "closed"])
def test_a_closed_book_stays_closed(state: Any) -> None:
    stage = set_to(a_floor(), "closed")
    assert (
        refusal(stage.ask(OP, SetInstrumentState(instrument_id=BOOK, state=state))).reason
        == "INSTRUMENT_STATE"
    )


@pytest.mark.parametrize("state", ["halted", "closed"])
def test_orders_enter_and_change_only_while_a_book_takes_them(state: Any) -> None:
    stage = a_floor()
    order_id = order_of(stage.ask(B1, a_bid(10)))
    set_to(stage, state)
    assert refusal(stage.ask(B1, a_bid(10))).reason == "INSTRUMENT_NOT_OPEN"
    said = refusal(stage.ask(B1, ReplaceOrder(order_id=order_id, quantity=1, price=11)))
    assert said.reason == ("INSTRUMENT_NOT_OPEN" if state == "halted" else "ORDER_NOT_OPEN")


def test_an_announced_book_takes_no_orders_yet() -> None:
    stage = a_floor(rules={"first_trade": NOON + HOUR})
    assert refusal(stage.ask(B1, a_bid(10))).reason == "INSTRUMENT_NOT_OPEN"
    stage.at += HOUR
    assert names(stage.ask(B1, a_bid(10))) == ["OrderAccepted"]


@pytest.mark.parametrize("form", ["auction", "quotes", "pool"])
def test_what_is_not_traded_in_a_book_takes_no_orders(form: str) -> None:
    said = refusal(a_floor(rules={"form": form}).ask(B1, a_bid(10)))
    assert (said.reason, said.subject) == ("FORM_DIFFERS", BOOK)


@pytest.mark.parametrize(
    ("rules", "changed"),
    [
        ({}, {"posted_price": 5, "seller_id": None}),
        ({"form": "auction"}, {"posted_price": 5}),
        ({"last_trade": NOON}, {}),
        ({"window_from": NOON + HOUR}, {}),
        ({"first_trade": NOON + HOUR, "last_trade": NOON + HOUR}, {}),
        ({"window_from": NOON + 9 * HOUR, "window_until": NOON + 9 * HOUR}, {}),
        ({"quantity_min": 5, "quantity_max": 4}, {}),
        ({"quantity_min": 5, "quantity_max": 7, "quantity_step": 4}, {}),
        ({"price_step": 5, "reference_price": 7}, {}),
        ({"price_step": 5}, {"posted_price": 7}),
        ({"call_us": HOUR}, {"posted_price": 5}),
        ({"call_us": HOUR + 1, "last_trade": NOON + HOUR}, {}),
        ({"call_us": 2 * HOUR, "first_trade": NOON + 2 * HOUR, "window_from": NOON + 5 * HOUR}, {}),
    ],
)
def test_terms_that_contradict_themselves_are_refused(rules: dict[str, Any], changed: dict[str, Any]) -> None:
    stage = Stage()
    book = terms(**({"posted_price": None, "rules": BookRules(**rules)} | changed))
    said = refusal(stage.ask(POLICY_ACTOR, OpenInstrument(terms=book)))
    assert (said.reason, said.subject) == ("TERMS_CONFLICT", BOOK)
    assert said.detail


def test_a_refused_order_leaves_the_book_as_it_was() -> None:
    stage = a_floor(rules=RULES)
    stage.ask(S1, an_ask(100, 4))
    stage.ask(B1, a_bid(101, 4))
    assert resting(stage, Side.ASK) == [(S1, 100, 4, 4)]
    assert not resting(stage, Side.BID)


def test_a_price_agreed_on_outside_the_book_does_not_move_its_collar() -> None:
    stage = a_board()
    collar = BookRules(reference_price=100, collar_bp=1_000)
    listed = speech(FIRST, moves_data=False, instrument_id="L-collar", rules=collar)
    stage.told(OpenInstrument(terms=listed))
    request_id = requested(stage, sampling=None, quantity=1)
    quote_id = quoted(stage, request_id, price=10_000, quantity=1, instrument_id="L-collar")
    assert "TradeMatched" in names(stage.ask(ASKER, an_award(quote_id, 1)))
    assert (
        refusal(stage.ask(FIRST, an_ask(10_000, instrument_id="L-collar"))).reason == "PRICE_OUTSIDE_COLLAR"
    )
    assert names(stage.ask(FIRST, an_ask(100, instrument_id="L-collar"))) == ["OrderAccepted"]


@pytest.mark.parametrize("price", [89, 111])
def test_in_an_auction_a_protection_price_lies_within_the_collar(price: int) -> None:
    stage = a_call(rules={"reference_price": 100, "collar_bp": 1_000})
    for who, order in ((B1, a_bid(1)), (S1, an_ask(1))):
        told = refusal(stage.ask(who, at_market(order, price=price)))
        assert told.reason == "PRICE_OUTSIDE_COLLAR"
    set_to(stage, "halted")
    set_to(stage, "open")
    assert names(stage.ask(S1, an_ask(100))) == ["OrderAccepted"]
    assert "PRICE_OUTSIDE_COLLAR" not in str(stage.ask(B1, at_market(a_bid(1), price=price)))


def test_the_orders_that_a_book_collects_for_an_auction_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "COLLECTED_MAX", 3)
    stage = a_call()
    for who in (B1, B2, B1):
        stage.ask(who, a_bid(1))
    said = refusal(stage.ask(S1, an_ask(2)))
    assert (said.reason, said.subject) == ("ORDERS_TOO_MANY", BOOK)
    opened(stage)
    assert names(stage.ask(S1, an_ask(2))) == ["OrderAccepted"]
