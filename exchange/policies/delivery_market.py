"""What the evidence of a delivery asks of the market, which alone accepts and refunds, and draws prepaid units down."""

from collections.abc import Sequence

from exchange.delivery.facts import AcceptanceProposed, ReadingTaken, RejectionProposed, UsageMetered
from exchange.kernel.bases import Recorded
from exchange.market.commands import ConcludeDelivery
from exchange.market.plans.commands import RecordUsage
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Hand a proposal, or a meter's reading, on to the market in which the trade was made."""
    match recorded.fact:
        case AcceptanceProposed(trade_id=trade_id, market_id=market_id, basis=basis):
            accept = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis=basis)
            return (Ask("market", market_id, accept),)
        case RejectionProposed(trade_id=trade_id, market_id=market_id, basis=basis):
            reject = ConcludeDelivery(trade_id=trade_id, verdict="reject", basis=basis)
            return (Ask("market", market_id, reject),)
        case UsageMetered() as used:
            return (Ask("market", used.market_id, _used(used)),)
        case ReadingTaken() as taken:
            return (Ask("market", taken.market_id, _read(taken)),)
    return ()


def _used(used: UsageMetered) -> RecordUsage:
    return RecordUsage(
        instrument_id=used.instrument_id,
        buyer_id=used.buyer_id,
        metered=used.metered,
        reference=f"{used.product_id} {used.first}..{used.last}",
    )


def _read(taken: ReadingTaken) -> RecordUsage:
    return RecordUsage(
        instrument_id=taken.instrument_id,
        buyer_id=taken.buyer_id,
        metered=taken.total - taken.before,
        reference=f"{taken.entitlement_id} {taken.total}",
    )


DELIVERY_MARKET = Policy("delivery_market", "delivery", react)
