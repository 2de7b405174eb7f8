"""The doors to price plans and subscriptions: each asks the market that owns it, and gives what happened."""

from typing import Any

import pytest

from exchange.kernel.time import instant
from exchange.market.plans.commands import TopUpTerms
from exchange.market.plans.facts import UnitsBought
from exchange.market.subscriptions.facts import SubscriptionCancelled, SubscriptionEnded
from exchange.sdk import Bought, Refusal, Subscribed
from exchange.sdk.buyer import Buyer
from exchange.sdk.seller import Seller
from tests.unit.market.plan_stage import CALLS, MONTHS, a_plan_market, calls, tiers
from tests.unit.market.stage import BUYER, SELLER, a_use
from tests.unit.sdk.test_pool_doors import Deciding

MARKET = "M-DATA"


def doors() -> tuple[Any, Seller, Buyer]:
    client: Any = Deciding()
    client.stage = a_plan_market()
    return client, Seller(client, SELLER), Buyer(client, BUYER)


async def test_units_are_priced_bought_used_and_topped_up_through_the_doors() -> None:
    client, seller, buyer = doors()
    plan = await seller.set_price_plan(MARKET, CALLS, calls(units_min=10))
    assert plan.plan.units_min == 10
    bought = await buyer.buy_units(MARKET, CALLS, 150_000, use=a_use(), amount_max_minor=490_000)
    assert isinstance(bought, Bought)
    assert (bought.units.amount_minor, bought.entitlement.unit) == (490_000, "call")
    assert bought.trade.trade_id == bought.units.trade_id
    wanted = TopUpTerms(threshold=100, units=1_000, use=a_use())
    assert (await buyer.top_up(MARKET, CALLS, wanted)).top_up == wanted
    used = await seller.record_usage(MARKET, CALLS, BUYER, 149_950, reference="gateway")
    assert (used.left, used.reference) == (50, "gateway")
    assert sum(isinstance(fact, UnitsBought) for fact, _ in client.stage.journal) == 2
    assert (await buyer.top_up(MARKET, CALLS, None)).top_up is None
    assert client.keys == {("market", MARKET)}


async def test_a_subscription_begins_and_ends_through_the_doors() -> None:
    _, seller, buyer = doors()
    begun = await buyer.subscribe(MARKET, MONTHS, use=a_use(), reference="berths")
    assert isinstance(begun, Subscribed)
    assert (begun.period.days_charged, begun.subscription.reference) == (29, "berths")
    assert begun.entitlement.trade_id == begun.trade.trade_id == begun.period.trade_id
    with pytest.raises(Refusal, match="PRICE_HIGHER"):
        await buyer.subscribe(MARKET, MONTHS, use=a_use(), amount_max_minor=1)
    later = instant("2027-01-01T00:00:00Z")
    assert (await seller.announce_price(MARKET, MONTHS, tiers((0, 5)), later)).effective_at == later
    ending = await seller.cancel_subscription(MARKET, begun.subscription_id)
    assert isinstance(ending, SubscriptionCancelled)
    ended = await buyer.cancel_subscription(MARKET, begun.subscription_id, now=True)
    assert isinstance(ended, SubscriptionEnded)
    assert ended.refunded_minor == 1_120_000
