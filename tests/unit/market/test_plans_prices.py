"""What units cost by a plan, to the cent, and what a plan may say."""

from fractions import Fraction
from typing import Any

import pytest

from exchange.kernel.plan import PriceTier
from exchange.kernel.time import instant
from exchange.market.commands import BookRules, SetInstrumentState
from exchange.market.facts import EntitlementGranted
from exchange.market.plans.commands import AnnouncePrice
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet, UnitsBought
from exchange.market.plans.pricing import line_minor, part_minor, price_in_ticks
from exchange.market.subscriptions.facts import PeriodBegun
from tests.unit.market.plan_stage import (
    CALLS,
    GIGABYTES,
    MONTHS,
    SEATS,
    a_plan,
    a_plan_market,
    a_purchase,
    a_subscription,
    an_instrument,
    asked,
    calls,
    on_sale,
    paid,
    suspended_again,
    the,
    tiers,
)
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, a_market, names, refusal, terms


@pytest.mark.parametrize(
    ("units", "amount_minor"),
    [(150_000, 490_000), (100_000, 350_000), (100_001, 350_003), (1_000, 3_500), (15, 53), (14, 49)],
)
def test_p_08_is_graduated_and_rounds_its_line_once(units: int, amount_minor: int) -> None:
    stage = a_plan_market()
    trade, right = paid(asked(stage, BUYER, a_purchase(CALLS, units)))
    assert (trade.amount_minor, trade.quantity, trade.released_minor) == (amount_minor, units, 0)
    assert (right.quantity, right.unit, right.starts_at) == (units, "call", stage.at)
    assert stage.purse(BUYER).cash == 100_000_000 - amount_minor
    assert stage.market.purchases[trade.trade_id].escrow_minor == amount_minor
    assert not stage.market.holds


@pytest.mark.parametrize(
    ("count", "amount_minor"), [(12, 8_640_000), (9, 8_550_000), (10, 7_200_000), (1, 950_000)]
)
def test_p_11_has_one_price_for_all_seats(count: int, amount_minor: int) -> None:
    stage = a_plan_market()
    trade, right = paid(asked(stage, BUYER, a_purchase(SEATS, count)))
    assert (trade.amount_minor, trade.currency) == (amount_minor, "HKD")
    assert trade.price * count == amount_minor, "whole ticks a seat are exact"
    assert right.ends_at == instant("2026-12-02T00:00:00Z"), "a seat-month lasts a month"


def test_what_a_trade_of_calls_says_of_its_price_is_the_average() -> None:
    trade, _ = paid(asked(a_plan_market(), BUYER, a_purchase(CALLS, 150_000)))
    assert trade.price == 3, "490,000 fen for 150,000 calls are 3.27 ticks"
    assert price_in_ticks(terms(), 175, 50) == 4, "half up"


@pytest.mark.parametrize("model", ["volume", "graduated"])
@pytest.mark.parametrize("units", [1, 9, 10, 11, 99, 100, 101, 12_345])
@pytest.mark.parametrize(("currency", "minor"), [("CNY", 100), ("JPY", 1), ("KWD", 1000)])
def test_lines_are_those_of_an_independent_computation(
    model: Any, units: int, currency: str, minor: int
) -> None:
    prices = tiers((0, 1_234_567), (10, 987_654), (100, 3))
    slices = [(1, 10, 1_234_567), (11, 100, 987_654), (101, 10**9, 3)]
    if model == "graduated":
        exact = sum(
            (
                Fraction(micros, 10**6)
                for first, last, micros in slices
                for _ in range(first, min(units, last) + 1)
            ),
            Fraction(0),
        )
    else:
        reached = 1_234_567 if units < 10 else 987_654 if units < 100 else 3
        exact = units * Fraction(reached, 10**6)
    assert line_minor(model, prices, units, currency) == int(exact * minor + Fraction(1, 2))


def test_a_part_of_a_period_is_paid_by_day() -> None:
    assert part_minor(800_000, 16, 31) == 412_903, "SC-14: 8,000.00 × 16 ÷ 31 = 4,129.03"
    assert part_minor(800_000, 15, 31) == 387_097
    assert part_minor(1, 1, 2) == 1, "half up"


def test_a_plan_says_who_sells_what_in_which_currency() -> None:
    stage = a_market(an_instrument(CALLS))
    (first,) = stage.ask(SELLER, a_plan(CALLS))
    assert isinstance(first, PricePlanSet)
    assert (first.seller_id, first.currency, first.plan, first.replaces) == (SELLER, "CNY", calls(), "")
    (second,) = stage.ask(SELLER, a_plan(CALLS, units_min=10))
    assert isinstance(second, PricePlanSet)
    assert second.replaces == first.plan_id != second.plan_id


def test_another_plan_holds_for_what_is_bought_then() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, SELLER, a_plan(CALLS, model="flat", tiers=tiers((0, 50_000))))
    assert paid(asked(stage, BUYER, a_purchase(CALLS, 100)))[0].amount_minor == 500


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"tiers": tiers((1, 5))}, "PLAN_TIERS"),
        ({"tiers": tiers((0, 5), (0, 4))}, "PLAN_TIERS"),
        ({"tiers": tiers((0, 5), (9, 4), (8, 3))}, "PLAN_TIERS"),
        ({"model": "flat"}, "PLAN_TIERS"),
        ({"sale": "subscription"}, "PLAN_TERMS"),
        ({"sale": "subscription", "period": "month"}, "PLAN_TERMS"),
        ({"counts": "seats", "unused": "refunded"}, "PLAN_TERMS"),
    ],
)
def test_a_plan_may_not_contradict_itself(changed: dict[str, Any], reason: str) -> None:
    stage = a_market(an_instrument(CALLS))
    assert refusal(stage.ask(SELLER, a_plan(CALLS, **changed))).reason == reason


def test_only_the_seller_sets_a_plan() -> None:
    stage = a_market(an_instrument(CALLS))
    for who in (BUYER, OPERATOR, "SE-CN-03", "NOBODY"):
        assert refusal(stage.ask(who, a_plan(CALLS))).reason == "NOT_PERMITTED"
    suspended_again(stage, SELLER, "CN-LG", "seller", active=False)
    assert refusal(stage.ask(SELLER, a_plan(CALLS))).reason == "PARTICIPANT_SUSPENDED"


@pytest.mark.parametrize(
    "rules", [BookRules(form="auction"), BookRules(capacity_needed=True), BookRules(collar_bp=100)]
)
def test_what_is_sold_otherwise_has_no_plan(rules: BookRules) -> None:
    stage = a_market(an_instrument(CALLS, rules=rules))
    assert refusal(stage.ask(SELLER, a_plan(CALLS))).reason == "PLAN_INSTRUMENT"


def test_a_plan_is_for_an_instrument_that_is_traded() -> None:
    stage = a_market(an_instrument(SEATS))
    assert refusal(stage.ask(SELLER, a_plan(CALLS))).reason == "INSTRUMENT_UNKNOWN"
    stage.told(SetInstrumentState(instrument_id=SEATS, state="closed"))
    assert refusal(stage.ask(SELLER, a_plan(SEATS))).reason == "INSTRUMENT_NOT_OPEN"


def test_a_plan_stays_while_something_else_stands_on_it() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    assert refusal(stage.ask(SELLER, a_plan(CALLS, counts="units"))).reason == "PLAN_IN_USE"
    asked(stage, BUYER, a_purchase(SEATS, 2))
    assert refusal(stage.ask(SELLER, a_plan(SEATS, counts="units"))).reason == "PLAN_IN_USE"
    asked(stage, BUYER, a_subscription())
    assert refusal(stage.ask(SELLER, a_plan(MONTHS))).reason == "PLAN_IN_USE"


def test_prices_are_announced_a_whole_period_ahead() -> None:
    stage = a_plan_market()
    sooner, then = instant("2026-12-01T23:59:59Z"), instant("2026-12-02T00:00:00Z")
    dearer = tiers((0, 15_000_000_000))
    early = AnnouncePrice(instrument_id=MONTHS, tiers=dearer, effective_at=sooner)
    assert refusal(stage.ask(SELLER, early)).reason == "PRICE_TOO_SOON"
    (announced,) = stage.ask(SELLER, AnnouncePrice(instrument_id=MONTHS, tiers=dearer, effective_at=then))
    assert isinstance(announced, PriceAnnounced)
    assert announced.plan_id == stage.market.plans.plans[MONTHS].plan_id
    stage.at = then - 1
    assert the(UnitsBought, asked(stage, BUYER, a_purchase(GIGABYTES, 1))).amount_minor == 1_800
    assert _costs_a_month(stage) == 1_200_000
    stage.at = then
    assert _costs_a_month(stage) == 1_500_000


def _costs_a_month(stage: Any) -> int:
    price: int = the(PeriodBegun, asked(stage, BUYER, a_subscription())).price_minor
    return price


def test_an_announcement_takes_the_place_of_one_that_is_not_in_effect() -> None:
    stage = a_plan_market()
    for price, effective_at in ((13, "2026-12-05T00:00:00Z"), (14, "2026-12-20T00:00:00Z")):
        prices = (PriceTier(from_units=0, unit_micros=price * 10**9),)
        asked(
            stage,
            SELLER,
            AnnouncePrice(instrument_id=MONTHS, tiers=prices, effective_at=instant(effective_at)),
        )
    stage.at = instant("2026-12-06T00:00:00Z")
    assert _costs_a_month(stage) == 1_200_000
    stage.at = instant("2026-12-21T00:00:00Z")
    prices = (PriceTier(from_units=0, unit_micros=15 * 10**9),)
    asked(
        stage,
        SELLER,
        AnnouncePrice(instrument_id=MONTHS, tiers=prices, effective_at=instant("2027-02-01T00:00:00Z")),
    )
    assert _costs_a_month(stage) == 1_400_000, "what is in effect stays until the next one is"


def test_an_announcement_is_the_seller_s_and_for_subscriptions() -> None:
    stage = a_plan_market()
    later, prices = instant("2027-06-01T00:00:00Z"), tiers((0, 5))
    for who, name, offered, reason in (
        (BUYER, MONTHS, prices, "NOT_PERMITTED"),
        (SELLER, CALLS, prices, "PLAN_SALE"),
        (SELLER, "P-99", prices, "INSTRUMENT_UNKNOWN"),
        (SELLER, MONTHS, tiers((0, 5), (9, 4)), "PLAN_TIERS"),
    ):
        asked_for = AnnouncePrice(instrument_id=name, tiers=offered, effective_at=later)
        assert refusal(stage.ask(who, asked_for)).reason == reason
    on_sale(stage, "P-99")
    unplanned = AnnouncePrice(instrument_id="P-99", tiers=prices, effective_at=later)
    assert refusal(stage.ask(SELLER, unplanned)).reason == "PLAN_UNKNOWN"


def test_a_purchase_is_one_outcome() -> None:
    facts = asked(a_plan_market(), BUYER, a_purchase(CALLS, 100))
    assert names(facts) == ["FenceDecided", "UnitsBought", "TradeMatched", "EntitlementGranted"]
    bought, right = the(UnitsBought, facts), the(EntitlementGranted, facts)
    trade, _ = paid(facts)
    assert (bought.trade_id, bought.entitlement_id, bought.hold_id) == (
        trade.trade_id,
        right.entitlement_id,
        trade.bid_id,
    )
    assert (bought.metered, bought.ends_at) == (100, right.ends_at)
