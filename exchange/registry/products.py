"""The rules about products: drafted, assessed, registered."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.fields import wrong_fields
from exchange.kernel.ids import derived_id
from exchange.kernel.product import DataTraits, LicenceTerms
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import DraftProduct, FileOpinion, ListProduct, RegisterProduct, Role
from exchange.registry.digests import package, package_digest
from exchange.registry.facts import OpinionFiled, ProductDrafted, ProductRegistered, Reason
from exchange.registry.permission import lacking
from exchange.registry.reclassifying.commands import ReclassifyProduct
from exchange.registry.state import ProductVersion, Registry, VersionState

PACKAGE_BYTES_MAX = 48 * 1024
"""What is drafted becomes part of what is listed: both are bounded."""
CROSSING_BYTES_MAX = 13 * 1024
"""What a crossing is made of, traits and licence: so that a market accepts the terms of whatever is listed."""
_DUE_STATE = {"compliance": VersionState.DRAFT, "quality": VersionState.COMPLIANCE_REVIEW}


def draft(registry: Registry, command: DraftProduct, cause: Cause) -> Sequence[Fact]:
    """Take down a seller's description of a new product version."""
    not_permitted = lacking(registry, command, cause, Role.SELLER)
    if not_permitted is not None:
        return (not_permitted,)
    product = registry.products.get(command.product_id)
    if product is not None and product.seller_id != cause.actor:
        detail = f"product {command.product_id} is {product.seller_id}'s; choose another name"
        return (refused(command, Reason.PRODUCT_NOT_OWN, command.product_id, detail),)
    if product is not None and command.version in product.versions:
        detail = f"{named(command)} was drafted before and never changes; draft a new version"
        return (refused(command, Reason.PRODUCT_EXISTS, command.product_id, detail),)
    if (wrong := _wrong_fields(command)) is not None:
        return (wrong,)
    packed = package(cause.actor, command)
    if len(packed) > PACKAGE_BYTES_MAX:
        detail = (
            f"{named(command)} takes {len(packed)} bytes as JSON, at most {PACKAGE_BYTES_MAX}; say it shorter"
        )
        return (refused(command, Reason.PRODUCT_TOO_LARGE, command.product_id, detail),)
    large = too_much_to_cross(command, command.product_id, command.traits, command.licence)
    if large is not None:
        return (large,)
    return (_drafted(command, cause.actor, package_digest(packed)),)


def too_much_to_cross(
    command: Command, product_id: str, traits: DataTraits, licence: LicenceTerms
) -> Refused | None:
    """Why no market could decide a crossing of it."""
    crossing = len(msgspec.msgpack.encode((traits, licence)))
    if crossing <= CROSSING_BYTES_MAX:
        return None
    detail = (
        f"its traits and licence take {crossing} bytes, at most {CROSSING_BYTES_MAX}; shorten their lists"
    )
    return refused(command, Reason.PRODUCT_TOO_LARGE, product_id, detail)


def _wrong_fields(command: DraftProduct) -> Refused | None:
    wrong = wrong_fields(command.fields, {each.name for each in command.upstream})
    if wrong is None:
        return None
    if wrong.what == "alike":
        return refused(command, Reason.FIELDS_ALIKE, command.product_id, f"{wrong.name} is declared twice")
    detail = f"{wrong.name} is said to be made from a field of {wrong.of}, which is not among its upstream"
    return refused(command, Reason.FIELD_SOURCE_UNKNOWN, command.product_id, detail)


def _drafted(command: DraftProduct, seller_id: str, digest: bytes) -> ProductDrafted:
    return ProductDrafted(
        product_id=command.product_id,
        version=command.version,
        seller_id=seller_id,
        title=command.title,
        description=command.description,
        product_type=command.product_type,
        protection=command.protection,
        stored_in=command.stored_in,
        languages=command.languages,
        traits=command.traits,
        licence=command.licence,
        upstream=command.upstream,
        package_digest=digest,
        fields=command.fields,
    )


def file_opinion(registry: Registry, command: FileOpinion, cause: Cause) -> Sequence[Fact]:
    """Take down an assessor's opinion: compliance first, then quality; a failed one ends the matter."""
    not_permitted = lacking(registry, command, cause, Role.ASSESSOR)
    if not_permitted is not None:
        return (not_permitted,)
    version = found(registry, command)
    if isinstance(version, Refused):
        return (version,)
    if (conflict := _conflict(registry, command, cause.actor, version.drafted.seller_id)) is not None:
        return (conflict,)
    if command.kind == "quality" and version.state is VersionState.DRAFT:
        detail = f"the compliance opinion on {named(command)} is missing; it comes before the quality opinion"
        return (refused(command, Reason.OPINION_MISSING, command.product_id, detail),)
    if version.state is not _DUE_STATE[command.kind]:
        detail = (
            f"{named(command)} is in state {version.state}; no {command.kind} opinion is due;"
            " its opinions follow its state, compliance before quality"
        )
        return (refused(command, Reason.PRODUCT_STATE, command.product_id, detail),)
    return (
        OpinionFiled(
            product_id=command.product_id,
            version=command.version,
            kind=command.kind,
            passed=command.passed,
            assessor_id=cause.actor,
            report_digest=command.report_digest,
            statement=command.statement,
        ),
    )


def _conflict(registry: Registry, command: FileOpinion, assessor_id: str, seller_id: str) -> Refused | None:
    owner = registry.participants[assessor_id].beneficial_owner
    if assessor_id != seller_id and owner != registry.participants[seller_id].beneficial_owner:
        return None
    detail = (
        f"assessor {assessor_id} and seller {seller_id} are one or have one owner; another has to assess it"
    )
    return refused(command, Reason.ASSESSOR_CONFLICT, assessor_id, detail)


def register(registry: Registry, command: RegisterProduct, cause: Cause) -> Sequence[Fact]:
    """Issue the certificate of a product version both of whose opinions passed."""
    not_permitted = lacking(registry, command, cause, Role.OPERATOR, Role.COUNTER)
    if not_permitted is not None:
        return (not_permitted,)
    version = found(registry, command)
    if isinstance(version, Refused):
        return (version,)
    if version.state in (VersionState.DRAFT, VersionState.COMPLIANCE_REVIEW):
        detail = f"{named(command)} is in state {version.state}; it takes a compliance and a quality opinion"
        return (refused(command, Reason.OPINION_MISSING, command.product_id, detail),)
    if version.state is not VersionState.QUALITY_REVIEW:
        detail = (
            f"{named(command)} is {version.state};"
            " only what both opinions passed can be registered: file what is due first"
        )
        return (refused(command, Reason.PRODUCT_STATE, command.product_id, detail),)
    return (
        ProductRegistered(
            product_id=command.product_id,
            version=command.version,
            certificate_id=derived_id("C", cause.partition, cause.offset, 0),
            package_digest=version.drafted.package_digest,
            traits=version.traits,
            received_under=registry.descent.bound.get(f"{command.product_id}/{command.version}", ()),
        ),
    )


def found(
    registry: Registry, command: FileOpinion | RegisterProduct | ListProduct | ReclassifyProduct
) -> ProductVersion | Refused:
    """The product version a command is about, or that there is none."""
    product = registry.products.get(command.product_id)
    version = product.versions.get(command.version) if product is not None else None
    if version is None:
        detail = f"{named(command)} was never drafted; check the name and the version"
        return refused(command, Reason.PRODUCT_UNKNOWN, command.product_id, detail)
    return version


def named(command: DraftProduct | FileOpinion | RegisterProduct | ListProduct | ReclassifyProduct) -> str:
    """A product version as details name it."""
    return f"{command.product_id} version {command.version}"
