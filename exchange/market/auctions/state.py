"""What a market remembers of its auctions."""

import msgspec

from exchange.kernel.ids import Id, InstrumentId, ParticipantId, TradeId
from exchange.market.auctions.commands import SealedKind
from exchange.market.commands import Use


class Bid(msgspec.Struct):
    """A sealed bid. Shape: its money is the hold of its own id; `price` is None until it is revealed."""

    bid_id: Id
    participant_id: ParticipantId
    commitment: bytes
    position: int
    use: Use
    price: int | None = None


class SealedAuction(msgspec.Struct, tag=True):
    """A sealed auction that is running.

    Shape: one bid a bidder, by its name; those that cannot win any more are gone. `valid_bids` counts all that were
    revealed at the reserve or above.
    """

    auction_id: Id
    instrument_id: InstrumentId
    kind: SealedKind
    reserve_price: int
    deposit_minor: int
    commit_until: int
    reveal_until: int
    quantity: int
    exclusive: bool
    revealing: bool = False
    bids: dict[ParticipantId, Bid] = msgspec.field(default_factory=dict)
    valid_bids: int = 0

    def in_order(self) -> list[Bid]:
        """The bids in the order they were committed, which the names they are kept by do not say."""
        return sorted(self.bids.values(), key=lambda bid: bid.position)


class DutchAuction(msgspec.Struct, tag=True):
    """A Dutch auction that is running."""

    auction_id: Id
    instrument_id: InstrumentId
    start_price: int
    floor_price: int
    step: int
    step_interval_s: int
    opened_at: int
    quantity: int
    exclusive: bool


class Exclusive(msgspec.Struct, frozen=True):
    """The one buyer's right to an instrument of which nothing else is sold before `until`."""

    trade_id: TradeId
    until: int


class Auctions(msgspec.Struct):
    """The auctions of a market.

    Shape: `of_instrument` names the one that is running for an instrument; of those that are over the ids are
    kept, for good.
    """

    running: dict[Id, SealedAuction | DutchAuction] = msgspec.field(default_factory=dict)
    of_instrument: dict[InstrumentId, Id] = msgspec.field(default_factory=dict)
    exclusive: dict[InstrumentId, Exclusive] = msgspec.field(default_factory=dict)
    over: set[Id] = msgspec.field(default_factory=set)
