"""The buyer's door: buy, bid, take part in auctions, ask for quotes, receive, accept, reject, object."""

import msgspec

from exchange.delivery.commands import ObjectToDelivery
from exchange.delivery.facts import DeliveryObjected
from exchange.kernel.errors import ExchangeError, Misuse
from exchange.market.auctions.commands import CommitBid, RevealBid, TakeDutch
from exchange.market.auctions.facts import AuctionSold, BidCommitted, BidRevealed, DutchAuctionOpened
from exchange.market.commands import AcceptDelivery, Side, TimeInForce, Use
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, TradeMatched
from exchange.market.plans.commands import BuyUnits, SetTopUp, TopUpTerms
from exchange.market.plans.facts import TopUpSet
from exchange.market.pools.commands import CommitShare, WithdrawShare
from exchange.market.pools.facts import ShareCommitted, ShareWithdrawn
from exchange.market.purchases.commands import AcceptPart, RejectDelivery
from exchange.market.purchases.facts import DeliveryRejected
from exchange.market.quotes.commands import (
    AcceptSample,
    AwardQuote,
    EndAward,
    RejectSample,
    RequestQuotes,
    Wanted,
    WithdrawRequest,
)
from exchange.market.quotes.facts import (
    AwardEnded,
    QuoteAwarded,
    QuoteGiven,
    QuotesRequested,
    RequestEnded,
    SampleRejected,
)
from exchange.market.subscriptions.commands import CancelSubscription, Subscribe
from exchange.market.subscriptions.facts import SubscriptionCancelled, SubscriptionEnded
from exchange.registry.facts import ListingPublished
from exchange.sdk.deliveries import Deliveries
from exchange.sdk.party import Entitlement
from exchange.sdk.plans import Bought, Subscribed, bought, cancelled, subscribed
from exchange.sdk.sealing import SealedBid
from exchange.sdk.trader import PLAIN, Conditions, Placed, Trader
from streams.answers import AnswerPosition
from streams.deadline import DEADLINE_S, Deadline

_AT_ONCE = Conditions(time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
NO_USE = Use()


class NothingTraded(ExchangeError):
    """A purchase found no ask it could meet; nothing was paid and nothing rests in the book."""

    remedy = "Bid higher, or place a bid that rests."


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A Dutch auction that was taken. Shape: `position` is where it stands in the market's journal."""

    market_id: str
    position: AnswerPosition
    sold: AuctionSold
    trade: TradeMatched
    entitlement: EntitlementGranted


class Awarded(msgspec.Struct, frozen=True, kw_only=True):
    """A quote that was taken; `entitlement` is there where it traded at once, without a sample."""

    market_id: str
    position: AnswerPosition
    award: QuoteAwarded
    entitlement: EntitlementGranted | None

    @property
    def award_id(self) -> str:
        """The award's id."""
        return self.award.award_id


class Buyer(Trader):
    """Buys data products and receives them."""

    async def buy(
        self,
        listing: ListingPublished | str,
        quantity: int = 1,
        price: int | None = None,
        *,
        use: Use,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Buy at once, at the posted price or better than `price`, or not at all.

        Shape: `use` says what for and where, and names the digest of the licence accepted. When this
        returns the entitlement is open: what is published from then on is delivered.
        Units: `price` in the instrument's ticks (minor units for a listing).
        Raises: Refusal with its reason and the fence's codes; NothingTraded if there was no such ask.
        """
        deadline = Deadline(deadline_s)
        if isinstance(listing, str):
            listing = await self._listing(listing, deadline)
        limit = listing.price.price_minor if price is None else price
        placed = await self._place(
            listing.market_id,
            listing.listing_id,
            Side.BID,
            quantity,
            limit,
            use,
            reference,
            _AT_ONCE,
            id,
            deadline,
        )
        if not placed.trades:
            raise NothingTraded(
                f"no ask for {placed.order.instrument_id} at {placed.order.price} or less may be met now;"
                " bid higher, or place a bid that rests"
            )
        return placed

    async def bid(
        self,
        listing: ListingPublished | str,
        quantity: int,
        price: int | None,
        *,
        use: Use = NO_USE,
        market_id: str | None = None,
        reference: str = "",
        conditions: Conditions = PLAIN,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Bid; what is not met at once rests in the book, where the conditions let it.

        Units: `price` in the instrument's ticks (minor units for a listing): the limit, or the worst price of a market
        order, which may do without. Shape: with `market_id` the first argument is the id of any instrument there.
        """
        deadline = Deadline(deadline_s)
        if market_id is None:
            found = await self._listing(listing, deadline) if isinstance(listing, str) else listing
            listing, market_id = found.listing_id, found.market_id
        instrument_id = listing if isinstance(listing, str) else listing.listing_id
        return await self._place(
            market_id, instrument_id, Side.BID, quantity, price, use, reference, conditions, id, deadline
        )

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

    async def commit_share(
        self,
        market_id: str,
        pool_id: str,
        mbps: int,
        *,
        licence_digest: bytes,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareCommitted:
        """Commit to a share of a pool under its instrument's terms, and leave the deposit."""
        command = CommitShare(pool_id=pool_id, mbps=mbps, licence_digest=licence_digest, reference=reference)
        return await self._fact(ShareCommitted, "market", market_id, command, id, deadline_s)

    async def withdraw_share(
        self,
        market_id: str,
        share: ShareCommitted | str,
        pool_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareWithdrawn:
        """Leave a pool: with the deposit before its threshold is reached, without it afterwards.

        Raises: Misuse if a share is named by its id without its pool's.
        """
        share_id = share if isinstance(share, str) else share.share_id
        pool = pool_id or (None if isinstance(share, str) else share.pool_id)
        if pool is None:
            raise Misuse(f"share {share_id}: name the pool_id that it is in")
        command = WithdrawShare(pool_id=pool, share_id=share_id)
        return await self._fact(ShareWithdrawn, "market", market_id, command, id, deadline_s)

    async def request_quotes(
        self, market_id: str, wanted: Wanted, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuotesRequested:
        """Ask sellers for quotes, those invited or all; `exchange query quotes` and the analyst show what comes."""
        command = RequestQuotes(wanted=wanted)
        return await self._fact(QuotesRequested, "market", market_id, command, id, deadline_s)

    async def withdraw_request(
        self, market_id: str, request_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> RequestEnded:
        """End a request of which no award is under way."""
        command = WithdrawRequest(request_id=request_id)
        return await self._fact(RequestEnded, "market", market_id, command, id, deadline_s)

    async def award(
        self,
        market_id: str,
        quote: QuoteGiven | str,
        quantity: int,
        *,
        licence_digest: bytes,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Awarded:
        """Take a quote, all of it or in part, accepting the licence of its instrument; its price is held at once.

        Units: `quantity` in lots.
        Raises: Refusal with its reason and the fence's codes.
        """
        quote_id = quote if isinstance(quote, str) else quote.quote_id
        command = AwardQuote(quote_id=quote_id, quantity=quantity, licence_digest=licence_digest)
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        granted = (fact for fact in answer.facts if isinstance(fact, EntitlementGranted))
        return Awarded(
            market_id=market_id,
            position=answer.position,
            award=answer.fact(QuoteAwarded),
            entitlement=next(granted, None),
        )

    async def accept_sample(
        self, market_id: str, award: Awarded | str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> EntitlementGranted:
        """Find the sample that waits good enough: the award becomes a trade, and this the right to its delivery."""
        command = AcceptSample(award_id=_award_id(award))
        return await self._fact(EntitlementGranted, "market", market_id, command, id, deadline_s)

    async def reject_sample(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        value_bp: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleRejected:
        """Find the sample that waits not good enough; after the last one agreed on the award ends.

        Units: `value_bp`, what the buyer itself measured, in basis points.
        """
        command = RejectSample(award_id=_award_id(award), grounds=grounds, value_bp=value_bp)
        return await self._fact(SampleRejected, "market", market_id, command, id, deadline_s)

    async def end_award(
        self,
        market_id: str,
        award: Awarded | str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back."""
        command = EndAward(award_id=_award_id(award), grounds=grounds)
        return await self._fact(AwardEnded, "market", market_id, command, id, deadline_s)

    async def buy_units(
        self,
        market_id: str,
        instrument_id: str,
        units: int,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Bought:
        """Buy units at an instrument's price plan: seats, or calls and gigabytes to use up."""
        command = BuyUnits(
            instrument_id=instrument_id, units=units, use=use, amount_max_minor=amount_max_minor
        )
        return bought(market_id, await self._settled("market", market_id, command, id, Deadline(deadline_s)))

    async def top_up(
        self,
        market_id: str,
        instrument_id: str,
        terms: TopUpTerms | None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TopUpSet:
        """Buy units whenever a record of usage leaves no more than a threshold; None: no longer."""
        command = SetTopUp(instrument_id=instrument_id, top_up=terms)
        return await self._fact(TopUpSet, "market", market_id, command, id, deadline_s)

    async def subscribe(
        self,
        market_id: str,
        instrument_id: str,
        units: int = 1,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Subscribed:
        """Subscribe from now on; the first period is paid by day.

        Units: a whole period may cost `amount_max_minor` now.
        """
        command = Subscribe(
            instrument_id=instrument_id,
            units=units,
            use=use,
            amount_max_minor=amount_max_minor,
            reference=reference,
        )
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        return subscribed(market_id, answer)

    async def cancel_subscription(
        self,
        market_id: str,
        subscription_id: str,
        *,
        now: bool = False,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period, or `now`: then the days begun are paid, the rest goes back."""
        command = CancelSubscription(subscription_id=subscription_id, when="now" if now else "period_end")
        return cancelled(await self._settled("market", market_id, command, id, Deadline(deadline_s)))

    async def accept(
        self, entitlement: Entitlement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted:
        """Accept what was received, before the evidence or the time does."""
        command = AcceptDelivery(trade_id=entitlement.trade_id)
        return await self._fact(PurchaseAccepted, "market", entitlement.market_id, command, id, deadline_s)

    async def reject(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DeliveryRejected:
        """Reject what was delivered; unless the seller contests it by then, the money goes back."""
        command = RejectDelivery(trade_id=entitlement.trade_id, grounds=grounds)
        return await self._fact(DeliveryRejected, "market", entitlement.market_id, command, id, deadline_s)

    async def accept_part(
        self,
        entitlement: Entitlement,
        grounds: str,
        *,
        amount_minor: int | None = None,
        quantity: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> DeliveryRejected:
        """Accept a part, named by its money or by its lots, and want the rest back. Shape: as `reject`."""
        command = AcceptPart(
            trade_id=entitlement.trade_id, grounds=grounds, amount_minor=amount_minor, quantity=quantity
        )
        return await self._fact(DeliveryRejected, "market", entitlement.market_id, command, id, deadline_s)

    async def object_to(
        self, entitlement: Entitlement, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> DeliveryObjected:
        """Object to a complete delivery within its acceptance window."""
        command = ObjectToDelivery(
            entitlement_id=entitlement.entitlement_id, product_id=entitlement.product_id, grounds=grounds
        )
        return await self._fact(DeliveryObjected, "delivery", entitlement.product_id, command, id, deadline_s)

    def deliveries(
        self,
        entitlement: Entitlement | str,
        *,
        receipts: bool = True,
        follow: bool = False,
        again: bool = False,
        deadline_s: float = DEADLINE_S,
    ) -> Deliveries:
        """Receive what an entitlement is owed: iterate over it, or over its `batches()`.

        Shape: records come in order and without a gap, from the first one that no receipt covers, as they
        are published; a range is confirmed when its last record has been taken and the next one is asked
        for. The iteration ends when the seller has completed its publication; with `follow` it goes on
        to what comes later, which is no longer owed and not confirmed; with `again` it begins at the
        first record owed, and what was confirmed before is read once more. The seller is waited for as long
        as it takes. `deadline_s` is how long Kafka and the exchange may stand still meanwhile.
        Raises: RecordsMissing if published records are not in the topic; Refusal if a receipt is refused;
        Unavailable, AnswerUnknown after a standstill: iterate again, and it goes on after the last receipt.
        """
        return Deliveries(
            self._client,
            self,
            entitlement,
            receipts=receipts,
            follow=follow,
            again=again,
            deadline_s=deadline_s,
        )

    def _own(self, bid: SealedBid) -> None:
        if bid.participant_id != self.participant_id:
            raise Misuse(
                f"the bid was sealed by {bid.participant_id}; {self.participant_id} cannot bid with it"
            )


def _award_id(award: Awarded | str) -> str:
    return award if isinstance(award, str) else award.award_id
