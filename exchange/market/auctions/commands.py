"""What may be asked of auctions."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, InstrumentId
from exchange.kernel.money import AmountMinor
from exchange.kernel.time import Instant
from exchange.market.commands import Price, Quantity, Use

SealedKind: TypeAlias = Literal["first_price", "second_price"]
Commitment = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
"""SHA-256 of a sealed bid; `exchange.market.auctions.sealing` says of which text."""
Salt = Annotated[bytes, msgspec.Meta(min_length=16, max_length=64)]
"""Random bytes that keep a price from being guessed from its commitment."""
StepInterval = Annotated[int, msgspec.Meta(ge=1, le=366 * 86_400)]


class OpenAuction(Command, frozen=True):
    """Sell an instrument to the highest of several sealed bids, which are committed first and revealed later.

    Units: `reserve_price` in ticks a lot, `deposit_minor` what a commitment costs until it is revealed. Shape: bids
    are committed before `commit_until` and revealed from then on, before `reveal_until`; an `exclusive` lot is the
    last of its instrument for as long as the right to it lasts.
    """

    instrument_id: InstrumentId
    kind: SealedKind
    reserve_price: Price
    deposit_minor: AmountMinor
    commit_until: Instant
    reveal_until: Instant
    quantity: Quantity = 1
    exclusive: bool = True


class OpenDutchAuction(Command, frozen=True):
    """Sell an instrument to the first who takes it, at a price that falls step by step.

    Units: prices and `step` in ticks a lot; the price is one `step` lower every `step_interval_s` seconds, and stays
    at `floor_price` once there.
    """

    instrument_id: InstrumentId
    start_price: Price
    floor_price: Price
    step: Price
    step_interval_s: StepInterval
    open_until: Instant
    quantity: Quantity = 1
    exclusive: bool = True


class CommitBid(Command, frozen=True):
    """Bid in a sealed auction without saying how much. Committed again, the later commitment is the one that counts."""

    auction_id: Id
    commitment: Commitment
    use: Use


class RevealBid(Command, frozen=True):
    """Say what was committed to: the price and the salt."""

    auction_id: Id
    price: Price
    salt: Salt


class TakeDutch(Command, frozen=True):
    """Buy at a Dutch auction's price of this moment, if it is not above `price_max`."""

    auction_id: Id
    use: Use
    price_max: Price | None = None


class CancelAuction(Command, frozen=True):
    """Call an auction off that nobody has committed to."""

    auction_id: Id


COMMANDS: tuple[type[Command], ...] = (
    OpenAuction,
    OpenDutchAuction,
    CommitBid,
    RevealBid,
    TakeDutch,
    CancelAuction,
)
