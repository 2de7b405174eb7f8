"""What the delivery has to know of what is on offer."""

from collections.abc import Sequence

from exchange.delivery.commands import RecordProduct
from exchange.kernel.bases import Recorded
from exchange.policies.policy import Ask, Policy
from exchange.registry.facts import ListingPublished


def react(recorded: Recorded) -> Sequence[Ask]:
    """Have a listed product version recorded, so that its seller may publish it."""
    match recorded.fact:
        case ListingPublished() as listing:
            return (Ask("delivery", listing.product_id, _record(listing)),)
    return ()


def _record(listing: ListingPublished) -> RecordProduct:
    return RecordProduct(
        product_id=listing.product_id,
        version=listing.version,
        listing_id=listing.listing_id,
        seller_id=listing.seller_id,
        product_type=listing.product_type,
        protection=listing.protection,
        stored_in=listing.stored_in,
        title=listing.title,
    )


REGISTRY_DELIVERY = Policy("registry_delivery", "registry", react)
