"""The rules about entitlements whose ground was revoked: what belongs to them, and how they go on or end."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from exchange.delivery.commands import LapseEntitlement, ResumeEntitlement, SuspendEntitlement
from exchange.delivery.evidence import completed, unconfirmed
from exchange.delivery.facts import EntitlementLapsed, EntitlementResumed, EntitlementSuspended, Reason
from exchange.delivery.intervals import joined
from exchange.delivery.publication import not_from_exchange
from exchange.delivery.state import Delivery, Entitlement, Product, next_seq
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

_Command: TypeAlias = SuspendEntitlement | ResumeEntitlement | LapseEntitlement


def suspend(delivery: Delivery, command: SuspendEntitlement, cause: Cause) -> Sequence[Fact]:
    """Take what is published since then for nothing of this entitlement's."""
    entitlement = _named(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    name = command.entitlement_id
    if entitlement.suspended_from is not None:
        return (refused(command, Reason.ENTITLEMENT_SUSPENDED, name, f"{name} is suspended already"),)
    return (
        EntitlementSuspended(
            entitlement_id=name,
            product_id=command.product_id,
            from_seq=_suspended_from(delivery.products[command.product_id], entitlement, command.since),
            since=command.since,
            codes=command.codes,
        ),
    )


def resume(delivery: Delivery, command: ResumeEntitlement, cause: Cause) -> Sequence[Fact]:
    """Go on with what is published next; what is no stream is made up for."""
    entitlement = _named(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    name, first = command.entitlement_id, entitlement.suspended_from
    if first is None:
        return (refused(command, Reason.ENTITLEMENT_NOT_SUSPENDED, name, f"{name} is not suspended"),)
    product = delivery.products[command.product_id]
    last = next_seq(product) - 1 if product.product_type == "stream" else first - 1
    resumed = EntitlementResumed(
        entitlement_id=name, product_id=command.product_id, first=first, last=max(last, first - 1)
    )
    return (resumed, *_what_follows(product, entitlement, resumed.first, resumed.last))


def lapse(delivery: Delivery, command: LapseEntitlement, cause: Cause) -> Sequence[Fact]:
    """End an entitlement with what was published for it until then."""
    entitlement = _named(delivery, command, cause)
    if isinstance(entitlement, Refused):
        return (entitlement,)
    name, product = command.entitlement_id, delivery.products[command.product_id]
    first = next_seq(product) if entitlement.suspended_from is None else entitlement.suspended_from
    lapsed = EntitlementLapsed(
        entitlement_id=name,
        product_id=command.product_id,
        ended_at=command.ended_at,
        first=first,
        last=max(next_seq(product), first) - 1,
    )
    return (lapsed, *_what_follows(product, entitlement, lapsed.first, lapsed.last))


def _what_follows(product: Product, entitlement: Entitlement, first: int, last: int) -> Sequence[Fact]:
    """What a complete delivery comes to, now that what is owed of it is known."""
    through = entitlement.through
    if through is None:
        return ()
    excluded = entitlement.excluded if last < first else joined(entitlement.excluded, first, last)
    again = replace(entitlement, suspended_from=None, excluded=excluded)
    proposed = completed(again, through)
    if proposed or not (entitlement.objected or entitlement.window_over):
        return proposed
    return unconfirmed(product, again, entitlement.received)


def _suspended_from(product: Product, entitlement: Entitlement, since: int) -> int:
    """The first number published from then on, behind what was received already."""
    place = bisect_left(product.ranges, since, key=lambda published: published.at)
    first = product.ranges[place].first if place < len(product.ranges) else next_seq(product)
    received = entitlement.received[-1][1] + 1 if entitlement.received else 0
    return max(first, received, entitlement.opened.from_seq)


def _named(delivery: Delivery, command: _Command, cause: Cause) -> Entitlement | Refused:
    """The entitlement that the market's word is about."""
    if (not_permitted := not_from_exchange(command, cause)) is not None:
        return not_permitted
    name = command.entitlement_id
    entitlement = delivery.entitlements.get(name)
    if entitlement is None or entitlement.opened.product_id != command.product_id:
        detail = f"entitlement {name} of {command.product_id} was never opened here"
        return refused(command, Reason.ENTITLEMENT_UNKNOWN, name, detail)
    if entitlement.closed == "refunded" or entitlement.ended_at is not None:
        detail = f"entitlement {name} is over, it was {entitlement.closed or 'ended'} before"
        return refused(command, Reason.ENTITLEMENT_CLOSED, name, detail)
    return entitlement
