"""Money comes into a market and leaves it only on a custodian bank's word."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import ConfirmDeposit
from exchange.market.deposits.commands import CreditDeposit
from exchange.market.facts import DepositConfirmed, Reason
from exchange.market.money_rules import BALANCE_MAX, CURRENCY_MAX
from exchange.market.parties import unknown_participant
from exchange.market.state import Market, References, Till, purse_of


def confirm_deposit(market: Market, command: ConfirmDeposit, cause: Cause) -> Sequence[Fact]:
    """Put money that has arrived into a purse, once for each reference of the bank's."""
    refusal = _not_a_banks_word(market, command, cause) or _overfull(market, command)
    if refusal is not None:
        return (refusal,)
    if command.reference in market.references.get(cause.actor, References()).deposits:
        return (taken(command, command.reference, cause),)
    return (deposited(market, command, cause.actor),)


def deposited(market: Market, command: ConfirmDeposit | CreditDeposit, bank_id: str) -> DepositConfirmed:
    """Money goes into a purse, once what its owner owes is paid."""
    purse = purse_of(market, command.participant_id, command.currency)
    repaid = min(purse.owed, command.amount_minor)
    return DepositConfirmed(
        participant_id=command.participant_id,
        currency=command.currency,
        amount_minor=command.amount_minor,
        bank_id=bank_id,
        reference=command.reference,
        repaid_minor=repaid,
        recovered_minor=min(purse.clawback, command.amount_minor - repaid),
    )


def not_a_bank(market: Market, command: Command, cause: Cause) -> Refused | None:
    """A refusal for all but the custodian banks that take part."""
    bank = market.participants.get(cause.actor)
    if bank is None:
        return unknown_participant(command, cause.actor)
    if not bank.active:
        return refused(
            command,
            Reason.PARTICIPANT_SUSPENDED,
            cause.actor,
            f"{cause.actor} is suspended; an operator has to reinstate it first",
        )
    if "custodian" not in bank.roles:
        detail = f"roles {', '.join(bank.roles)}; only a custodian says that money has moved"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    return None


def no_such_currency(command: Command, currency: str) -> Refused | None:
    """A refusal where money cannot be held in a currency."""
    if known_currency(currency):
        return None
    detail = f"{currency} is no ISO 4217 currency with a minor unit; use one like CNY"
    return refused(command, Reason.CURRENCY_UNKNOWN, currency, detail)


def taken(command: Command, reference: str, cause: Cause) -> Refused:
    """A refusal of a reference that names another movement of money."""
    detail = f"{cause.actor} has used this reference before; name the reference of this movement of money"
    return refused(command, Reason.REFERENCE_TAKEN, reference, detail)


def _not_a_banks_word(market: Market, command: ConfirmDeposit, cause: Cause) -> Refused | None:
    refusal = not_a_bank(market, command, cause) or no_such_currency(command, command.currency)
    if refusal is not None:
        return refusal
    if command.participant_id not in market.participants:
        detail = (
            f"{command.participant_id} has no purse here: this market does not know it;"
            " check the name, or have it admitted first"
        )
        return refused(command, Reason.PARTICIPANT_UNKNOWN, command.participant_id, detail)
    return None


def overfull(market: Market, participant_id: str, currency: str, amount_minor: int) -> tuple[str, str] | None:
    """What would hold too much if an amount came in, the purse's owner or the currency, and in which words."""
    purse = purse_of(market, participant_id, currency)
    till = market.tills.get(currency) or Till()
    held = purse.cash + purse.reserved
    if held + amount_minor > BALANCE_MAX:
        detail = (
            f"the purse holds {held} and may hold {BALANCE_MAX} minor units;"
            " pay out first, or deposit in another market"
        )
        return participant_id, detail
    if till.deposited - till.paid_out + amount_minor > CURRENCY_MAX:
        return currency, f"this market may hold {CURRENCY_MAX} minor units of {currency}; use another market"
    return None


def _overfull(market: Market, command: ConfirmDeposit) -> Refused | None:
    full = overfull(market, command.participant_id, command.currency, command.amount_minor)
    return None if full is None else refused(command, Reason.BALANCE_TOO_LARGE, *full)
