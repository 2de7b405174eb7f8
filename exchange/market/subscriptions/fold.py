"""How facts of subscriptions change a market. No rule is here."""

from collections.abc import Mapping
from typing import Final, cast

from exchange.kernel.bases import Fact
from exchange.kernel.plan import PeriodUnit
from exchange.market.agenda import schedule, settle
from exchange.market.entitlements.following import stop_following
from exchange.market.holds import hold, meant_for
from exchange.market.order_fold import export
from exchange.market.plans.escrow import give_back
from exchange.market.room import Fold
from exchange.market.seats.counting import takes_seats
from exchange.market.state import Market
from exchange.market.subscriptions import facts as happened
from exchange.market.subscriptions.state import Running, Subscription

RENEWAL: Final = "subscription-renewal"
"""A subscription's period is over, or its renewal is tried again; the subject is the subscription."""


def started(market: Market, fact: happened.SubscriptionStarted, at: int) -> None:
    name = fact.subscription_id
    market.subscriptions.open[name] = Subscription(
        subscription_id=name,
        instrument_id=fact.instrument_id,
        seller_id=fact.seller_id,
        buyer_id=fact.buyer_id,
        units=fact.units,
        period=cast(PeriodUnit, fact.period),
        use=fact.use,
    )
    market.subscriptions.of.setdefault(fact.buyer_id, []).append(name)
    _count(market, market.subscriptions.open[name], 1)


def period_begun(market: Market, fact: happened.PeriodBegun, at: int) -> None:
    """Hold the money of a period, which its trade takes; look again when it is over."""
    subscription = market.subscriptions.open[fact.subscription_id]
    money = fact.amount_minor
    hold(market, fact.hold_id, subscription.buyer_id, fact.currency, money, "reserved", fact.drawn_minor)
    meant_for(market, fact.hold_id, subscription.use)
    name = subscription.instrument_id
    if market.instruments[name].terms.moves_data:
        export(market, name, subscription.seller_id, subscription.buyer_id, subscription.use, at)
    subscription.running = Running(
        number=fact.number,
        trade_id=fact.trade_id,
        begins_at=fact.begins_at,
        ends_at=fact.ends_at,
        days_charged=fact.days_charged,
        days=fact.days,
        price_minor=fact.price_minor,
        amount_minor=fact.amount_minor,
    )
    subscription.state, subscription.attempts, subscription.ends_at = "active", 0, 0
    schedule(market.agenda, fact.ends_at, RENEWAL, fact.subscription_id)


def renewal_failed(market: Market, fact: happened.RenewalFailed, at: int) -> None:
    market.subscriptions.open[fact.subscription_id].attempts = fact.attempt
    if fact.next_attempt_at is not None:
        schedule(market.agenda, fact.next_attempt_at, RENEWAL, fact.subscription_id)


def suspended(market: Market, fact: happened.SubscriptionSuspended, at: int) -> None:
    subscription = market.subscriptions.open[fact.subscription_id]
    subscription.state, subscription.ends_at = "suspended", fact.ends_at


def cancelled(market: Market, fact: happened.SubscriptionCancelled, at: int) -> None:
    market.subscriptions.open[fact.subscription_id].ending = True


def ended(market: Market, fact: happened.SubscriptionEnded, at: int) -> None:
    if fact.refunded_minor:
        # Its unused days are paid back, so the right is over with the subscription.
        stop_following(market, market.purchases[fact.trade_id].entitlement_id, at)
    give_back(market, fact.trade_id, fact.refunded_minor)
    subscription = market.subscriptions.open.pop(fact.subscription_id)
    others = market.subscriptions.of[subscription.buyer_id]
    others.remove(fact.subscription_id)
    if not others:
        del market.subscriptions.of[subscription.buyer_id]
    settle(market.agenda, RENEWAL, fact.subscription_id)
    _count(market, subscription, -1)


def pay_again(market: Market, buyer_id: str, at: int) -> None:
    """Money has come, or credit: what is suspended for want of it tries to renew at once."""
    for name in market.subscriptions.of.get(buyer_id, ()):
        if market.subscriptions.open[name].state == "suspended":
            schedule(market.agenda, at, RENEWAL, name)


def renew_again(market: Market, instrument_id: str, at: int) -> None:
    """An instrument is open again: what could not renew meanwhile tries to at once."""
    plan = market.plans.plans.get(instrument_id)
    if plan is None or not plan.subscriptions:
        return
    for name, each in market.subscriptions.open.items():
        if each.instrument_id == instrument_id and each.state == "suspended":
            schedule(market.agenda, at, RENEWAL, name)


def _count(market: Market, subscription: Subscription, sign: int) -> None:
    plan = market.plans.plans[subscription.instrument_id]
    plan.subscriptions += sign
    instrument = market.instruments[subscription.instrument_id]
    if takes_seats(instrument.terms, plan.terms.counts):
        instrument.seats_taken += sign * subscription.units


FOLDS: Mapping[type[Fact], Fold] = {
    happened.SubscriptionStarted: started,
    happened.PeriodBegun: period_begun,
    happened.RenewalFailed: renewal_failed,
    happened.SubscriptionSuspended: suspended,
    happened.SubscriptionCancelled: cancelled,
    happened.SubscriptionEnded: ended,
}
