"""The rules about saying that a product version is other data."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.graver import milder
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.products import found, named, too_much_to_cross
from exchange.registry.reasons import Reason
from exchange.registry.reclassifying.commands import (
    COMMANDS,
    ReclassifyProduct,
    RecordCarried,
    RecordReceived,
)
from exchange.registry.reclassifying.descent import DESCEND, follow, followed, look_anew, reclassified
from exchange.registry.reclassifying.facts import (
    FACTS,
    CarriedInBond,
    DataReceived,
    DescendantsFollowed,
    ProductReclassified,
)
from exchange.registry.reclassifying.in_bond import carried, record_carried
from exchange.registry.reclassifying.receiving import received, record_received
from exchange.registry.room import Room
from exchange.registry.state import ProductVersion, Registry, VersionState


def reclassify(registry: Registry, command: ReclassifyProduct, cause: Cause) -> Sequence[Fact]:
    """Let another description hold from now on, if whoever says it may say so."""
    if (refusal := lacking(registry, command, cause, Role.SELLER, Role.COUNTER, Role.OPERATOR)) is not None:
        return (refusal,)
    version = found(registry, command)
    if isinstance(version, Refused):
        return (version,)
    as_seller = _of_the_seller(registry, version.drafted.seller_id, cause.actor)
    refusal = _unfit(registry, command, version, cause, as_seller) or too_much_to_cross(
        command, command.product_id, command.traits, version.drafted.licence
    )
    if refusal is not None:
        return (refusal,)
    inherited = registry.descent.inherited.get(_name(command), ()) if as_seller else ()
    return (
        ProductReclassified(
            product_id=command.product_id,
            version=command.version,
            seller_id=version.drafted.seller_id,
            before=version.traits,
            traits=command.traits,
            changed=tuple(
                each
                for each in DataTraits.__struct_fields__
                if getattr(command.traits, each) != getattr(version.traits, each)
            ),
            inherited=inherited,
            counted_in=_counted_in(registry, command, version),
            as_seller=as_seller,
            grounds=command.grounds,
            evidence_digest=command.evidence_digest,
            by_id=cause.actor,
            received_under=registry.descent.bound.get(_name(command), ()),
        ),
    )


def _of_the_seller(registry: Registry, seller_id: str, actor: str) -> bool:
    """Whether somebody speaks as the seller: it is, it is one with it, or it is in no office here."""
    who, seller = registry.participants[actor], registry.participants[seller_id]
    official = not {Role.COUNTER, Role.OPERATOR}.isdisjoint(who.roles)
    return not official or actor == seller_id or who.beneficial_owner == seller.beneficial_owner


def _unfit(
    registry: Registry, command: ReclassifyProduct, version: ProductVersion, cause: Cause, as_seller: bool
) -> Refused | None:
    name, seller_id = command.product_id, version.drafted.seller_id
    if as_seller and cause.actor != seller_id:
        detail = f"product {name} is {seller_id}'s; it, or a counter or an operator of another owner, has to"
        return refused(command, Reason.PRODUCT_NOT_OWN, name, detail)
    if version.state is not VersionState.REGISTERED:
        detail = (
            f"{named(command)} is in state {version.state}; what is drafted is described by a new version"
        )
        return refused(command, Reason.PRODUCT_STATE, name, detail)
    to_be_lifted = not as_seller and _name(command) in registry.descent.inherited
    if command.traits == version.traits and not to_be_lifted:
        detail = f"{named(command)} is described so already; name what is otherwise"
        return refused(command, Reason.CLASS_SAME, name, detail)
    less = tuple(milder(version.traits, command.traits)) if as_seller else ()
    if less:
        detail = f"less would be asked of it by {', '.join(less)}; a counter or an operator has to say so"
        return refused(command, Reason.CLASS_MILDER, name, detail)
    return None


def _counted_in(registry: Registry, command: ReclassifyProduct, version: ProductVersion) -> str | None:
    """The one market in which the seller's persons are counted: where they were before, or where this was listed."""
    if not command.traits.contains_pi:
        return None
    version_name = (command.product_id, command.version)
    listed = {
        each.market_id
        for each in registry.listings.values()
        if (each.product_id, each.version) == version_name
    }
    return registry.persons.counted_in.get(version.drafted.seller_id) or min(listed, default=None)


def _name(command: ReclassifyProduct) -> str:
    return f"{command.product_id}/{command.version}"


def _reclassified(registry: Registry, fact: ProductReclassified, at: int) -> None:
    name = f"{fact.product_id}/{fact.version}"
    version = registry.products[fact.product_id].versions[fact.version]
    version.traits = fact.traits
    if fact.counted_in is not None:
        registry.persons.counted_in[fact.seller_id] = fact.counted_in
    if not fact.as_seller:
        look_anew(registry, name, version.drafted.upstream)
    reclassified(registry, name, fact.inherited, at)


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={ReclassifyProduct: reclassify, RecordReceived: record_received, RecordCarried: record_carried},
    folds={
        ProductReclassified: _reclassified,
        DescendantsFollowed: followed,
        DataReceived: received,
        CarriedInBond: carried,
    },
    due={DESCEND: follow},
)
