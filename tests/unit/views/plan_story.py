"""What happens to units and subscriptions, as facts."""

from typing import Any

from exchange.kernel.plan import PriceTier
from exchange.kernel.time import instant
from exchange.market.commands import Use
from exchange.market.plans.facts import PriceAnnounced, UnitsBought, UnitsEnded
from exchange.market.subscriptions.facts import PeriodBegun, SubscriptionEnded
from tests.unit.market.plan_stage import CALLS, a_plan_market, a_purchase, a_top_up, asked, subscribed, usage
from tests.unit.views.story import Journal

PARTITION = 3
_APART = 2_000
"""From which offset on it is decided: no id is one of another story's."""
BUYER, HOLD, PAID = "BU-JP-01", "H-0.9.0", "T-0.9.0"
ENDS = instant("2026-12-31T16:00:00Z")


def an_announcement() -> PriceAnnounced:
    """Two slices."""
    tiers = (
        PriceTier(from_units=0, unit_micros=35_000),
        PriceTier(from_units=100_000, unit_micros=12_000_000_000),
    )
    return PriceAnnounced(plan_id="PP-1", instrument_id="L-1", tiers=tiers, effective_at=ENDS)


def some_units(**changed: Any) -> UnitsBought:
    """A hundred calls for CNY 3.50."""
    values: dict[str, Any] = {
        "hold_id": HOLD,
        "entitlement_id": "E-0.9.0",
        "trade_id": PAID,
        "plan_id": "PP-1",
        "instrument_id": "L-1",
        "seller_id": "SE-CN-02",
        "buyer_id": BUYER,
        "units": 100,
        "unit": "call",
        "metered": 100,
        "covered": 0,
        "refundable": True,
        "currency": "CNY",
        "amount_minor": 350,
        "ends_at": ENDS,
        "top_up": False,
        "resumes": "",
        "use": Use(),
    }
    return UnitsBought(**(values | changed))


def their_end(refunded_minor: int) -> UnitsEnded:
    """Their time is over."""
    return UnitsEnded(
        entitlement_id="E-0.9.0",
        trade_id=PAID,
        instrument_id="L-1",
        buyer_id=BUYER,
        units=100,
        unused=40,
        currency="CNY",
        refunded_minor=refunded_minor,
    )


def a_period() -> PeriodBegun:
    """Half a month for half its price."""
    return PeriodBegun(
        subscription_id="SU-1",
        buyer_id=BUYER,
        number=1,
        hold_id=HOLD,
        trade_id=PAID,
        begins_at=instant("2026-12-16T00:00:00Z"),
        ends_at=ENDS,
        days_charged=16,
        days=31,
        currency="CNY",
        price_minor=1_200_000,
        amount_minor=619_355,
    )


def its_end(refunded_minor: int) -> SubscriptionEnded:
    """The buyer ends it at once."""
    return SubscriptionEnded(
        subscription_id="SU-1",
        buyer_id=BUYER,
        grounds="cancelled",
        trade_id=PAID,
        days_charged=3,
        currency="CNY",
        refunded_minor=refunded_minor,
    )


def sales_by_plans() -> Journal:
    """Calls that fill up by themselves and a month that is subscribed to, in a partition of their own."""
    stage = a_plan_market()
    stage.offset = _APART
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, BUYER, a_top_up(CALLS, threshold=10, units=50))
    asked(stage, "SE-CN-02", usage(CALLS, 95))
    subscribed(stage)
    journal = Journal("market", PARTITION)
    for fact, _ in stage.journal:
        journal.add(fact)
    return journal
