"""What happened to subscriptions."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Names, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant
from exchange.market.commands import Use

EndGrounds = Literal["cancelled", "unpaid", "not_admitted", "participant_suspended", "instrument_closed"]


class SubscriptionStarted(Fact, frozen=True):
    """A buyer subscribed; its first period follows. Units: `units` as the plan counts them."""

    subscription_id: Id
    plan_id: Id
    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    units: int
    unit: Line
    period: Line
    use: Use
    reference: Line


class PeriodBegun(Fact, frozen=True):
    """A period of a subscription was paid for; its trade and the right follow, paid out of the hold.

    Units: `price_minor` of `currency` is that of the whole period, `amount_minor` of the `days_charged` of its `days`;
    `drawn_minor` of credit was added for it.
    Shape: `number` counts from 1; a period begins where the one before ended, or where a suspension did.
    """

    subscription_id: Id
    buyer_id: ParticipantId
    number: int
    hold_id: Id
    trade_id: TradeId
    begins_at: Instant
    ends_at: Instant
    days_charged: int
    days: int
    currency: Line
    price_minor: BalanceMinor
    amount_minor: BalanceMinor
    drawn_minor: BalanceMinor = 0


class RenewalFailed(Fact, frozen=True):
    """A subscription could not renew: its purse was short, the fence did not admit it, or what bars any purchase did.

    Shape: `attempt` counts from 1; the next is made at `next_attempt_at`, None was the last. A deposit or more
    credit brings it forward.
    """

    subscription_id: Id
    attempt: int
    next_attempt_at: Instant | None
    reason: Line
    detail: Text
    codes: Names


class SubscriptionSuspended(Fact, frozen=True):
    """A subscription that could not renew confers no right until it does, and ends unless it does by `ends_at`."""

    subscription_id: Id
    ends_at: Instant


class SubscriptionCancelled(Fact, frozen=True):
    """A subscription ends with its running period, at `ends_at`."""

    subscription_id: Id
    by: Literal["buyer", "seller"]
    ends_at: Instant


class SubscriptionEnded(Fact, frozen=True):
    """A subscription ended.

    Units: `refunded_minor` of `currency` went from the last trade's escrow back to the buyer, who pays for
    `days_charged` of the last period; what is left in escrow then is accepted.
    """

    subscription_id: Id
    buyer_id: ParticipantId
    grounds: EndGrounds
    trade_id: TradeId
    days_charged: int
    currency: Line
    refunded_minor: BalanceMinor


FACTS: tuple[type[Fact], ...] = (
    SubscriptionStarted,
    PeriodBegun,
    RenewalFailed,
    SubscriptionSuspended,
    SubscriptionCancelled,
    SubscriptionEnded,
)
