"""Auctions through the doors: sealed ones and Dutch ones, for those who sell in them and those who bid."""

import msgspec

from exchange.kernel.errors import Misuse
from exchange.market.auctions.commands import (
    CancelAuction,
    CommitBid,
    OpenAuction,
    OpenDutchAuction,
    RevealBid,
    SealedKind,
    TakeDutch,
)
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionOpened,
    AuctionSold,
    BidCommitted,
    BidRevealed,
    DutchAuctionOpened,
)
from exchange.market.commands import Use
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.registry.facts import ListingPublished
from exchange.sdk.door import Door
from exchange.sdk.sealing import SealedBid
from streams.answers import AnswerPosition
from streams.deadline import DEADLINE_S, Deadline


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A Dutch auction that was taken. Shape: `position` is where it stands in the market's journal."""

    market_id: str
    position: AnswerPosition
    sold: AuctionSold
    trade: TradeMatched
    entitlement: EntitlementGranted


class AuctionBuyer(Door):
    """Bids in sealed auctions, and takes Dutch ones."""

    async def commit(
        self, bid: SealedBid, *, use: Use, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BidCommitted:
        """Commit to a sealed bid; its deposit is held until it is revealed.

        Shape: another one committed to later, before the auction's `commit_until`, takes its place.
        Raises: Misuse if the bid is another's.
        """
        self._own(bid)
        command = CommitBid(auction_id=bid.auction_id, commitment=bid.commitment, use=use)
        return await self._fact(BidCommitted, "market", bid.market_id, command, id, deadline_s)

    async def reveal(
        self, bid: SealedBid, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BidRevealed:
        """Reveal what was committed to, once revealing has begun; what the deposit leaves of its price is held.

        Raises: Misuse if the bid is another's.
        """
        self._own(bid)
        command = RevealBid(auction_id=bid.auction_id, price=bid.price, salt=bid.salt)
        return await self._fact(BidRevealed, "market", bid.market_id, command, id, deadline_s)

    async def take(
        self,
        auction: DutchAuctionOpened | str,
        market_id: str | None = None,
        *,
        use: Use,
        price_max: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Taken:
        """Buy at a Dutch auction's price of the moment.

        Units: `price_max` in the instrument's ticks a lot; None takes it at any price.
        """
        auction_id = auction if isinstance(auction, str) else auction.auction_id
        market = market_id or (None if isinstance(auction, str) else auction.market_id)
        if market is None:
            raise Misuse(f"auction {auction_id}: name the market_id in which it is held")
        command = TakeDutch(auction_id=auction_id, use=use, price_max=price_max)
        answer = await self._settled("market", market, command, id, Deadline(deadline_s))
        return Taken(
            market_id=market,
            position=answer.position,
            sold=answer.fact(AuctionSold),
            trade=answer.fact(TradeMatched),
            entitlement=answer.fact(EntitlementGranted),
        )

    def _own(self, bid: SealedBid) -> None:
        if bid.participant_id != self.participant_id:
            raise Misuse(
                f"the bid was sealed by {bid.participant_id}; {self.participant_id} cannot bid with it"
            )


class AuctionSeller(Door):
    """Opens auctions of what is listed."""

    async def open_auction(
        self,
        listing: ListingPublished | str,
        *,
        kind: SealedKind,
        reserve_price: int,
        deposit_minor: int,
        commit_until: int,
        reveal_until: int,
        quantity: int = 1,
        exclusive: bool = True,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AuctionOpened:
        """Sell a listing without a posted price to the highest of several sealed bids.

        Units: `reserve_price` in ticks a lot (minor units for a listing), times in µs of exchange time.
        """
        deadline = Deadline(deadline_s)
        if isinstance(listing, str):
            listing = await self._listing(listing, deadline)
        command = OpenAuction(
            instrument_id=listing.listing_id,
            kind=kind,
            reserve_price=reserve_price,
            deposit_minor=deposit_minor,
            commit_until=commit_until,
            reveal_until=reveal_until,
            quantity=quantity,
            exclusive=exclusive,
        )
        return await self._fact(AuctionOpened, "market", listing.market_id, command, id, deadline)

    async def open_dutch_auction(
        self,
        listing: ListingPublished | str,
        *,
        start_price: int,
        floor_price: int,
        step: int,
        step_interval_s: int,
        open_until: int,
        quantity: int = 1,
        exclusive: bool = True,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DutchAuctionOpened:
        """Sell a listing without a posted price to the first who takes it, at a price that falls.

        Units: prices and `step` in ticks a lot (minor units for a listing), `open_until` in µs of exchange time.
        """
        deadline = Deadline(deadline_s)
        if isinstance(listing, str):
            listing = await self._listing(listing, deadline)
        command = OpenDutchAuction(
            instrument_id=listing.listing_id,
            start_price=start_price,
            floor_price=floor_price,
            step=step,
            step_interval_s=step_interval_s,
            open_until=open_until,
            quantity=quantity,
            exclusive=exclusive,
        )
        return await self._fact(DutchAuctionOpened, "market", listing.market_id, command, id, deadline)

    async def cancel_auction(
        self,
        auction: AuctionOpened | DutchAuctionOpened | str,
        market_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AuctionEnded:
        """Call an auction off that nobody has committed to."""
        auction_id = auction if isinstance(auction, str) else auction.auction_id
        market = market_id or (None if isinstance(auction, str) else auction.market_id)
        if market is None:
            raise Misuse(f"auction {auction_id}: name the market_id in which it is held")
        command = CancelAuction(auction_id=auction_id)
        return await self._fact(AuctionEnded, "market", market, command, id, deadline_s)
