"""The rules about listings that could be sold nowhere."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason
from exchange.kernel.refusals import refused
from exchange.registry.barring.commands import COMMANDS, BarListing
from exchange.registry.barring.facts import FACTS, ListingBarred
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import OVER, ListingState, Registry


def bar(registry: Registry, command: BarListing, cause: Cause) -> Sequence[Fact]:
    """Take it off sale, on or suspended."""
    name = command.listing_id
    if cause.actor != POLICY_ACTOR:
        detail = "the exchange itself bars what a market finds no place for; an operator suspends a listing"
        return (refused(command, ProtocolReason.NOT_PERMITTED, name, detail),)
    listing = registry.listings.get(name)
    if listing is None:
        detail = f"listing {name} does not exist; check the id"
        return (refused(command, Reason.LISTING_UNKNOWN, name, detail),)
    if listing.state in OVER:
        detail = f"listing {name} is {listing.state}; nothing is to be done"
        return (refused(command, Reason.LISTING_STATE, name, detail),)
    return (
        ListingBarred(
            listing_id=name,
            product_id=listing.product_id,
            version=listing.version,
            seller_id=listing.seller_id,
            market_id=listing.market_id,
            codes=command.codes,
            grounds=command.grounds,
        ),
    )


def _barred(registry: Registry, fact: ListingBarred, at: int) -> None:
    registry.listings[fact.listing_id].state = ListingState.BARRED
    del registry.products[fact.product_id].versions[fact.version].listed_in[fact.market_id]
    if not _others_are_counted(registry, fact):
        registry.persons.counted_in.pop(fact.seller_id, None)


def _others_are_counted(registry: Registry, fact: ListingBarred) -> bool:
    """Whether other personal information of the seller is or was on sale, so that its persons have a market."""
    return any(
        registry.products[listing.product_id].versions[listing.version].traits.contains_pi
        for listing in registry.listings.values()
        if listing.seller_id == fact.seller_id and listing.state is not ListingState.BARRED
    )


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={BarListing: bar},
    folds={ListingBarred: _barred},
    due={},
)
