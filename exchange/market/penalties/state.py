"""What is remembered of penalties: those that fall due, and those that were charged."""

from typing import Literal

import msgspec

from exchange.kernel.ids import InstrumentId, ParticipantId, TradeId
from exchange.market.penalties.facts import PenaltyCharged


class Default(msgspec.Struct):
    """What a seller did not deliver. Units: `of_minor` of `currency`."""

    instrument_id: InstrumentId
    seller_id: ParticipantId
    cause: Literal["default", "short"]
    currency: str
    of_minor: int
    grounds: str


class Penalties(msgspec.Struct):
    """By trade. Shape: one that was charged is kept for good, since it may be withdrawn, but charged no second time."""

    due: dict[TradeId, Default] = msgspec.field(default_factory=dict)
    charged: dict[TradeId, PenaltyCharged] = msgspec.field(default_factory=dict)
    withdrawn: set[TradeId] = msgspec.field(default_factory=set)
