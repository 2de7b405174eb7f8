"""Subscriptions are cancelled and end."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import half_up
from exchange.kernel.protocol import ProtocolReason
from exchange.kernel.refusals import refused
from exchange.market.entitlements.unused import unused_if_ended
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.plans.escrow import rest_accepted, under_way
from exchange.market.plans.pricing import part_minor
from exchange.market.state import Market, Purchase
from exchange.market.subscriptions.commands import CancelSubscription
from exchange.market.subscriptions.facts import EndGrounds, SubscriptionCancelled, SubscriptionEnded
from exchange.market.subscriptions.periods import days_left
from exchange.market.subscriptions.state import Running, Subscription


def cancel_subscription(
    market: Market, command: CancelSubscription, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """End a subscription with its period, or at once."""
    name = command.subscription_id
    subscription = market.subscriptions.open.get(name)
    if subscription is None:
        detail = "it has ended, or there never was one; use the subscription_id of its SubscriptionStarted"
        return (refused(command, Reason.SUBSCRIPTION_UNKNOWN, name, detail),)
    if cause.actor not in (subscription.buyer_id, subscription.seller_id):
        detail = f"its buyer or its seller cancels it, {cause.actor} is neither"
        return (refused(command, ProtocolReason.NOT_PERMITTED, name, detail),)
    by_buyer = cause.actor == subscription.buyer_id
    if command.when == "now" and not by_buyer:
        detail = (
            "at once only its buyer ends it; its seller cancels it with the period, or refunds the period too"
        )
        return (refused(command, ProtocolReason.NOT_PERMITTED, name, detail),)
    if subscription.state == "suspended":
        return (ended(market, subscription, "cancelled"),)
    if command.when == "now":
        return _at_once(market, subscription, cause)
    if subscription.ending:
        detail = "it was cancelled before and ends with its running period"
        return (refused(command, Reason.SUBSCRIPTION_ENDING, name, detail),)
    return (_with_period(subscription, "buyer" if by_buyer else "seller"),)


def ended(
    market: Market,
    subscription: Subscription,
    grounds: EndGrounds,
    days_charged: int | None = None,
    refunded_minor: int = 0,
) -> SubscriptionEnded:
    """The fact that a subscription ended."""
    running = _running(subscription)
    return SubscriptionEnded(
        subscription_id=subscription.subscription_id,
        buyer_id=subscription.buyer_id,
        grounds=grounds,
        trade_id=running.trade_id,
        days_charged=running.days_charged if days_charged is None else days_charged,
        currency=market.instruments[subscription.instrument_id].terms.currency,
        refunded_minor=refunded_minor,
    )


def _at_once(market: Market, subscription: Subscription, cause: Cause) -> Sequence[Fact]:
    """The buyer pays for the days begun: the rest goes back, what stays is accepted.

    Shape: a period that was accepted before is paid whole; its seller may refund it. Where its right has ended before,
    what was not used of it has gone back with that.
    """
    running = _running(subscription)
    purchase = under_way(market, running.trade_id)
    if purchase is None:
        return (ended(market, subscription, "cancelled"),)
    if _right_is_over(market, purchase):
        used = _days_paid(running, purchase.escrow_minor)
        return (
            ended(market, subscription, "cancelled", used),
            rest_accepted(market, purchase, 0, cause, "buyer"),
        )
    charged = running.days_charged - min(_unused(market, running, purchase, cause.at), running.days_charged)
    costs = part_minor(running.price_minor, charged, running.days)
    back = min(running.amount_minor - costs, purchase.escrow_minor)
    return (
        ended(market, subscription, "cancelled", charged, back),
        rest_accepted(market, purchase, back, cause, "buyer"),
    )


def _right_is_over(market: Market, purchase: Purchase) -> bool:
    """Whether a right that rested on an answer of the fence has ended within its period."""
    moves_data = market.instruments[purchase.instrument_id].terms.moves_data
    return moves_data and purchase.entitlement_id not in market.entitlements.running


def _days_paid(running: Running, left_minor: int) -> int:
    """The days that what is left of a period's price pays for: all of them where it costs nothing."""
    if not running.price_minor:
        return running.days_charged
    return half_up(left_minor * running.days, running.price_minor)


def _unused(market: Market, running: Running, purchase: Purchase, at: int) -> int:
    """The days that have not begun, and those on which the right was suspended."""
    right = market.entitlements.running.get(purchase.entitlement_id)
    return days_left(at, running.ends_at) if right is None else unused_if_ended(right, at)


def _with_period(subscription: Subscription, by: Literal["buyer", "seller"]) -> SubscriptionCancelled:
    return SubscriptionCancelled(
        subscription_id=subscription.subscription_id, by=by, ends_at=_running(subscription).ends_at
    )


def _running(subscription: Subscription) -> Running:
    assert subscription.running is not None
    return subscription.running
