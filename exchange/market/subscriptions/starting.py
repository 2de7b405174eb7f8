"""A buyer subscribes. Source: market.md section 2."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.bars import Bar, said
from exchange.market.commands import InstrumentTerms
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.plans.admission import admission, too_dear, unfunded
from exchange.market.plans.buying import seats_missing, too_few, worthless
from exchange.market.plans.planning import plan_of
from exchange.market.plans.state import Plan
from exchange.market.state import Instrument, Market
from exchange.market.subscriptions.commands import Subscribe
from exchange.market.subscriptions.facts import SubscriptionStarted
from exchange.market.subscriptions.paying import Due, begun, due_from

SUBSCRIPTIONS_MAX = 100
"""Open subscriptions of one buyer in one market: a deposit has all that are suspended try again."""


def subscribe(market: Market, command: Subscribe, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse a subscription, or begin it with the rest of the period, paid by day."""
    name = command.instrument_id
    instrument = market.instruments.get(name)
    if instrument is None:
        return (unknown_instrument(command, name),)
    plan = plan_of(market, command, name, "subscription")
    if isinstance(plan, Refused):
        return (plan,)
    has = len(market.subscriptions.of.get(cause.actor, ()))
    if has >= SUBSCRIPTIONS_MAX:
        detail = f"{cause.actor} has {has} open subscriptions; cancel some first"
        return (refused(command, Reason.SUBSCRIPTIONS_TOO_MANY, cause.actor, detail),)
    terms, period = instrument.terms, plan.terms.period
    assert period is not None
    due = due_from(plan, terms.currency, period, command.units, cause.at)
    found = admission(market, instrument, cause.actor, command.use, cause, rulesets)
    barred = found.bar or _barred(market, instrument, plan, command, due, cause)
    if barred is not None:
        return (*found.decided, said(command, barred))
    started = _started(terms, plan, command, cause)
    name = started.subscription_id
    first = begun(market, terms, plan, name, cause.actor, command.units, 1, due, found.answer, cause)
    return (*found.decided, started, *first)


def _barred(
    market: Market, instrument: Instrument, plan: Plan, command: Subscribe, due: Due, cause: Cause
) -> Bar | None:
    terms = instrument.terms
    return (
        too_few(terms, plan, command.units)
        or seats_missing(instrument, plan, command.units)
        or worthless(terms, due.price_minor)
        or too_dear(terms.instrument_id, terms.currency, due.price_minor, command.amount_max_minor)
        or unfunded(market, cause.actor, terms.currency, due.amount_minor)
    )


def _started(terms: InstrumentTerms, plan: Plan, command: Subscribe, cause: Cause) -> SubscriptionStarted:
    assert terms.seller_id is not None
    return SubscriptionStarted(
        subscription_id=derived_id("SU", cause.partition, cause.offset, 0),
        plan_id=plan.plan_id,
        instrument_id=terms.instrument_id,
        seller_id=terms.seller_id,
        buyer_id=cause.actor,
        units=command.units,
        unit=plan.terms.unit,
        period=plan.terms.period or "",
        use=command.use,
        reference=command.reference,
    )
