"""A price plan that comes with a listing: set by a policy, as the instrument was opened by one."""

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import BookRules
from exchange.market.plans.commands import AnnouncePrice
from exchange.market.plans.facts import PricePlanSet, UnitsBought
from tests.unit.market.plan_stage import (
    GIGABYTES,
    MONTHS,
    a_plan,
    a_purchase,
    a_subscription,
    an_instrument,
    asked,
    gigabytes,
    on_sale,
    suspended_again,
    the,
    tiers,
)
from tests.unit.market.stage import BUYER, SELLER, Stage, a_bid, a_market, an_ask, refusal

BY_PLAN = BookRules(form="plan")


def listed(name: str = GIGABYTES, cash_minor: int = 1_000_000) -> Stage:
    """A product that is sold by its plan alone."""
    stage = a_market(an_instrument(name, rules=BY_PLAN), cash_minor=cash_minor)
    return stage.told(a_plan(name))


def test_a_policy_sets_the_plan_of_the_seller_who_listed_it() -> None:
    stage = a_market(an_instrument(GIGABYTES, rules=BY_PLAN))
    (plan,) = stage.ask(POLICY_ACTOR, a_plan(GIGABYTES))
    assert isinstance(plan, PricePlanSet)
    assert (plan.seller_id, plan.currency, plan.plan, plan.replaces) == (SELLER, "CNY", gigabytes(), "")


def test_what_is_sold_by_plan_alone_is_bought_by_it() -> None:
    bought = the(UnitsBought, asked(listed(), BUYER, a_purchase(GIGABYTES, 20)))
    assert (bought.amount_minor, bought.metered) == (36_000, 20 * 10**9)
    assert (bought.product_id, bought.counts) == (GIGABYTES, "bytes")


def test_what_is_sold_by_plan_alone_is_subscribed_to() -> None:
    assert asked(listed(MONTHS, 10_000_000), BUYER, a_subscription())


def test_no_order_is_taken_for_what_is_sold_by_plan_alone() -> None:
    stage = listed()
    assert refusal(stage.ask(BUYER, a_bid(instrument_id=GIGABYTES))).reason == "FORM_DIFFERS"
    assert refusal(stage.ask(SELLER, an_ask(1_800, instrument_id=GIGABYTES))).reason == "FORM_DIFFERS"


def test_its_seller_sets_another_plan_later() -> None:
    stage = listed()
    (dearer,) = stage.ask(SELLER, a_plan(GIGABYTES, tiers=tiers((0, 19_000_000))))
    assert isinstance(dearer, PricePlanSet)
    assert dearer.replaces


def test_a_policy_speaks_for_a_seller_that_may_trade_and_has_listed_it() -> None:
    stage = a_market(an_instrument(GIGABYTES, rules=BY_PLAN), an_instrument(MONTHS))
    assert refusal(stage.ask(POLICY_ACTOR, a_plan("P-08"))).reason == "INSTRUMENT_UNKNOWN"
    suspended_again(stage, SELLER, "CN-LG", "seller", active=False)
    assert refusal(stage.ask(POLICY_ACTOR, a_plan(GIGABYTES))).reason == "PARTICIPANT_SUSPENDED"


def test_a_policy_announces_no_prices() -> None:
    announced = AnnouncePrice(instrument_id=MONTHS, tiers=tiers((0, 5)), effective_at=2**52)
    assert refusal(listed(MONTHS).ask(POLICY_ACTOR, announced)).reason == "NOT_PERMITTED"


def test_what_is_sold_by_plan_alone_has_a_seller() -> None:
    stage = a_market()
    with pytest.raises(AssertionError, match="name the seller_id"):
        on_sale(stage, GIGABYTES, rules=BY_PLAN, seller_id=None)
    many = an_instrument("P-08", seller_id=None)
    stage = a_market(many)
    assert refusal(stage.ask(POLICY_ACTOR, a_plan("P-08"))).reason == "NOT_PERMITTED"
