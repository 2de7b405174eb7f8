"""What the doors look up in the journals: read once for all of them, then from where that reading ended."""

from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import NamedTuple, TypeVar

from exchange.delivery.facts import EntitlementOpened, ProductRecorded, RangePublished
from exchange.kernel.errors import InvariantBroken, Unavailable
from exchange.kernel.position import BEGINNING, NO_DIGEST, JournalPosition
from exchange.market.destinations.values import Destinations
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import InstrumentOpened, PurchaseAccepted, PurchaseRefunded, TradeMatched
from exchange.registry.facts import ListingPublished
from streams.answers import Answer
from streams.client import Client
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.deadline import Deadline
from streams.journal import UNKNOWN
from streams.tail import Followed

T = TypeVar("T")


_LAST = (PurchaseAccepted, PurchaseRefunded, DisputeResolved)
"""What ends a purchase."""


class Opened(NamedTuple):
    """An entitlement; `start` is where in the journal, `end` where in the stream its evidence begins."""

    entitlement: EntitlementOpened
    start: JournalPosition
    end: StreamPosition


class Publication(NamedTuple):
    """Whose product it is, None if it is not listed, and where in the stream its last reported range ends."""

    seller_id: str | None
    end: StreamPosition


class Recall:
    """The look-ups of all doors of one exchange.

    Shape: one whose deadline passes keeps what it has read, and asked again goes on from there.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pages: dict[tuple[str, int], _Page] = {}
        self._trades: dict[str, JournalPosition] = {}
        self._listings: dict[str, ListingPublished] = {}
        self._destinations: dict[str, Destinations | None] = {}

    def note(self, answer: Answer) -> None:
        """Remember a listing, and where in its journal a purchase begins: what becomes of it stands later."""
        for meta, fact in answer.outcome:
            if isinstance(fact, ListingPublished):
                self._listings[fact.listing_id] = fact
            if isinstance(fact, InstrumentOpened):
                self._destinations[fact.terms.listing_id] = fact.destinations
            if isinstance(fact, TradeMatched):
                # A claim is a known place for whoever does not need what came before it.
                start = JournalPosition(meta.claim, UNKNOWN, UNKNOWN, NO_DIGEST)
                self._trades.setdefault(fact.trade_id, start)

    async def conclusion(
        self, market_id: str, trade_id: str
    ) -> PurchaseAccepted | PurchaseRefunded | DisputeResolved:
        """The market's last word on a purchase, waited for as long as it takes."""
        partition = self._client.partition("market", market_id)
        start = self._trades.get(trade_id, BEGINNING)
        async with aclosing(self._client.follow("market", partition, start)) as outcomes:
            async for outcome, position in outcomes:
                for _, fact in outcome:
                    if isinstance(fact, _LAST) and fact.trade_id == trade_id:
                        return fact
                self._trades[trade_id] = position
        raise InvariantBroken("the market's journal ended, which it never does")

    async def listing(self, listing_id: str, deadline: Deadline) -> ListingPublished | None:
        """A listing as it was published."""
        if (noted := self._listings.get(listing_id)) is not None:
            return noted
        places = range(self._client.partitions["registry"])
        return await self._found("registry", places, lambda page: page.listings.get(listing_id), deadline)

    async def destinations(self, listing: ListingPublished, deadline: Deadline) -> Destinations | None:
        """What the fence said of a listing when its market opened it; None where it was not asked, or not opened."""
        if listing.listing_id not in self._destinations:
            partition = self._client.partition("market", listing.market_id)
            page = await self._read_on("market", partition, deadline)
            self._destinations.setdefault(listing.listing_id, page.destinations.get(listing.listing_id))
        return self._destinations[listing.listing_id]

    async def entitlement(
        self, entitlement_id: str, product_id: str | None, deadline: Deadline
    ) -> Opened | None:
        """An entitlement as it was opened, found sooner if its product is named."""
        places: Iterable[int] = range(self._client.partitions["delivery"])
        if product_id is not None:
            places = (self._client.partition("delivery", product_id),)
        return await self._found("delivery", places, lambda page: page.opened.get(entitlement_id), deadline)

    async def publication(self, product_id: str, deadline: Deadline) -> Publication:
        """How far a product is published now."""
        page = await self._read_on("delivery", self._client.partition("delivery", product_id), deadline)
        return Publication(page.sellers.get(product_id), page.ends.get(product_id, STREAM_BEGINNING))

    async def _found(
        self,
        context: str,
        partitions: Iterable[int],
        looked_up: Callable[["_Page"], T | None],
        deadline: Deadline,
    ) -> T | None:
        for partition in partitions:
            page = self._page(context, partition)
            if (found := looked_up(page)) is not None:
                return found
            await self._read_on(context, partition, deadline)
            if (found := looked_up(page)) is not None:
                return found
        return None

    async def _read_on(self, context: str, partition: int, deadline: Deadline) -> "_Page":
        page = self._page(context, partition)
        try:
            async with (
                deadline.timeout(),
                aclosing(self._client.history(context, partition, page.position)) as outcomes,
            ):
                async for followed in outcomes:
                    page.take(followed)
        except TimeoutError as error:
            raise Unavailable(
                f"{page.position.seq:,} facts of the journal of {context}/{partition} were read within {deadline};"
                " nothing was sent; ask again: it is read on from there"
            ) from error
        return page

    def _page(self, context: str, partition: int) -> "_Page":
        return self._pages.setdefault((context, partition), _Page())


class _Page:
    """What was read of one partition, up to `position`."""

    def __init__(self) -> None:
        self.position = BEGINNING
        self.listings: dict[str, ListingPublished] = {}
        self.destinations: dict[str, Destinations | None] = {}
        self.opened: dict[str, Opened] = {}
        self.sellers: dict[str, str] = {}
        self.ends: dict[str, StreamPosition] = {}

    def take(self, followed: Followed) -> None:
        """Take the next outcome; one that another look-up brought meanwhile changes nothing."""
        if followed.position.offset <= self.position.offset:
            return
        for _, fact in followed.outcome:
            match fact:
                case ListingPublished():
                    self.listings[fact.listing_id] = fact
                case InstrumentOpened():
                    self.destinations[fact.terms.listing_id] = fact.destinations
                case EntitlementOpened():
                    self.opened[fact.entitlement_id] = self._opened(fact)
                case ProductRecorded():
                    self.sellers[fact.product_id] = fact.seller_id
                case RangePublished():
                    end = StreamPosition(fact.last_offset + 1, fact.stream_claim, fact.last + 1)
                    self.ends[fact.product_id] = end
        self.position = followed.position

    def _opened(self, fact: EntitlementOpened) -> Opened:
        end = self.ends.get(fact.product_id, STREAM_BEGINNING)
        if fact.from_seq == end.seq:
            return Opened(fact, self.position, end)
        # What was published before it was opened belongs to it as well.
        return Opened(fact, BEGINNING, STREAM_BEGINNING)
