"""Subscriptions renew at the end of each period, wait where they cannot, and end."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.time import DAY
from exchange.market.bars import Bar
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.plans.admission import admission, unfunded
from exchange.market.state import Instrument, Market
from exchange.market.subscriptions.ending import ended
from exchange.market.subscriptions.facts import EndGrounds, RenewalFailed, SubscriptionSuspended
from exchange.market.subscriptions.paying import Due, begun, due_from
from exchange.market.subscriptions.periods import period_of
from exchange.market.subscriptions.state import Running, Subscription


def renew(market: Market, subscription_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Renew a subscription whose period is over, or try again, or end it."""
    subscription = market.subscriptions.open[subscription_id]
    instrument = market.instruments[subscription.instrument_id]
    grounds = _over(market, instrument, subscription)
    if grounds is not None:
        return (ended(market, subscription, grounds),)
    found = admission(market, instrument, subscription.buyer_id, subscription.use, cause, rulesets)
    due = _due(market, instrument, subscription, cause)
    barred = found.bar or unfunded(market, subscription.buyer_id, instrument.terms.currency, due.amount_minor)
    if barred is not None:
        return (*found.decided, *failed(market, subscription, barred, cause))
    plan, number = market.plans.plans[subscription.instrument_id], _running(subscription).number + 1
    who, units = subscription.buyer_id, subscription.units
    period = begun(
        market, instrument.terms, plan, subscription_id, who, units, number, due, found.answer, cause
    )
    return (*found.decided, *period)


def _over(market: Market, instrument: Instrument, subscription: Subscription) -> EndGrounds | None:
    """Why a subscription does not renew any more, whatever is paid."""
    if subscription.ending:
        return "cancelled"
    if instrument.state in ("closing", "closed"):
        return "instrument_closed"
    parties = (market.participants[subscription.buyer_id], market.participants[subscription.seller_id])
    return None if all(each.active for each in parties) else "participant_suspended"


def _due(market: Market, instrument: Instrument, subscription: Subscription, cause: Cause) -> Due:
    """The next period: from the end of the last one, or from now on after a suspension or a standstill."""
    begins_at = _running(subscription).ends_at
    late = period_of(subscription.period, begins_at).ends_at <= cause.at
    if subscription.state == "suspended" or late:
        begins_at = cause.at
    plan, currency = market.plans.plans[subscription.instrument_id], instrument.terms.currency
    return due_from(plan, currency, subscription.period, subscription.units, begins_at)


def failed(market: Market, subscription: Subscription, barred: Bar, cause: Cause) -> Sequence[Fact]:
    """A day later once more, or when the fence may answer otherwise; until the days of grace are over."""
    days = market.plans.plans[subscription.instrument_id].terms.grace_days
    ends_at = subscription.ends_at if subscription.state == "suspended" else cause.at + days * DAY
    last = cause.at >= ends_at
    moments = [
        each for each in (cause.at + DAY, ends_at, barred.until) if each is not None and each > cause.at
    ]
    attempt = RenewalFailed(
        subscription_id=subscription.subscription_id,
        attempt=subscription.attempts + 1,
        next_attempt_at=None if last else min(moments),
        reason=barred.reason.value,
        detail=barred.detail,
        codes=barred.codes,
    )
    if last:
        short = barred.reason in (Reason.FUNDS_INSUFFICIENT, Reason.AMOUNT_TOO_LARGE)
        return attempt, ended(market, subscription, "unpaid" if short else "not_admitted")
    if subscription.state == "suspended":
        return (attempt,)
    return attempt, SubscriptionSuspended(subscription_id=subscription.subscription_id, ends_at=ends_at)


def _running(subscription: Subscription) -> Running:
    assert subscription.running is not None
    return subscription.running
