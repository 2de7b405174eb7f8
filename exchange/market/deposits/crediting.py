"""Rules: money in suspense becomes a deposit, as if its bank had confirmed it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.refusals import refused
from exchange.market.deposits.commands import CreditDeposit
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets
from exchange.market.funds import deposited, overfull
from exchange.market.roles import not_a_policy
from exchange.market.state import Market, References


def credit_deposit(
    market: Market, command: CreditDeposit, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Put it into the purse. Shape: a refusal's subject is the line, so that the settlement knows which one it was."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    if command.participant_id not in market.participants:
        detail = f"{command.participant_id} has no purse here: this market does not know it"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, command.line_id, detail),)
    if command.reference in market.references.get(command.bank_id, References()).deposits:
        detail = f"{command.bank_id} has confirmed a deposit {command.reference} before; see whether it is this one"
        return (refused(command, Reason.REFERENCE_TAKEN, command.line_id, detail),)
    full = overfull(market, command.participant_id, command.currency, command.amount_minor)
    if full is not None:
        return (refused(command, Reason.BALANCE_TOO_LARGE, command.line_id, full[1]),)
    return (deposited(market, command, command.bank_id),)
