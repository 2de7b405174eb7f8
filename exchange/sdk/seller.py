"""The seller's door: describe, list, ask, auction, quote and show samples, publish, complete."""

from exchange.kernel.plan import PlanTerms
from exchange.kernel.product import PricePlan, TransactionType
from exchange.market.commands import Side, Use
from exchange.market.fees.commands import AppointBroker
from exchange.market.fees.facts import BrokerAppointed
from exchange.registry.commands import DraftProduct, ListProduct
from exchange.registry.facts import ListingPublished, ProductDrafted
from exchange.sdk.door import REGISTRY
from exchange.sdk.publishing import Publishing
from exchange.sdk.rooms.auctions import AuctionSeller
from exchange.sdk.rooms.described import Reclassifying
from exchange.sdk.rooms.invoices import Billing, Invoiced
from exchange.sdk.rooms.lines import LineRunner
from exchange.sdk.rooms.plans import PlanSeller
from exchange.sdk.rooms.pools import PoolSeller
from exchange.sdk.rooms.purchases import PurchaseSeller, Refunding
from exchange.sdk.rooms.quotes import QuoteSeller
from exchange.sdk.rooms.settling import SettlingParty
from exchange.sdk.trader import PLAIN, Conditions, Placed, Trader
from streams.deadline import DEADLINE_S, Deadline


class Seller(
    AuctionSeller,
    PoolSeller,
    QuoteSeller,
    PlanSeller,
    LineRunner,
    PurchaseSeller,
    Reclassifying,
    Refunding,
    SettlingParty,
    Billing,
    Invoiced,
    Publishing,
    Trader,
):
    """Sells data products."""

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
        Raises: Refusal by its market, NO_DESTINATION, if it could be sold nowhere; the listing is barred then.
        `destinations` says what is wanting elsewhere.
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
