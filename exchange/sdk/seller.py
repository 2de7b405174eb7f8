"""The seller's door: describe, list, ask, auction, quote and show samples, publish, complete."""

import os
import socket
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from itertools import islice

import msgspec

from exchange.delivery.commands import CompletePublication, ReportRange, ReportReading
from exchange.delivery.facts import PublicationCompleted, ReadingTaken, Reason
from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.plan import PlanTerms, Tiers
from exchange.kernel.product import PricePlan, TransactionType
from exchange.market.auctions.commands import CancelAuction, OpenAuction, OpenDutchAuction, SealedKind
from exchange.market.auctions.facts import AuctionEnded, AuctionOpened, DutchAuctionOpened
from exchange.market.commands import RefundPurchase, Side, Use
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.market.fees.commands import AppointBroker
from exchange.market.fees.facts import BrokerAppointed
from exchange.market.plans.commands import AnnouncePrice, RecordUsage, SetPricePlan
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet, UsageRecorded
from exchange.market.pools.commands import OpenPool
from exchange.market.pools.facts import PoolOpened
from exchange.market.purchases.commands import ApproveRefund, ConcedeRejection
from exchange.market.purchases.facts import RefundApproved
from exchange.market.quotes.commands import EndAward, Measured, Quote, SubmitSample, WithdrawQuote
from exchange.market.quotes.facts import (
    AwardEnded,
    QuoteGiven,
    QuotesRequested,
    QuoteWithdrawn,
    SampleSubmitted,
)
from exchange.market.subscriptions.commands import CancelSubscription
from exchange.market.subscriptions.facts import SubscriptionCancelled, SubscriptionEnded
from exchange.registry.commands import DraftProduct, ListProduct
from exchange.registry.facts import ListingPublished, ProductDrafted
from exchange.sdk.door import REGISTRY
from exchange.sdk.plans import cancelled
from exchange.sdk.recall import Recall
from exchange.sdk.trader import PLAIN, Conditions, Placed, Trader
from streams.client import Client
from streams.dataplane.intake import OutRecord, Records
from streams.dataplane.layout import StreamPosition
from streams.dataplane.publisher import DEFAULT_LIMITS, OnProgress, Publisher, PublisherLimits
from streams.dataplane.ranges import PublishedRange
from streams.deadline import DEADLINE_S, Deadline
from streams.topics import ensure_topics, stream_spec


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What a call of `publish` brought to lie in the stream and had reported.

    Shape: `through` is the product's last published sequence number (-1: none), `records` how many were new
    in this call, `ranges` those reported by it, what an earlier call had left unreported among them.
    """

    product_id: str
    through: int
    records: int
    ranges: tuple[PublishedRange, ...]


class Seller(Trader):
    """Sells data products."""

    def __init__(
        self, client: Client, participant_id: str, recall: Recall | None = None, replication: int = 1
    ) -> None:
        super().__init__(client, participant_id, recall)
        self._replication = replication

    async def draft(
        self, product: DraftProduct, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ProductDrafted:
        """Describe a product version that is to be sold; it never changes."""
        return await self._fact(ProductDrafted, "registry", REGISTRY, product, id, deadline_s)

    async def list(
        self,
        product_id: str,
        version: str,
        *,
        market_id: str,
        price: PricePlan,
        transaction_type: TransactionType,
        acceptance_days: int = 7,
        plan: PlanTerms | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ListingPublished:
        """Put a registered product version on sale; it can be bought and published when this returns.

        Shape: with a `plan` its units are sold by that price plan too; alone, where the price's `book` is `plan`.
        """
        command = ListProduct(
            product_id=product_id,
            version=version,
            market_id=market_id,
            price=price,
            transaction_type=transaction_type,
            acceptance_days=acceptance_days,
            plan=plan,
        )
        return await self._fact(ListingPublished, "registry", REGISTRY, command, id, deadline_s)

    async def place_ask(
        self,
        instrument_id: str,
        quantity: int,
        price: int | None,
        *,
        market_id: str,
        reference: str = "",
        conditions: Conditions = PLAIN,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Placed:
        """Ask a price in a book; what is not met at once rests there, where the conditions let it.

        Units: `price` in the instrument's ticks: the limit, or the worst price of a market order, which may do without.
        """
        deadline = Deadline(deadline_s)
        return await self._place(
            market_id, instrument_id, Side.ASK, quantity, price, Use(), reference, conditions, id, deadline
        )

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

    async def publish(
        self,
        product_id: str,
        records: Records,
        progress: OnProgress | None = None,
        *,
        first_seq: int | None = None,
        limits: PublisherLimits = DEFAULT_LIMITS,
        deadline_s: float = DEADLINE_S,
    ) -> Published:
        """Append records to a product's stream and report them, range by range, as they are read back.

        Shape: records are `(key, value, event_time)`, bytes and µs, from an iterable or an async one, which
        is asked for more only as fast as Kafka takes them. With `first_seq` they are the product's records
        from that sequence number on, and those which are there already are skipped: so the same call can
        be made again after a crash. Without it they are appended to what is there. `deadline_s` is how long
        Kafka and the exchange may stand still meanwhile; records are waited for as long as it takes.
        Raises: Misuse if the product is not listed as one's own, or a record is none; StreamTaken if another
        publisher takes the stream over; Unavailable, AnswerUnknown after a standstill: publish again with
        `first_seq`.
        """
        reported = await self._begin(product_id, Deadline(deadline_s))
        publisher = Publisher(
            self._client.bootstrap_servers,
            product_id,
            seller=self.participant_id,
            worker=f"{socket.gethostname()}-{os.getpid()}",
            start=reported,
            limits=limits,
            standstill_s=deadline_s,
        )
        ranges: list[PublishedRange] = []
        async with publisher:
            begin = publisher.next_seq
            todo = records if first_seq is None else _skipping(records, begin, first_seq)
            async with aclosing(publisher.publish(todo, progress)) as published:
                async for done in published:
                    await self._report(product_id, done, Deadline(deadline_s))
                    ranges.append(done)
            through = publisher.next_seq - 1
        return Published(
            product_id=product_id, through=through, records=through + 1 - begin, ranges=tuple(ranges)
        )

    async def complete(
        self,
        product_id: str,
        through: int | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PublicationCompleted:
        """Say that what is owed to those entitled now ends with a sequence number; the last one by default."""
        deadline = Deadline(deadline_s)
        if through is None:
            through = ((await self._reported(product_id, deadline)).seq or 0) - 1
            if through < 0:
                raise Misuse(f"nothing of {product_id} was published yet; publish first")
        command = CompletePublication(product_id=product_id, through=through)
        return await self._fact(PublicationCompleted, "delivery", product_id, command, id, deadline)

    async def quote(
        self,
        market_id: str,
        request: QuotesRequested | str,
        instrument_id: str,
        price: int,
        quantity: int,
        valid_until: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> QuoteGiven:
        """Offer what is requested at a price, with an instrument of one's own; the earlier quote is replaced.

        Units: `price` in the instrument's ticks, `quantity` at most so many lots, `valid_until` exchange time in µs.
        Raises: Refusal with its reason and the fence's codes.
        """
        command = Quote(
            request_id=request if isinstance(request, str) else request.request_id,
            instrument_id=instrument_id,
            price=price,
            quantity=quantity,
            valid_until=valid_until,
        )
        return await self._fact(QuoteGiven, "market", market_id, command, id, deadline_s)

    async def withdraw_quote(
        self, market_id: str, quote_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> QuoteWithdrawn:
        """Take back a quote of which nothing is awarded."""
        command = WithdrawQuote(quote_id=quote_id)
        return await self._fact(QuoteWithdrawn, "market", market_id, command, id, deadline_s)

    async def submit_sample(
        self,
        market_id: str,
        award_id: str,
        digest: bytes,
        measured: Mapping[str, int],
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SampleSubmitted:
        """Show a sample, or its rework: the digest of its content, and what each measure of it came to.

        Units: basis points.
        """
        values = tuple(Measured(measure=name, value_bp=value) for name, value in measured.items())
        command = SubmitSample(award_id=award_id, digest=digest, measured=values)
        return await self._fact(SampleSubmitted, "market", market_id, command, id, deadline_s)

    async def end_award(
        self,
        market_id: str,
        award_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> AwardEnded:
        """Let an award go before it trades; what was held for it goes back to the buyer."""
        command = EndAward(award_id=award_id, grounds=grounds)
        return await self._fact(AwardEnded, "market", market_id, command, id, deadline_s)

    async def refund(
        self,
        entitlement: EntitlementGranted,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PurchaseRefunded:
        """Give a purchase's money back before it is accepted."""
        command = RefundPurchase(trade_id=entitlement.trade_id, grounds=grounds)
        return await self._fact(PurchaseRefunded, "market", entitlement.market_id, command, id, deadline_s)

    async def refund_part(
        self,
        entitlement: EntitlementGranted,
        amount_minor: int,
        reference: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RefundApproved:
        """Give money of an accepted purchase back, once for each reference. Units: `amount_minor` of its currency."""
        command = ApproveRefund(
            trade_id=entitlement.trade_id, amount_minor=amount_minor, reference=reference, grounds=grounds
        )
        return await self._fact(RefundApproved, "market", entitlement.market_id, command, id, deadline_s)

    async def concede(
        self, entitlement: EntitlementGranted, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PurchaseAccepted | PurchaseRefunded:
        """Agree to what the buyer rejected, before the time to contest it is over."""
        command = ConcedeRejection(trade_id=entitlement.trade_id)
        answer = await self._settled("market", entitlement.market_id, command, id, Deadline.of(deadline_s))
        last = (PurchaseAccepted, PurchaseRefunded)
        return next(
            fact for fact in answer.facts if isinstance(fact, last) and fact.trade_id == entitlement.trade_id
        )

    async def appoint_broker(
        self,
        market_id: str,
        instrument_id: str,
        broker_id: str | None,
        commission_bp: int = 100,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> BrokerAppointed:
        """Let a broker earn a part of what is sold of an instrument from now on; None: nobody. Units: basis points."""
        command = AppointBroker(instrument_id=instrument_id, broker_id=broker_id, commission_bp=commission_bp)
        return await self._fact(BrokerAppointed, "market", market_id, command, id, deadline_s)

    async def open_pool(
        self, market_id: str, pool: OpenPool, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolOpened:
        """Let many commit to shares of one line for one month."""
        return await self._fact(PoolOpened, "market", market_id, pool, id, deadline_s)

    async def set_price_plan(
        self,
        market_id: str,
        instrument_id: str,
        plan: PlanTerms,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PricePlanSet:
        """Sell units by a price plan, or by another one from now on."""
        command = SetPricePlan(instrument_id=instrument_id, plan=plan)
        return await self._fact(PricePlanSet, "market", market_id, command, id, deadline_s)

    async def announce_price(
        self,
        market_id: str,
        instrument_id: str,
        tiers: Tiers,
        effective_at: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PriceAnnounced:
        """Announce other prices for a subscription, a whole period ahead or more."""
        command = AnnouncePrice(instrument_id=instrument_id, tiers=tiers, effective_at=effective_at)
        return await self._fact(PriceAnnounced, "market", market_id, command, id, deadline_s)

    async def record_usage(
        self,
        market_id: str,
        instrument_id: str,
        buyer_id: str,
        metered: int,
        *,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> UsageRecorded:
        """Say what a buyer has used of its prepaid units.

        Shape: give each reading an `id` of its own, so that it counts once however often it is sent.
        Units: `metered` in calls or bytes.
        """
        command = RecordUsage(
            instrument_id=instrument_id, buyer_id=buyer_id, metered=metered, reference=reference
        )
        return await self._fact(UsageRecorded, "market", market_id, command, id, deadline_s)

    async def report_reading(
        self,
        entitlement: EntitlementGranted,
        total: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ReadingTaken:
        """Say where a gateway's meter stands for an entitlement; what was used since is drawn from what was prepaid.

        Units: `total` in calls or bytes, all that was ever used under it. Raises: Refusal, READING_OLD where it says
        nothing new: a reading may be sent again.
        """
        command = ReportReading(
            entitlement_id=entitlement.entitlement_id, product_id=entitlement.product_id, total=total
        )
        return await self._fact(ReadingTaken, "delivery", entitlement.product_id, command, id, deadline_s)

    async def cancel_subscription(
        self, market_id: str, subscription_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period; one that is suspended ends at once."""
        command = CancelSubscription(subscription_id=subscription_id)
        return cancelled(await self._settled("market", market_id, command, id, Deadline(deadline_s)))

    async def _report(self, product_id: str, done: PublishedRange, deadline: Deadline) -> None:
        command = ReportRange(
            product_id=product_id,
            first=done.first,
            last=done.last,
            count=done.count,
            size_bytes=done.size_bytes,
            digest=done.digest,
            first_offset=done.first_offset,
            last_offset=done.last_offset,
            stream_claim=done.claim,
            epoch=done.epoch,
        )
        answer = await self._ask("delivery", product_id, command, None, deadline)
        if answer.refused is None or answer.refused.reason != Reason.RANGE_KNOWN:
            answer.or_raise()

    async def _begin(self, product_id: str, deadline: Deadline) -> StreamPosition:
        """Where what is reported ends, once the stream has its topic."""
        reported = await self._reported(product_id, deadline)
        try:
            async with deadline.timeout():
                specs = [stream_spec(product_id)]
                await ensure_topics(self._client.bootstrap_servers, specs, self._replication)
        except TimeoutError as error:
            raise Unavailable(
                f"Kafka does not show the topic of {product_id} within {deadline}; nothing was published"
            ) from error
        return reported

    async def _reported(self, product_id: str, deadline: Deadline) -> StreamPosition:
        """Where in the stream the last reported range ends.

        Raises: Misuse if the product is not listed, or is another's.
        """
        seller_id, end = await self._recall.publication(product_id, deadline)
        if seller_id is None:
            raise Misuse(f"product {product_id} is not listed; list it, then publish")
        if seller_id != self.participant_id:
            raise Misuse(f"product {product_id} is {seller_id}'s; {self.participant_id} cannot publish it")
        return end


def _skipping(records: Records, begin: int, first_seq: int) -> Records:
    """The records from sequence number `begin` on, of those from `first_seq` on."""
    if begin < first_seq:
        raise Misuse(
            f"the stream ends with record {begin - 1}; records from {first_seq} on would leave a gap:"
            f" give those from {begin} on, or from earlier"
        )
    if isinstance(records, AsyncIterable):
        return _dropping(records, begin - first_seq)
    return _rest(records, begin - first_seq)


def _rest(records: Iterable[OutRecord], count: int) -> Iterable[OutRecord]:
    return islice(records, count, None)


async def _dropping(records: AsyncIterable[OutRecord], count: int) -> AsyncIterator[OutRecord]:
    async for record in records:
        if count > 0:
            count -= 1
        else:
            yield record
