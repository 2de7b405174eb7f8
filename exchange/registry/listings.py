"""The rules about listings: on sale, off sale, withdrawn."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import derived_id
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import ListProduct, ResumeListing, Role, SuspendListing, WithdrawListing
from exchange.registry.digests import licence_digest
from exchange.registry.facts import (
    ListingPublished,
    ListingResumed,
    ListingSuspended,
    ListingWithdrawn,
    Reason,
)
from exchange.registry.permission import is_operator, lacking
from exchange.registry.plans import plan_refusal
from exchange.registry.products import found, named
from exchange.registry.state import OVER, Listing, ListingState, ProductVersion, Registry, VersionState

ListingCommand: TypeAlias = SuspendListing | ResumeListing | WithdrawListing


def publish(registry: Registry, command: ListProduct, cause: Cause) -> Sequence[Fact]:
    """Put a registered product version on sale, once in a market at a time."""
    not_permitted = lacking(registry, command, cause, Role.SELLER)
    if not_permitted is not None:
        return (not_permitted,)
    version = found(registry, command)
    if isinstance(version, Refused):
        return (version,)
    if version.drafted.seller_id != cause.actor:
        detail = f"product {command.product_id} is {version.drafted.seller_id}'s; only it can list it"
        return (refused(command, Reason.PRODUCT_NOT_OWN, command.product_id, detail),)
    if version.state is not VersionState.REGISTERED:
        detail = f"{named(command)} is in state {version.state}; it has to be registered first"
        return (refused(command, Reason.PRODUCT_STATE, command.product_id, detail),)
    if not known_currency(command.price.currency):
        detail = (
            f"currency {command.price.currency} is not in ISO 4217 or has no minor unit; use one like CNY"
        )
        return (refused(command, Reason.CURRENCY_UNKNOWN, command.price.currency, detail),)
    if (wrong := plan_refusal(command, version.drafted.product_type)) is not None:
        return (wrong,)
    if (listing_id := version.listed_in.get(command.market_id)) is not None:
        detail = f"{named(command)} is listed in {command.market_id} as {listing_id}; withdraw that first"
        return (refused(command, Reason.LISTING_STATE, listing_id, detail),)
    if (elsewhere := _counted_elsewhere(registry, command, version)) is not None:
        return (elsewhere,)
    name = f"{command.product_id}/{command.version}"
    listing = _published(command, cause, version, registry.descent.inherited.get(name, ()))
    return (replace(listing, received_under=registry.descent.bound.get(name, ())),)


def _counted_elsewhere(registry: Registry, command: ListProduct, version: ProductVersion) -> Refused | None:
    """An exporter's persons are counted together, so all of its personal information is in one market."""
    seller_id = version.drafted.seller_id
    counted_in = registry.persons.counted_in.get(seller_id, command.market_id)
    if not version.traits.contains_pi or counted_in == command.market_id:
        return None
    detail = f"personal information of {seller_id} is or was listed in {counted_in}; list this one there too"
    return refused(command, Reason.PERSONS_ELSEWHERE, command.product_id, detail)


def _published(
    command: ListProduct, cause: Cause, version: ProductVersion, inherited: Inherited
) -> ListingPublished:
    drafted = version.drafted
    return ListingPublished(
        listing_id=derived_id("L", cause.partition, cause.offset, 0),
        product_id=command.product_id,
        version=command.version,
        seller_id=drafted.seller_id,
        market_id=command.market_id,
        certificate_id=derived_id("C", cause.partition, cause.offset, 0),
        title=drafted.title,
        product_type=drafted.product_type,
        protection=drafted.protection,
        stored_in=drafted.stored_in,
        traits=version.traits,
        inherited=inherited,
        licence=drafted.licence,
        licence_digest=licence_digest(drafted.licence),
        upstream=drafted.upstream,
        price=command.price,
        transaction_type=command.transaction_type,
        acceptance_days=command.acceptance_days,
        assessor_ids=version.assessor_ids,
        plan=command.plan,
        fields=drafted.fields,
    )


def suspend(registry: Registry, command: SuspendListing, cause: Cause) -> Sequence[Fact]:
    """Take a listing off sale for now; what an operator takes off, only an operator puts back."""
    listing = _controlled(registry, command, cause)
    if isinstance(listing, Refused):
        return (listing,)
    by_operator = is_operator(registry, cause.actor)
    held_already = listing.held_by_operator or not by_operator
    if listing.state is ListingState.SUSPENDED and held_already:
        return (_wrong_state(command, listing, "only a listing on sale can be suspended"),)
    return (
        ListingSuspended(
            listing_id=command.listing_id,
            market_id=listing.market_id,
            grounds=command.grounds,
            by_operator=by_operator,
        ),
    )


def resume(registry: Registry, command: ResumeListing, cause: Cause) -> Sequence[Fact]:
    """Put a suspended listing back on sale."""
    listing = _controlled(registry, command, cause)
    if isinstance(listing, Refused):
        return (listing,)
    if listing.state is not ListingState.SUSPENDED:
        return (_wrong_state(command, listing, "only a suspended listing can be resumed"),)
    if (held := _held(registry, command, cause, listing)) is not None:
        return (held,)
    return (ListingResumed(listing_id=command.listing_id, market_id=listing.market_id),)


def withdraw(registry: Registry, command: WithdrawListing, cause: Cause) -> Sequence[Fact]:
    """Take a listing off sale for good; a seller could otherwise list again what an operator suspended."""
    listing = _controlled(registry, command, cause)
    if isinstance(listing, Refused):
        return (listing,)
    if (held := _held(registry, command, cause, listing)) is not None:
        return (held,)
    return (
        ListingWithdrawn(listing_id=command.listing_id, market_id=listing.market_id, grounds=command.grounds),
    )


def _controlled(registry: Registry, command: ListingCommand, cause: Cause) -> Listing | Refused:
    """The listing, if it was not withdrawn and the actor is its seller or an operator."""
    if (not_permitted := lacking(registry, command, cause, Role.SELLER, Role.OPERATOR)) is not None:
        return not_permitted
    listing = registry.listings.get(command.listing_id)
    if listing is None:
        detail = f"listing {command.listing_id} does not exist; check the id"
        return refused(command, Reason.LISTING_UNKNOWN, command.listing_id, detail)
    if listing.seller_id != cause.actor and not is_operator(registry, cause.actor):
        detail = f"listing {command.listing_id} is {listing.seller_id}'s; only it or an operator may do this"
        return refused(command, Reason.PRODUCT_NOT_OWN, command.listing_id, detail)
    if listing.state in OVER:
        return _wrong_state(command, listing, "list the product again")
    return listing


def _held(registry: Registry, command: ListingCommand, cause: Cause, listing: Listing) -> Refused | None:
    if not listing.held_by_operator or is_operator(registry, cause.actor):
        return None
    detail = f"listing {command.listing_id} was suspended by an operator; only an operator may do this"
    return refused(command, Reason.ROLE_MISSING, cause.actor, detail)


def _wrong_state(command: ListingCommand, listing: Listing, advice: str) -> Refused:
    detail = f"listing {command.listing_id} is {listing.state}; {advice}"
    return refused(command, Reason.LISTING_STATE, command.listing_id, detail)
