"""What the delivery has to know of trades and of how purchases end."""

from collections.abc import Sequence

from exchange.delivery.commands import CloseEntitlement, OpenEntitlement
from exchange.kernel.bases import Recorded
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open what a trade granted, and close it at the market's final word."""
    match recorded.fact:
        case EntitlementGranted() as granted:
            return (Ask("delivery", granted.product_id, _open(granted)),)
        case PurchaseAccepted(entitlement_id=entitlement_id, product_id=product_id):
            accepted = CloseEntitlement(
                entitlement_id=entitlement_id, product_id=product_id, verdict="accepted"
            )
            return (Ask("delivery", product_id, accepted),)
        case PurchaseRefunded(entitlement_id=entitlement_id, product_id=product_id):
            refunded = CloseEntitlement(
                entitlement_id=entitlement_id, product_id=product_id, verdict="refunded"
            )
            return (Ask("delivery", product_id, refunded),)
    return ()


def _open(granted: EntitlementGranted) -> OpenEntitlement:
    return OpenEntitlement(
        entitlement_id=granted.entitlement_id,
        trade_id=granted.trade_id,
        market_id=granted.market_id,
        product_id=granted.product_id,
        version=granted.version,
        seller_id=granted.seller_id,
        buyer_id=granted.buyer_id,
        starts_at=granted.starts_at,
        ends_at=granted.ends_at,
        acceptance_days=granted.acceptance_days,
    )


MARKET_DELIVERY = Policy("market_delivery", "market", react)
