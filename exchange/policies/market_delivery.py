"""What the delivery has to know of trades and of how purchases end."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from exchange.delivery.commands import (
    CloseEntitlement,
    LapseEntitlement,
    OpenEntitlement,
    OpenMeter,
    ResumeEntitlement,
    SuspendEntitlement,
)
from exchange.kernel.bases import Command, Recorded
from exchange.kernel.plan import Meter
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.market.plans.facts import UnitsBought
from exchange.market.purchases.facts import RefundApproved
from exchange.policies.policy import Ask, Policy

_Last: TypeAlias = PurchaseAccepted | PurchaseRefunded | RefundApproved | DisputeResolved


def react(recorded: Recorded) -> Sequence[Ask]:
    """Open what a trade granted, count what was prepaid of it, and close it at the market's final word."""
    match recorded.fact:
        case EntitlementGranted() as granted:
            return (Ask("delivery", granted.product_id, _open(granted)),)
        case UnitsBought(counts="calls" | "bytes" as counts) as bought:
            return (Ask("delivery", bought.product_id, _meter(bought, counts)),)
        case PurchaseAccepted() as accepted:
            return (_close(accepted, "accepted"),)
        case PurchaseRefunded() as refunded:
            return (_close(refunded, "refunded"),)
        case DecisionRevoked() | DecisionRestored() | EntitlementEnded() as turn:
            return (Ask("delivery", turn.product_id, _turned(turn)),)
        case RefundApproved(left_minor=0) as refunded:
            return (_close(refunded, "refunded"),)
        case DisputeResolved(left_minor=0) as resolved:
            return (_close(resolved, "refunded"),)
        case DisputeResolved(stage="escrow") as resolved:
            return (_close(resolved, "accepted"),)
    return ()


def _close(last: _Last, verdict: Literal["accepted", "refunded"]) -> Ask:
    """Tell the delivery how it ended; a right that was accepted ends all the same once nothing of it is paid for."""
    close = CloseEntitlement(entitlement_id=last.entitlement_id, product_id=last.product_id, verdict=verdict)
    return Ask("delivery", last.product_id, close)


def _open(granted: EntitlementGranted) -> OpenEntitlement:
    return OpenEntitlement(
        entitlement_id=granted.entitlement_id,
        trade_id=granted.trade_id,
        market_id=granted.market_id,
        product_id=granted.product_id,
        version=granted.version,
        seller_id=granted.seller_id,
        buyer_id=granted.buyer_id,
        starts_at=granted.starts_at,
        ends_at=granted.ends_at,
        acceptance_days=granted.acceptance_days,
    )


def _turned(turn: DecisionRevoked | DecisionRestored | EntitlementEnded) -> Command:
    """What a right that runs no more, or again, is for its delivery."""
    name, product_id = turn.entitlement_id, turn.product_id
    match turn:
        case DecisionRevoked(since=since, codes=codes):
            return SuspendEntitlement(entitlement_id=name, product_id=product_id, since=since, codes=codes)
        case DecisionRestored():
            return ResumeEntitlement(entitlement_id=name, product_id=product_id)
    return LapseEntitlement(entitlement_id=name, product_id=product_id, ended_at=turn.ended_at)


def _meter(bought: UnitsBought, counts: Meter) -> OpenMeter:
    """It comes before the entitlement: so does the fact."""
    return OpenMeter(
        entitlement_id=bought.entitlement_id,
        product_id=bought.product_id,
        instrument_id=bought.instrument_id,
        buyer_id=bought.buyer_id,
        counts=counts,
    )


MARKET_DELIVERY = Policy("market_delivery", "market", react)
