"""What happened in auctions."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, InstrumentId, MarketId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant
from exchange.market.auctions.commands import Commitment, Salt, SealedKind
from exchange.market.commands import Use
from exchange.market.facts import DecisionSummary

Released: TypeAlias = Literal["below_reserve", "outbid", "may_not_trade", "fence_refused", "auction_void"]
Ended: TypeAlias = Literal[
    "asked",
    "no_commitments",
    "no_valid_bid",
    "nobody_admitted",
    "not_taken",
    "instrument_not_open",
    "seller_suspended",
    "no_ruleset",
]


class AuctionOpened(Fact, frozen=True):
    """Sealed bids for an instrument may be committed.

    Units: `reserve_price` in ticks a lot, `deposit_minor` of `currency` for each bid.
    """

    auction_id: Id
    instrument_id: InstrumentId
    market_id: MarketId
    listing_id: Id
    product_id: ProductId
    seller_id: ParticipantId
    kind: SealedKind
    currency: Line
    reserve_price: int
    deposit_minor: BalanceMinor
    commit_until: Instant
    reveal_until: Instant
    quantity: int
    exclusive: bool


class DutchAuctionOpened(Fact, frozen=True):
    """An instrument is on sale at a price that falls. Units: prices and `step` in ticks a lot."""

    auction_id: Id
    instrument_id: InstrumentId
    market_id: MarketId
    listing_id: Id
    product_id: ProductId
    seller_id: ParticipantId
    currency: Line
    start_price: int
    floor_price: int
    step: int
    step_interval_s: int
    open_until: Instant
    quantity: int
    exclusive: bool


class BidCommitted(Fact, frozen=True):
    """A sealed bid stands; its price is known to its bidder only.

    Units: `deposit_minor` of `currency` left the purse's cash for it, once `drawn_minor` of credit was added: nothing
    where it takes the place of an earlier commitment. Shape: of equal prices the lower `position` wins.
    """

    bid_id: Id
    auction_id: Id
    participant_id: ParticipantId
    commitment: Commitment
    position: int
    use: Use
    currency: Line
    deposit_minor: BalanceMinor
    drawn_minor: BalanceMinor = 0


class RevealingBegan(Fact, frozen=True):
    """No bid can be committed any more; what was committed is to be revealed."""

    auction_id: Id
    commitments: int
    reveal_until: Instant


class BidRevealed(Fact, frozen=True):
    """A bid is what was committed to, and its money is held.

    Units: `price` in ticks a lot; `deposit_minor` of `currency` is reserved now instead of deposited, and
    `held_minor` more left the purse's cash, once `drawn_minor` of credit was added; all are 0 where the price is below
    the reserve.
    """

    bid_id: Id
    auction_id: Id
    participant_id: ParticipantId
    price: int
    salt: Salt
    currency: Line
    deposit_minor: BalanceMinor
    held_minor: BalanceMinor
    drawn_minor: BalanceMinor = 0


class BidReleased(Fact, frozen=True):
    """A bid does not win; its money went back.

    Units: minor units of `currency`, what was deposited and what was reserved. Shape: `decision` is the fence's where
    it was the fence.
    """

    bid_id: Id
    auction_id: Id
    participant_id: ParticipantId
    currency: Line
    deposit_minor: BalanceMinor
    reserved_minor: BalanceMinor
    grounds: Released
    decision: DecisionSummary | None


class DepositForfeited(Fact, frozen=True):
    """A commitment was never revealed: the exchange keeps its deposit as a penalty."""

    bid_id: Id
    auction_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class AuctionSold(Fact, frozen=True):
    """An auction has a winner; the trade of `trade_id` follows.

    Units: `price` in ticks a lot is what the winner pays; `reserved_minor` of `currency` left its cash now, once
    `drawn_minor` of credit was added: nothing in a sealed auction, whose winner's money was held when the bid was
    revealed.
    """

    auction_id: Id
    kind: Literal["first_price", "second_price", "dutch"]
    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    bid_id: Id
    price: int
    quantity: int
    currency: Line
    reserved_minor: BalanceMinor
    use: Use
    trade_id: TradeId
    exclusive_until: Instant | None
    drawn_minor: BalanceMinor = 0


class AuctionEnded(Fact, frozen=True):
    """An auction is over and nothing was sold.

    Shape: `unsold` where nobody won, `void` where it could not be settled, so that every deposit went back.
    """

    auction_id: Id
    instrument_id: InstrumentId
    outcome: Literal["unsold", "cancelled", "void"]
    grounds: Ended


FACTS: tuple[type[Fact], ...] = (
    AuctionOpened,
    DutchAuctionOpened,
    BidCommitted,
    RevealingBegan,
    BidRevealed,
    BidReleased,
    DepositForfeited,
    AuctionSold,
    AuctionEnded,
)
