"""What a leader remembers of one outcome while it folds it; nothing of it is kept."""

from typing import TypeAlias

import msgspec

from exchange.kernel.ids import InstrumentId, OrderId, ParticipantId, TradeId
from exchange.market.commands import Side, Use

PurseName: TypeAlias = tuple[ParticipantId, str]
"""A participant and a currency."""
Held: TypeAlias = tuple[int, int, int]
"""Minor units in a purse: all that is its owner's less what it owes, then of it what is reserved, what is deposits."""
Backed: TypeAlias = tuple[ParticipantId, str, int, int]
"""Whose purse backs something, in which currency, and the minor units that it takes of the reserve and of deposits."""
Amount: TypeAlias = tuple[str, int]
"""A currency and minor units of it."""


class Turn(msgspec.Struct, frozen=True):
    """An order that takes, or may take, from the other side of a book, and how far it has come.

    Units: `merit` is the price of the last one it took from, for asks negative. Shape: `rank` is that one's place in
    its price's queue; an order that rests has come past all that its limit accepts, and has the rank of nobody.
    """

    instrument_id: InstrumentId
    order_id: OrderId
    participant_id: ParticipantId
    side: Side
    use: Use
    entered: int
    merit: int
    rank: int | None


class Watched(msgspec.Struct):
    """What an outcome has touched so far, as it was before.

    Shape: `at` is the outcome's time. Of orders only bids back anything; `escrow` is what lay in escrow or in dispute
    for a trade; `tills` has what had come in and was neither earned nor paid out; `turn` is whose it is now.
    """

    at: int
    purses: dict[PurseName, Held] = {}
    orders: dict[OrderId, Backed] = {}
    holds: dict[str, Backed] = {}
    escrow: dict[TradeId, Amount] = {}
    tills: dict[str, int] = {}
    turn: Turn | None = None
