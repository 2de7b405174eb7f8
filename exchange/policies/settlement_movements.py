"""What the settlement's own facts move at a bank: its statement will show that too."""

from collections.abc import Sequence

from exchange.kernel.bases import Recorded
from exchange.policies.policy import SETTLEMENT, Ask, Policy
from exchange.settlement.fx.facts import FxDealClosed
from exchange.settlement.statements.commands import ExpectMovement
from exchange.settlement.subsidies.facts import SubsidyFunded


def react(recorded: Recorded) -> Sequence[Ask]:
    """Expect what rounding a deal's sum leaves, and what sponsors pay in."""
    match recorded.fact:
        case FxDealClosed(residual_minor=residual) as closed if residual:
            residue = ExpectMovement(
                bank_id=closed.bank_id,
                currency=closed.currency,
                amount_minor=residual,
                direction="credit",
                reference=closed.quote_id,
            )
            return (Ask("settlement", SETTLEMENT, residue),)
        case SubsidyFunded() as funded:
            came = ExpectMovement(
                bank_id=funded.bank_id,
                currency=funded.currency,
                amount_minor=funded.amount_minor,
                direction="credit",
                reference=funded.reference,
            )
            return (Ask("settlement", SETTLEMENT, came),)
    return ()


SETTLEMENT_MOVEMENTS = Policy("settlement_movements", "settlement", react)
