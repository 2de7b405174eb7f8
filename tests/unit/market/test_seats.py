"""Seats of a licence that limits them: taken by orders, told to the fence, free again when the right is over."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, instant
from exchange.market.auctions.commands import OpenAuction
from exchange.market.commands import AcceptDelivery, RefundPurchase, ReplaceOrder
from exchange.market.facts import EntitlementGranted, FenceDecided, OrderAccepted, TradeMatched
from exchange.market.plans.commands import SetPricePlan
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.seats.counting import seats_told
from exchange.market.seats.facts import SeatsFreed
from tests.unit.market.plan_stage import (
    a_purchase,
    a_subscription,
    asked,
    paid,
    seats,
    suspended_again,
    the,
    until,
)
from tests.unit.market.stage import (
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_use,
    an_ask,
    licence,
    pack,
    refusal,
    terms,
)

NAME = "P-11"
OTHER = "BU-SG-01"


def a_seller_of_seats(seats_max: int | None = 20, posted: bool = True, **changed: Any) -> Stage:
    """P-11: seats at CNY 95.00, or in a book of orders; two buyers with CNY 100,000.00 each."""
    values: dict[str, Any] = {
        "instrument_id": NAME,
        "product_id": NAME,
        "unit": "seat",
        "posted_price": 9_500 if posted else None,
        "subscription": False,
        "licence": licence(seats=seats_max),
    }
    stage = a_market(terms(**(values | changed)), cash_minor=10_000_000)
    suspended_again(stage, OTHER, "SG", "buyer", active=True)
    return stage.deposited(OTHER, 10_000_000)


def bid(count: int, who: str = BUYER, price: int = 9_500, **changed: Any) -> Any:
    place = {BUYER: "JP", OTHER: "SG"}[who]
    return a_bid(price, count, instrument_id=NAME, use=a_use(place_of_use=place), **changed)


def taken(stage: Stage) -> int:
    return stage.market.instruments[NAME].seats_taken


def test_an_order_takes_seats_of_the_licence() -> None:
    stage = a_seller_of_seats()
    asked(stage, BUYER, bid(12))
    assert taken(stage) == 12
    asked(stage, OTHER, bid(8, OTHER))
    assert taken(stage) == 20


def test_no_more_seats_are_sold_than_the_licence_has() -> None:
    stage = a_seller_of_seats()
    asked(stage, BUYER, bid(12))
    refused = refusal(stage.ask(OTHER, bid(9, OTHER)))
    assert (refused.reason, refused.subject) == ("SEATS_INSUFFICIENT", NAME)
    assert "9 seats; of the licence's 20 8 are left" in refused.detail
    assert taken(stage) == 12


@pytest.mark.parametrize("changed", [{"seats_max": None}, {"unit": "licence"}], ids=["no limit", "no seats"])
def test_where_seats_are_not_limited_or_not_what_is_sold_none_are_counted(changed: dict[str, Any]) -> None:
    stage = a_seller_of_seats(**changed)
    asked(stage, BUYER, bid(50))
    assert taken(stage) == 0


def test_seats_are_free_again_when_the_right_is_over() -> None:
    stage = a_seller_of_seats()
    right = the(EntitlementGranted, asked(stage, BUYER, bid(20)))
    assert right.ends_at == stage.at + 365 * DAY
    until(stage, right.ends_at - 1)
    assert taken(stage) == 20
    freed = the(SeatsFreed, [each for each in until(stage, right.ends_at) if isinstance(each, SeatsFreed)])
    assert (freed.seats, freed.buyer_id, freed.entitlement_id) == (20, BUYER, right.entitlement_id)
    assert taken(stage) == 0
    assert not stage.market.seats.taken
    assert not stage.market.seats.of


def test_seats_are_free_again_when_their_purchase_is_refunded() -> None:
    stage = a_seller_of_seats()
    trade, _ = paid(asked(stage, BUYER, bid(20)))
    asked(stage, SELLER, RefundPurchase(trade_id=trade.trade_id, grounds="By mistake."))
    stage.settle()
    assert taken(stage) == 0
    asked(stage, OTHER, bid(20, OTHER))


@pytest.mark.parametrize("undone", [False, True])
def test_seats_are_free_again_when_their_accepted_purchase_is_given_back(undone: bool) -> None:
    stage = a_seller_of_seats()
    trade, _ = paid(asked(stage, BUYER, bid(20)))
    asked(stage, BUYER, AcceptDelivery(trade_id=trade.trade_id))
    given: dict[str, Any] = {"trade_id": trade.trade_id, "grounds": "By mistake."}
    back = ApproveRefund(**given, amount_minor=trade.amount_minor, reference="R-1")
    asked(stage, *((OPERATOR, BustTrade(**given)) if undone else (SELLER, back)))
    stage.settle()
    assert taken(stage) == 0
    asked(stage, OTHER, bid(20, OTHER))


def test_in_a_book_it_is_the_asks_that_seats_stand_behind() -> None:
    stage = a_seller_of_seats(posted=False)
    asked(stage, SELLER, an_ask(9_500, 15, instrument_id=NAME))
    assert refusal(stage.ask(SELLER, an_ask(9_400, 6, instrument_id=NAME))).reason == "SEATS_INSUFFICIENT"
    asked(stage, SELLER, an_ask(9_600, 5, instrument_id=NAME))
    asked(stage, BUYER, bid(15))
    assert taken(stage) == 15
    assert refusal(stage.ask(SELLER, an_ask(9_500, 1, instrument_id=NAME))).reason == "SEATS_INSUFFICIENT"


def test_an_ask_grows_as_far_as_seats_are_left() -> None:
    stage = a_seller_of_seats(posted=False)
    ask = the(OrderAccepted, asked(stage, SELLER, an_ask(9_500, 15, instrument_id=NAME)))
    larger = ReplaceOrder(order_id=ask.order_id, price=9_500, quantity=21)
    assert refusal(stage.ask(SELLER, larger)).reason == "SEATS_INSUFFICIENT"
    asked(stage, SELLER, ReplaceOrder(order_id=ask.order_id, price=9_500, quantity=20))


def test_more_seats_are_not_auctioned_than_are_left() -> None:
    stage = a_seller_of_seats(posted=False)
    auction = OpenAuction(
        instrument_id=NAME,
        kind="first_price",
        reserve_price=9_000,
        deposit_minor=100,
        commit_until=NOON + DAY,
        reveal_until=NOON + 2 * DAY,
        quantity=21,
        exclusive=False,
    )
    assert refusal(stage.ask(SELLER, auction)).reason == "SEATS_INSUFFICIENT"


def test_orders_and_a_price_plan_take_of_the_same_seats() -> None:
    stage = a_seller_of_seats()
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=seats(unit="seat")))
    asked(stage, BUYER, a_purchase(NAME, 5))
    assert taken(stage) == 5, "a plan counts its own, once"
    asked(stage, OTHER, bid(10, OTHER))
    assert taken(stage) == 15
    assert refusal(stage.ask(BUYER, a_purchase(NAME, 6))).reason == "SEATS_INSUFFICIENT"
    assert refusal(stage.ask(BUYER, bid(6))).reason == "SEATS_INSUFFICIENT"
    until(stage, instant("2026-12-02T00:00:10Z"))
    assert taken(stage) == 10, "the month of those bought by the plan is over"


@pytest.mark.parametrize("sale", ["once", "subscription"])
def test_a_plan_of_units_takes_seats_where_a_unit_is_a_seat(sale: str) -> None:
    stage = a_seller_of_seats(10)
    plan = seats(sale=sale, counts="units", unit="seat", period="month")
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=plan))
    wanted = a_purchase if sale == "once" else a_subscription
    assert refusal(stage.ask(BUYER, wanted(NAME, 11))).reason == "SEATS_INSUFFICIENT"
    asked(stage, BUYER, wanted(NAME, 10))
    assert taken(stage) == 10
    assert refusal(stage.ask(OTHER, bid(1, OTHER))).reason == "SEATS_INSUFFICIENT"


def test_seats_that_are_subscribed_to_are_counted_by_their_subscription_alone() -> None:
    stage = a_seller_of_seats()
    monthly = seats(sale="subscription", unit="seat")
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=monthly))
    asked(stage, BUYER, a_subscription(NAME, 5))
    assert taken(stage) == 5
    until(stage, instant("2027-01-02T00:00:00Z"))
    assert taken(stage) == 5
    assert not stage.market.seats.taken


def test_the_fence_is_told_how_many_seats_are_taken() -> None:
    stage = a_seller_of_seats()
    told = lambda: seats_told(stage.market, stage.market.instruments[NAME].terms)  # noqa: E731
    assert told() == 0
    asked(stage, BUYER, bid(12))
    assert told() == 12
    first, second = (the(FenceDecided, asked(stage, BUYER, bid(1))) for _ in range(2))
    assert first.inputs_digest != second.inputs_digest


def test_what_nobody_counts_the_fence_is_not_told() -> None:
    stage = a_seller_of_seats(unit="licence")
    assert seats_told(stage.market, stage.market.instruments[NAME].terms) is None


def test_seats_are_remembered() -> None:
    stage = a_seller_of_seats()
    facts = asked(stage, BUYER, bid(12))
    assert any(isinstance(fact, TradeMatched) for fact in facts)
    again = stage.decider.initial(0)
    for fact, at in stage.journal:
        stage.decider.evolve(again, fact, at)
    assert pack(again) == pack(stage.market)
