"""The buyer's door: buy, bid, take part in auctions, ask for quotes, receive, accept, reject, object."""

from exchange.kernel.errors import ExchangeError
from exchange.market.commands import Side, TimeInForce, Use
from exchange.registry.facts import ListingPublished
from exchange.sdk.deliveries import Deliveries
from exchange.sdk.party import Entitlement
from exchange.sdk.rooms.auctions import AuctionBuyer
from exchange.sdk.rooms.invoices import Billing, BillPayer, Invoiced
from exchange.sdk.rooms.plans import PlanBuyer
from exchange.sdk.rooms.pools import PoolBuyer
from exchange.sdk.rooms.purchases import EndingRights, PurchaseBuyer
from exchange.sdk.rooms.quotes import QuoteBuyer
from exchange.sdk.rooms.settling import SettlingParty
from exchange.sdk.trader import PLAIN, Conditions, Placed, Trader
from streams.deadline import DEADLINE_S, Deadline

_AT_ONCE = Conditions(time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
NO_USE = Use()


class NothingTraded(ExchangeError):
    """A purchase found no ask it could meet; nothing was paid and nothing rests in the book."""

    remedy = "Bid higher, or place a bid that rests."


class Buyer(
    AuctionBuyer,
    PoolBuyer,
    QuoteBuyer,
    PlanBuyer,
    PurchaseBuyer,
    EndingRights,
    SettlingParty,
    Billing,
    Invoiced,
    BillPayer,
    Trader,
):
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
        Raises: DeliverySuspended while what the entitlement rests on is revoked: what was published meanwhile does not
        belong to it; RecordsMissing if published records are not in the topic; Refusal if a receipt is refused;
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
