"""What the evidence of a delivery asks of the market, which alone accepts and refunds."""

from collections.abc import Sequence

from exchange.delivery.facts import AcceptanceProposed, RejectionProposed
from exchange.kernel.bases import Recorded
from exchange.market.commands import ConcludeDelivery
from exchange.policies.policy import Ask, Policy


def react(recorded: Recorded) -> Sequence[Ask]:
    """Hand a proposal on to the market in which the trade was made."""
    match recorded.fact:
        case AcceptanceProposed(trade_id=trade_id, market_id=market_id, basis=basis):
            accept = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis=basis)
            return (Ask("market", market_id, accept),)
        case RejectionProposed(trade_id=trade_id, market_id=market_id, basis=basis):
            reject = ConcludeDelivery(trade_id=trade_id, verdict="reject", basis=basis)
            return (Ask("market", market_id, reject),)
    return ()


DELIVERY_MARKET = Policy("delivery_market", "delivery", react)
