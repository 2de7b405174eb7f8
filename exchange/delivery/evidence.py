"""What the evidence about an entitlement speaks for, and what is still to be looked at before it speaks."""

from collections.abc import Sequence
from typing import Literal

from exchange.delivery.facts import AcceptanceProposed, RangeUnconfirmed, RejectionProposed
from exchange.delivery.intervals import covers, first_missing, joined
from exchange.delivery.state import Entitlement, Product, dispute_over, range_from


def acceptance(
    entitlement: Entitlement,
    received: Sequence[tuple[int, int]],
    ruled: Sequence[int],
    through: int | None,
) -> Sequence[AcceptanceProposed]:
    """The proposal to accept, once everything up to `through` is received; at most one in a lifetime."""
    opened = entitlement.opened
    if through is None or not may_end(entitlement):
        return ()
    if not covers(settled(entitlement, received), opened.from_seq, through):
        return ()
    return (
        AcceptanceProposed(
            entitlement_id=opened.entitlement_id,
            trade_id=opened.trade_id,
            market_id=opened.market_id,
            product_id=opened.product_id,
            basis=_basis(entitlement, any(first <= through for first in ruled)),
            through=through,
        ),
    )


def completed(entitlement: Entitlement, through: int) -> Sequence[AcceptanceProposed | RejectionProposed]:
    """What a publication that ends with `through` comes to; where all of it fell into suspensions, nothing was owed."""
    from_seq = entitlement.opened.from_seq
    if may_end(entitlement) and first_missing(entitlement.excluded, from_seq) > through:
        return rejection(entitlement, "time", from_seq, from_seq - 1)
    return acceptance(entitlement, entitlement.received, entitlement.ruled, through)


def may_end(entitlement: Entitlement) -> bool:
    """Whether its evidence may still speak: not twice, and not while it is suspended."""
    return not (entitlement.proposed or entitlement.closed or entitlement.suspended_from is not None)


def settled(entitlement: Entitlement, received: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """What nothing more is owed of: it was received, or published during a suspension."""
    for first, last in entitlement.excluded:
        received = joined(received, first, last)
    return received


def _basis(entitlement: Entitlement, by_ruling: bool) -> Literal["evidence", "time", "ruling"]:
    if not by_ruling:
        return "evidence"
    return "time" if entitlement.window_over and not entitlement.objected else "ruling"


def what_follows(
    product: Product, entitlement: Entitlement, received: Sequence[tuple[int, int]], ruled: Sequence[int]
) -> Sequence[AcceptanceProposed | RangeUnconfirmed]:
    """What comes of more being received: the acceptance, or, where the delivery has to end, the next audit."""
    if accepted := acceptance(entitlement, received, ruled, entitlement.through):
        return accepted
    if entitlement.objected or entitlement.window_over:
        return unconfirmed(product, entitlement, received)
    return ()


def unconfirmed(
    product: Product, entitlement: Entitlement, received: Sequence[tuple[int, int]]
) -> Sequence[RangeUnconfirmed]:
    """The first range owed that nothing speaks for yet, unless it is being looked at."""
    if entitlement.through is None or not may_end(entitlement):
        return ()
    first = first_missing(settled(entitlement, received), entitlement.opened.from_seq)
    if first > entitlement.through or dispute_over(entitlement, first) is not None:
        return ()
    published = range_from(product, first)
    return (
        RangeUnconfirmed(
            entitlement_id=entitlement.opened.entitlement_id,
            product_id=entitlement.opened.product_id,
            first=published.first,
            last=published.last,
            first_offset=published.first_offset,
            last_offset=published.last_offset,
            seller_count=published.count,
            seller_digest=published.digest,
        ),
    )


def rejection(
    entitlement: Entitlement, basis: Literal["ruling", "time"], first: int, last: int
) -> Sequence[RejectionProposed]:
    """The proposal to reject, once the seller was found wrong about a range or has published none."""
    opened = entitlement.opened
    if entitlement.proposed or entitlement.closed:
        return ()
    return (
        RejectionProposed(
            entitlement_id=opened.entitlement_id,
            trade_id=opened.trade_id,
            market_id=opened.market_id,
            product_id=opened.product_id,
            basis=basis,
            first=first,
            last=last,
        ),
    )
