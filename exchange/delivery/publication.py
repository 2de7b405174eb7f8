"""The rules about what a seller publishes, and about who may receive it."""

from collections.abc import Sequence
from typing import Literal

from exchange.delivery.commands import (
    CloseEntitlement,
    CompletePublication,
    OpenEntitlement,
    RecordProduct,
    ReportRange,
)
from exchange.delivery.evidence import completed, rejection
from exchange.delivery.facts import (
    EntitlementClosed,
    EntitlementOpened,
    ProductRecorded,
    PublicationCompleted,
    RangePublished,
    Reason,
)
from exchange.delivery.state import (
    Delivery,
    Product,
    ends_range,
    first_not_suspended,
    last_in_term,
    next_seq,
    owed_up_to,
    range_at,
)
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused

COMPLETED_MAX = 50
"""Entitlements that one outcome completes, so that it stays bounded; the rest follow by a deadline."""


def not_from_exchange(command: Command, cause: Cause) -> Refused | None:
    """Why an actor may not send what only the exchange itself sends."""
    if cause.actor == POLICY_ACTOR:
        return None
    detail = f"only the exchange itself sends this, not {cause.actor}"
    return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)


def record_product(delivery: Delivery, command: RecordProduct, cause: Cause) -> Sequence[Fact]:
    """Let a listed product version be published."""
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return (not_permitted,)
    product = delivery.products.get(command.product_id)
    if product is not None and command.version in product.versions:
        detail = f"version {command.version} was recorded before, with an earlier listing"
        return (refused(command, Reason.PRODUCT_EXISTS, command.product_id, detail),)
    return (
        ProductRecorded(
            product_id=command.product_id,
            version=command.version,
            listing_id=command.listing_id,
            seller_id=command.seller_id,
            product_type=command.product_type,
            protection=command.protection,
            stored_in=command.stored_in,
            title=command.title,
        ),
    )


def open_entitlement(delivery: Delivery, command: OpenEntitlement, cause: Cause) -> Sequence[Fact]:
    """Open a buyer's right to receive, even before the product itself is recorded here."""
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return (not_permitted,)
    if command.entitlement_id in delivery.entitlements:
        detail = f"entitlement {command.entitlement_id} was opened before"
        return (refused(command, Reason.ENTITLEMENT_EXISTS, command.entitlement_id, detail),)
    product = delivery.products.get(command.product_id)
    return (
        EntitlementOpened(
            entitlement_id=command.entitlement_id,
            trade_id=command.trade_id,
            market_id=command.market_id,
            product_id=command.product_id,
            version=command.version,
            seller_id=command.seller_id,
            buyer_id=command.buyer_id,
            from_seq=_begins_at(product, command.version) if product is not None else 0,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            acceptance_days=command.acceptance_days,
        ),
    )


def _begins_at(product: Product, version: str) -> int:
    """A stream is received from now on; anything else whole, from its version's first record."""
    if product.product_type == "stream":
        return next_seq(product)
    return product.begins.get(version, next_seq(product))


def close_entitlement(delivery: Delivery, command: CloseEntitlement, cause: Cause) -> Sequence[Fact]:
    """Take note of the market's final word."""
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return (not_permitted,)
    entitlement = delivery.entitlements.get(command.entitlement_id)
    if entitlement is None or entitlement.opened.product_id != command.product_id:
        detail = f"entitlement {command.entitlement_id} of {command.product_id} was never opened here"
        return (refused(command, Reason.ENTITLEMENT_UNKNOWN, command.entitlement_id, detail),)
    if entitlement.closed not in ("", "accepted") or entitlement.closed == command.verdict:
        detail = f"entitlement {command.entitlement_id} was {entitlement.closed} before"
        return (refused(command, Reason.ENTITLEMENT_CLOSED, command.entitlement_id, detail),)
    return (
        EntitlementClosed(
            entitlement_id=command.entitlement_id,
            trade_id=entitlement.opened.trade_id,
            product_id=command.product_id,
            verdict=command.verdict,
        ),
    )


def report_range(delivery: Delivery, command: ReportRange, cause: Cause) -> Sequence[Fact]:
    """Take down what a seller published next."""
    product = _published_by(delivery, command, cause)
    if isinstance(product, Refused):
        return (product,)
    said = f"range {command.first}..{command.last}"
    if _known(product, command):
        detail = f"{said} was reported before in the same words; go on with {next_seq(product)}"
        return (refused(command, Reason.RANGE_KNOWN, command.product_id, detail),)
    if command.first != next_seq(product):
        detail = f"{said} does not begin with the next sequence number; begin with {next_seq(product)}"
        return (refused(command, Reason.RANGE_NOT_NEXT, command.product_id, detail),)
    if (fault := _inconsistency(product, command)) is not None:
        return (refused(command, Reason.RANGE_INCONSISTENT, command.product_id, f"{said}: {fault}"),)
    return (_published(product, command),)


def _published(product: Product, command: ReportRange) -> RangePublished:
    return RangePublished(
        product_id=command.product_id,
        version=product.versions[-1],
        seller_id=product.seller_id,
        stored_in=product.stored_in,
        first=command.first,
        last=command.last,
        count=command.count,
        size_bytes=command.size_bytes,
        digest=command.digest,
        first_offset=command.first_offset,
        last_offset=command.last_offset,
        stream_claim=command.stream_claim,
        epoch=command.epoch,
    )


def _published_by(
    delivery: Delivery, command: ReportRange | CompletePublication, cause: Cause
) -> Product | Refused:
    product = delivery.products.get(command.product_id)
    if product is None or not product.versions:
        detail = (
            f"product {command.product_id} is not listed; list it, or wait until its listing arrives here"
        )
        return refused(command, Reason.PRODUCT_UNKNOWN, command.product_id, detail)
    if product.seller_id != cause.actor:
        detail = f"product {command.product_id} is {product.seller_id}'s; only it may say what was published"
        return refused(command, Reason.PRODUCT_NOT_OWN, command.product_id, detail)
    return product


def _known(product: Product, command: ReportRange) -> bool:
    found = range_at(product, command.first, command.last)
    return found is not None and (
        (found.count, found.size_bytes, found.digest, found.first_offset, found.last_offset)
        == (command.count, command.size_bytes, command.digest, command.first_offset, command.last_offset)
    )


def _inconsistency(product: Product, command: ReportRange) -> str | None:
    """What cannot be true of the range, whatever stands on the topic."""
    if command.last < command.first:
        return "it ends before it begins"
    if command.count != command.last - command.first + 1:
        return f"count is {command.count}, not last - first + 1"
    if command.last_offset - command.first_offset + 1 < command.count:
        return f"offsets {command.first_offset}..{command.last_offset} cannot hold {command.count} records"
    if command.stream_claim >= command.last_offset:
        return f"claim {command.stream_claim} does not come before its last record at {command.last_offset}"
    if product.ranges and command.first_offset <= product.ranges[-1].last_offset:
        return f"offset {command.first_offset} is not after the last range's {product.ranges[-1].last_offset}"
    if product.ranges and command.stream_claim < product.ranges[-1].stream_claim:
        return (
            f"claim {command.stream_claim} is older than the last range's {product.ranges[-1].stream_claim}"
        )
    return None


def complete(delivery: Delivery, command: CompletePublication, cause: Cause) -> Sequence[Fact]:
    """End what is owed to the entitlements that are open now."""
    product = _published_by(delivery, command, cause)
    if isinstance(product, Refused):
        return (product,)
    if not ends_range(product, command.through):
        detail = (
            f"no published range ends with {command.through}; the last one ends with {next_seq(product) - 1}"
        )
        return (refused(command, Reason.THROUGH_NOT_PUBLISHED, command.product_id, detail),)
    facts = completions(delivery, command.product_id, command.through)
    if facts:
        return facts
    detail = f"no open entitlement is still owed anything up to {command.through}"
    return (refused(command, Reason.NOTHING_OWED, command.product_id, detail),)


def completions(delivery: Delivery, product_id: str, through: int) -> Sequence[Fact]:
    """Complete the first of the entitlements owed something up to `through`.

    Shape: `PublicationCompleted`, then `AcceptanceProposed` for whoever has received all. All of them are owed
    everything up to `through`: those whose term is over time has completed, or ended, before anybody asks.
    """
    names = owed_up_to(delivery.products[product_id], through, COMPLETED_MAX)
    return _completed(delivery, product_id, through, names, "seller") if names else ()


def end_of_term(delivery: Delivery, name: str) -> Sequence[Fact]:
    """End what the seller has not: with the last range published in the term, or, if there is none, for good."""
    entitlement = delivery.entitlements[name]
    product_id, from_seq = entitlement.opened.product_id, entitlement.opened.from_seq
    through = last_in_term(delivery.products[product_id], entitlement)
    if first_not_suspended(entitlement, from_seq) > through:
        return rejection(entitlement, "time", from_seq, from_seq - 1)
    return _completed(delivery, product_id, through, [name], "time")


def _completed(
    delivery: Delivery, product_id: str, through: int, names: Sequence[str], basis: Literal["seller", "time"]
) -> Sequence[Fact]:
    facts: list[Fact] = [
        PublicationCompleted(
            product_id=product_id, through=through, entitlement_ids=tuple(names), basis=basis
        )
    ]
    for name in names:
        facts.extend(completed(delivery.entitlements[name], through))
    return facts
