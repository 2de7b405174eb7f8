"""What the evidence about an entitlement speaks for."""

from collections.abc import Sequence

from exchange.delivery.facts import AcceptanceProposed, RejectionProposed
from exchange.delivery.intervals import covers
from exchange.delivery.state import Entitlement


def acceptance_by_evidence(
    entitlement: Entitlement,
    received: Sequence[tuple[int, int]],
    ruled: Sequence[int],
    through: int | None,
) -> Sequence[AcceptanceProposed]:
    """The proposal to accept, once everything up to `through` is received; at most one in a lifetime."""
    opened = entitlement.opened
    if through is None or entitlement.proposed or entitlement.closed:
        return ()
    if not covers(received, opened.from_seq, through):
        return ()
    return (
        AcceptanceProposed(
            entitlement_id=opened.entitlement_id,
            trade_id=opened.trade_id,
            market_id=opened.market_id,
            product_id=opened.product_id,
            basis="ruling" if any(first <= through for first in ruled) else "evidence",
            through=through,
        ),
    )


def acceptance_by_time(entitlement: Entitlement, through: int) -> AcceptanceProposed:
    """The proposal to accept a complete delivery nobody objected to."""
    opened = entitlement.opened
    return AcceptanceProposed(
        entitlement_id=opened.entitlement_id,
        trade_id=opened.trade_id,
        market_id=opened.market_id,
        product_id=opened.product_id,
        basis="time",
        through=through,
    )


def rejection(entitlement: Entitlement, first: int, last: int) -> Sequence[RejectionProposed]:
    """The proposal to reject, once the seller was found wrong about a range."""
    opened = entitlement.opened
    if entitlement.proposed or entitlement.closed:
        return ()
    return (
        RejectionProposed(
            entitlement_id=opened.entitlement_id,
            trade_id=opened.trade_id,
            market_id=opened.market_id,
            product_id=opened.product_id,
            basis="ruling",
            first=first,
            last=last,
        ),
    )
