"""Whoever rejects the invoice of a purchase disputes it, where its money is held."""

from collections.abc import Sequence

from exchange.kernel.bases import Recorded
from exchange.market.disputes.commands import DisputeInvoice
from exchange.policies.policy import Ask, Policy
from exchange.settlement.invoices.facts import InvoiceResponseGiven


def react(recorded: Recorded) -> Sequence[Ask]:
    """Ask the market of what was sold."""
    match recorded.fact:
        case InvoiceResponseGiven(code="RE", matter="purchase") as rejected:
            dispute = DisputeInvoice(
                trade_id=rejected.trade_id, buyer_id=rejected.by_id, grounds=rejected.grounds
            )
            return (Ask("market", rejected.market_id, dispute),)
    return ()


SETTLEMENT_DISPUTES = Policy("settlement_disputes", "settlement", react)
