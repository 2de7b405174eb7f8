"""A period of a subscription is paid for: what it costs by day, and the facts of its trade."""

from typing import NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.plan import PeriodUnit
from exchange.market.commands import InstrumentTerms
from exchange.market.credit.drawing import drawn_for
from exchange.market.fencing import Answer
from exchange.market.plans.buying import bargain_of, lasting
from exchange.market.plans.pricing import line_minor, part_minor
from exchange.market.plans.state import Plan, tiers_at
from exchange.market.state import Market
from exchange.market.subscriptions.facts import PeriodBegun
from exchange.market.subscriptions.periods import days_from, period_of
from exchange.market.trades import traded


class Due(NamedTuple):
    """A period, or the rest of one, and what is to be paid for it. Units: as `PeriodBegun`."""

    begins_at: int
    ends_at: int
    days_charged: int
    days: int
    price_minor: int
    amount_minor: int


def due_from(plan: Plan, currency: str, unit: PeriodUnit, units: int, begins_at: int) -> Due:
    """What is due from a moment to the end of its period: the price by day, half up."""
    period = period_of(unit, begins_at)
    charged = days_from(begins_at, period.ends_at)
    price = line_minor(plan.terms.model, tiers_at(plan, begins_at), units, currency)
    amount = part_minor(price, charged, period.days)
    return Due(begins_at, period.ends_at, charged, period.days, price, amount)


def begun(
    market: Market,
    terms: InstrumentTerms,
    plan: Plan,
    subscription_id: str,
    buyer_id: str,
    units: int,
    number: int,
    due: Due,
    answer: Answer,
    cause: Cause,
) -> tuple[Fact, ...]:
    """The facts of a period that is paid for."""
    place = market.trades_matched
    hold_id = derived_id("H", cause.partition, cause.offset, place)
    paid = PeriodBegun(
        subscription_id=subscription_id,
        buyer_id=buyer_id,
        number=number,
        hold_id=hold_id,
        trade_id=derived_id("T", cause.partition, cause.offset, place),
        begins_at=due.begins_at,
        ends_at=due.ends_at,
        days_charged=due.days_charged,
        days=due.days,
        currency=terms.currency,
        price_minor=due.price_minor,
        amount_minor=due.amount_minor,
        drawn_minor=drawn_for(market, buyer_id, terms.currency, due.amount_minor),
    )
    bargain = bargain_of(terms, hold_id, buyer_id, units, due.amount_minor)
    trade, right = traded(market, terms, bargain, answer, cause)
    return paid, trade, lasting(right, plan.terms.unit, due.begins_at, due.ends_at)
