"""What a market remembers of subscriptions that have not ended."""

from typing import Literal

import msgspec

from exchange.kernel.ids import Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.plan import PeriodUnit
from exchange.market.commands import Use


class Running(msgspec.Struct):
    """The last period that was paid for.

    Units: `price_minor` of the whole period, `amount_minor` of its `days_charged`.
    """

    number: int
    trade_id: TradeId
    begins_at: int
    ends_at: int
    days_charged: int
    days: int
    price_minor: int
    amount_minor: int


class Subscription(msgspec.Struct):
    """A subscription that has not ended.

    Shape: `ending` ends with the running period; of one that is suspended, `attempts` is how often its renewal
    failed, and it ends at `ends_at` unless that succeeds.
    """

    subscription_id: Id
    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    units: int
    period: PeriodUnit
    use: Use
    running: Running | None = None
    state: Literal["active", "suspended"] = "active"
    ending: bool = False
    attempts: int = 0
    ends_at: int = 0


class Subscriptions(msgspec.Struct):
    """Open subscriptions by id, and each buyer's."""

    open: dict[Id, Subscription] = msgspec.field(default_factory=dict)
    of: dict[ParticipantId, list[Id]] = msgspec.field(default_factory=dict)
