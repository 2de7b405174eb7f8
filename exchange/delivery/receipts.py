"""The rules about what a buyer says of what arrived, and who is right about it."""

from collections.abc import Sequence
from typing import TypeAlias

from exchange.delivery.commands import ConfirmReceipt, ObjectToDelivery, ReportGap, RuleOnRange
from exchange.delivery.evidence import rejection, settled, unconfirmed, what_follows
from exchange.delivery.facts import (
    DeliveryObjected,
    DigestsDiffered,
    GapClosed,
    GapReported,
    RangeReceived,
    RangeRuled,
    Reason,
)
from exchange.delivery.intervals import covers, joined
from exchange.delivery.metering import usage
from exchange.delivery.publication import not_from_exchange
from exchange.delivery.state import (
    Delivery,
    Entitlement,
    Product,
    Range,
    belongs_through,
    dispute_over,
    first_not_suspended,
    in_dispute,
    range_at,
)
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

DISPUTES_MAX = 50
"""Disputes over one range that buyers may open, and that one ruling settles, so that its outcome is bounded."""
GAPS_MAX = 100
"""Open gaps of one entitlement, so that one receipt closes them all in a bounded outcome."""

BuyerCommand: TypeAlias = ConfirmReceipt | ReportGap | ObjectToDelivery


def confirm(delivery: Delivery, command: ConfirmReceipt, cause: Cause) -> Sequence[Fact]:
    """Compare what a buyer received of one whole range with what the seller published."""
    entitlement = _bought(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    published = _range_of(delivery, entitlement, command)
    if isinstance(published, Refused):
        return (published,)
    said = f"range {command.first}..{command.last}"
    equal = (command.count, command.digest) == (published.count, published.digest)
    if covers(entitlement.received, command.first, command.last):
        if equal and command.first in entitlement.ruled:
            return _received(delivery, entitlement, command, published)
        return (refused(command, Reason.RANGE_RECEIVED, command.entitlement_id, f"{said} is received"),)
    if equal:
        return _received(delivery, entitlement, command, published)
    others = in_dispute(delivery.products[command.product_id], command.first, DISPUTES_MAX)
    if dispute_over(entitlement, command.first) is not None or len(others) >= DISPUTES_MAX:
        detail = f"{said} is in dispute; read it again, or wait until the exchange has ruled on it"
        return (refused(command, Reason.RANGE_DISPUTED, command.entitlement_id, detail),)
    return (_differed(entitlement, command, published),)


def _range_of(delivery: Delivery, entitlement: Entitlement, command: ConfirmReceipt) -> Range | Refused:
    """The published range that a receipt is about, if it belongs to the entitlement."""
    product = delivery.products[command.product_id]
    first, last = entitlement.opened.from_seq, belongs_through(product, entitlement)
    found = range_at(product, command.first, command.last)
    if found is not None and first_not_suspended(entitlement, found.first) > found.last:
        detail = f"{command.first}..{command.last} was published while the entitlement was suspended, and is not owed"
        return refused(command, Reason.RANGE_SUSPENDED, command.entitlement_id, detail)
    if found is not None and first <= found.first and found.last <= last:
        return found
    detail = (
        f"{command.first}..{command.last} is not one whole range of {_said(first, last)};"
        " confirm ranges as they were published"
    )
    return refused(command, Reason.RANGE_UNKNOWN, command.entitlement_id, detail)


def _received(
    delivery: Delivery, entitlement: Entitlement, command: ConfirmReceipt, published: Range
) -> Sequence[Fact]:
    name, product_id = command.entitlement_id, command.product_id
    received = joined(entitlement.received, command.first, command.last)
    ruled = [first for first in entitlement.ruled if first != command.first]
    receipt = RangeReceived(
        entitlement_id=name,
        product_id=product_id,
        buyer_id=entitlement.opened.buyer_id,
        first=command.first,
        last=command.last,
        count=command.count,
        digest=command.digest,
    )
    gaps = (
        GapClosed(entitlement_id=name, product_id=product_id, first=first, last=last)
        for first, last in entitlement.gaps
        if covers(settled(entitlement, received), first, last)
    )
    used = usage(delivery, entitlement, published)
    return (receipt, *used, *gaps, *what_follows(delivery.products[product_id], entitlement, received, ruled))


def _differed(entitlement: Entitlement, command: ConfirmReceipt, published: Range) -> DigestsDiffered:
    return DigestsDiffered(
        entitlement_id=command.entitlement_id,
        product_id=command.product_id,
        buyer_id=entitlement.opened.buyer_id,
        seller_id=entitlement.opened.seller_id,
        first=published.first,
        last=published.last,
        first_offset=published.first_offset,
        last_offset=published.last_offset,
        seller_count=published.count,
        seller_digest=published.digest,
        buyer_count=command.count,
        buyer_digest=command.digest,
    )


def rule(delivery: Delivery, command: RuleOnRange, cause: Cause) -> Sequence[Fact]:
    """Decide the open disputes over a range by what the exchange itself found on the topic.

    Shape: at most `DISPUTES_MAX` of them; every dispute brings a ruling of its own, so that none is left over.
    """
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return (not_permitted,)
    product = delivery.products.get(command.product_id)
    published = range_at(product, command.first, command.last) if product is not None else None
    said = f"range {command.first}..{command.last}"
    if product is None or published is None:
        detail = f"{said} was never published; rule on whole published ranges"
        return (refused(command, Reason.RANGE_UNKNOWN, command.product_id, detail),)
    facts: list[Fact] = []
    for name in in_dispute(product, command.first, DISPUTES_MAX):
        entitlement = delivery.entitlements[name]
        ruling, *rest = _ruled(product, entitlement, command, published)
        facts.append(ruling)
        if _read_and_wrong(entitlement, ruling):
            facts.extend(usage(delivery, entitlement, published, facts))
        facts.extend(rest)
    if facts:
        return facts
    return (refused(command, Reason.RANGE_NOT_DISPUTED, command.product_id, f"{said} is not in dispute"),)


def _ruled(
    product: Product, entitlement: Entitlement, command: RuleOnRange, published: Range
) -> tuple[RangeRuled, *tuple[Fact, ...]]:
    found = (command.count, command.digest)
    dispute = dispute_over(entitlement, command.first)
    seller_right = found == (published.count, published.digest)
    buyer_right = dispute is not None and found == (dispute.count, dispute.digest)
    ruling = RangeRuled(
        entitlement_id=entitlement.opened.entitlement_id,
        product_id=command.product_id,
        first=command.first,
        last=command.last,
        count=command.count,
        digest=command.digest,
        right="seller" if seller_right else "buyer" if buyer_right else "neither",
    )
    if not seller_right:
        return (ruling, *rejection(entitlement, "ruling", command.first, command.last))
    received = joined(entitlement.received, command.first, command.last)
    ruled = (*entitlement.ruled, command.first)
    return (ruling, *what_follows(product, entitlement, received, ruled))


def _read_and_wrong(entitlement: Entitlement, ruling: RangeRuled) -> bool:
    """Whether a buyer that said what it had read of a range was not borne out: it did receive it, whatever it said."""
    dispute = dispute_over(entitlement, ruling.first)
    return ruling.right == "seller" and dispute is not None and dispute.digest != b""


def report_gap(delivery: Delivery, command: ReportGap, cause: Cause) -> Sequence[Fact]:
    """Take down what a buyer misses of what was published for it."""
    entitlement = _bought(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    gap, name = (command.first, command.last), command.entitlement_id
    said = f"gap {command.first}..{command.last}"
    first, last = (
        entitlement.opened.from_seq,
        belongs_through(delivery.products[command.product_id], entitlement),
    )
    if not first <= command.first <= command.last <= last:
        detail = f"{said} is not within {_said(first, last)}; report only what is missing of that"
        return (refused(command, Reason.GAP_NOT_PUBLISHED, name, detail),)
    if first_not_suspended(entitlement, command.first) > command.last:
        detail = f"{said} was published while the entitlement was suspended, and is not owed"
        return (refused(command, Reason.RANGE_SUSPENDED, name, detail),)
    if covers(entitlement.received, *gap):
        return (refused(command, Reason.RANGE_RECEIVED, name, f"{said} was received, as a receipt says"),)
    if gap in entitlement.gaps:
        return (refused(command, Reason.GAP_KNOWN, name, f"{said} was reported before; read it again"),)
    if len(entitlement.gaps) >= GAPS_MAX:
        detail = f"{GAPS_MAX} gaps are open already; read again and confirm before reporting more"
        return (refused(command, Reason.GAPS_TOO_MANY, name, detail),)
    return (
        GapReported(
            entitlement_id=name, product_id=command.product_id, first=command.first, last=command.last
        ),
    )


def _said(first: int, last: int) -> str:
    return (
        f"what was published for it, {first}..{last}"
        if first <= last
        else "what was published for it, nothing"
    )


def object_to(delivery: Delivery, command: ObjectToDelivery, cause: Cause) -> Sequence[Fact]:
    """Let the exchange itself look at what the buyer has not confirmed; that, or the buyer, ends the delivery."""
    entitlement = _bought(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    name = command.entitlement_id
    if entitlement.through is None:
        detail = "the seller has not completed its publication; no acceptance window runs yet"
        return (refused(command, Reason.NOT_COMPLETE, name, detail),)
    if entitlement.proposed:
        detail = f"to {entitlement.proposed} was proposed already; the market decides"
        return (refused(command, Reason.PROPOSAL_MADE, name, detail),)
    if entitlement.objected:
        return (refused(command, Reason.OBJECTION_STANDS, name, "the buyer has objected already"),)
    product = delivery.products[command.product_id]
    return (
        DeliveryObjected(entitlement_id=name, product_id=command.product_id, grounds=command.grounds),
        *unconfirmed(product, entitlement, entitlement.received),
    )


def _bought(delivery: Delivery, command: BuyerCommand, cause: Cause) -> Entitlement | Refused:
    """The open entitlement of the buyer who asks."""
    name = command.entitlement_id
    entitlement = delivery.entitlements.get(name)
    if entitlement is None or entitlement.opened.product_id != command.product_id:
        detail = f"there is no entitlement {name} to {command.product_id}; check both"
        return refused(command, Reason.ENTITLEMENT_UNKNOWN, name, detail)
    if entitlement.opened.buyer_id != cause.actor:
        detail = f"entitlement {name} is not {cause.actor}'s; only its buyer may say what arrived"
        return refused(command, Reason.ENTITLEMENT_NOT_OWN, name, detail)
    if entitlement.closed:
        detail = f"the market has {entitlement.closed} the purchase; nothing more is taken down for it"
        return refused(command, Reason.ENTITLEMENT_CLOSED, name, detail)
    return entitlement
