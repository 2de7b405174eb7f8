"""What follows a trade, through the doors: the buyer's answer, and what its seller gives back."""

from exchange.delivery.commands import ObjectToDelivery
from exchange.delivery.facts import DeliveryObjected
from exchange.market.commands import AcceptDelivery, RefundPurchase
from exchange.market.entitlements.commands import EndEntitlement
from exchange.market.entitlements.facts import EntitlementEnded
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.market.purchases.commands import AcceptPart, ApproveRefund, ConcedeRejection, RejectDelivery
from exchange.market.purchases.facts import DeliveryRejected, RefundApproved
from exchange.sdk.door import Door
from exchange.sdk.party import Entitlement
from streams.deadline import DEADLINE_S, Deadline


class EndingRights(Door):
    """Ends rights before their term."""

    async def end_entitlement(
        self,
        market_id: str,
        entitlement_id: str,
        grounds: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> EntitlementEnded:
        """End a right before its term; what is not used of it goes back by day.

        Shape: its buyer does so while it is suspended; an operator, or the counter, at any time.
        """
        command = EndEntitlement(entitlement_id=entitlement_id, grounds=grounds)
        return await self._fact(EntitlementEnded, "market", market_id, command, id, deadline_s)


class PurchaseBuyer(Door):
    """Answers what was delivered."""

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


class Refunding(Door):
    """Gives money back: a seller its own, an operator anybody's."""

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


class PurchaseSeller(Door):
    """Agrees to what was rejected."""

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
