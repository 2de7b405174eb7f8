"""What happened to seats."""

from exchange.kernel.bases import Fact
from exchange.kernel.ids import EntitlementId, InstrumentId, ParticipantId, TradeId


class SeatsFreed(Fact, frozen=True):
    """The right to seats that an order took is over, or its purchase was refunded: they can be taken again."""

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seats: int


FACTS: tuple[type[Fact], ...] = (SeatsFreed,)
