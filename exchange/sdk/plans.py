"""What buying by a price plan gives: units or a subscription, with the trade that paid and the right it confers."""

import msgspec

from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.plans.facts import UnitsBought
from exchange.market.subscriptions.facts import (
    PeriodBegun,
    SubscriptionCancelled,
    SubscriptionEnded,
    SubscriptionStarted,
)
from streams.answers import Answer


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """Units that were bought, what they cost, and the right to them."""

    market_id: str
    units: UnitsBought
    trade: TradeMatched
    entitlement: EntitlementGranted


class Subscribed(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription and its first period. Shape: each period has an entitlement of its own."""

    market_id: str
    subscription: SubscriptionStarted
    period: PeriodBegun
    trade: TradeMatched
    entitlement: EntitlementGranted

    @property
    def subscription_id(self) -> str:
        """The subscription's id."""
        return self.subscription.subscription_id


def bought(market_id: str, answer: Answer) -> Bought:
    """What an answer says was bought."""
    return Bought(
        market_id=market_id,
        units=answer.fact(UnitsBought),
        trade=answer.fact(TradeMatched),
        entitlement=answer.fact(EntitlementGranted),
    )


def subscribed(market_id: str, answer: Answer) -> Subscribed:
    """What an answer says was subscribed to."""
    return Subscribed(
        market_id=market_id,
        subscription=answer.fact(SubscriptionStarted),
        period=answer.fact(PeriodBegun),
        trade=answer.fact(TradeMatched),
        entitlement=answer.fact(EntitlementGranted),
    )


def cancelled(answer: Answer) -> SubscriptionCancelled | SubscriptionEnded:
    """How an answer says that a subscription ends: with its period, or that it has."""
    ended = next((fact for fact in answer.facts if isinstance(fact, SubscriptionEnded)), None)
    return ended or answer.fact(SubscriptionCancelled)
