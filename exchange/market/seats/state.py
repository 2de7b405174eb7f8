"""What a market remembers of seats that orders took."""

import msgspec

from exchange.kernel.ids import EntitlementId, InstrumentId, ParticipantId, TradeId


class Seated(msgspec.Struct, frozen=True):
    """Seats that one trade took."""

    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seats: int


class Seats(msgspec.Struct):
    """Seats taken, by entitlement, and which entitlement a trade conferred; how many in all the instrument knows."""

    taken: dict[EntitlementId, Seated] = msgspec.field(default_factory=dict)
    of: dict[TradeId, EntitlementId] = msgspec.field(default_factory=dict)
