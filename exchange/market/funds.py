"""Money comes into a market and leaves it only on a custodian bank's word."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import format_minor, known_currency
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import ConfirmDeposit
from exchange.market.deposits.commands import CreditDeposit
from exchange.market.facts import DepositConfirmed, Reason
from exchange.market.money_rules import BALANCE_MAX, CURRENCY_MAX
from exchange.market.parties import unknown_participant
from exchange.market.purses import free_of
from exchange.market.setting_off import set_off
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
    owed = set_off(purse, command.amount_minor)
    return DepositConfirmed(
        participant_id=command.participant_id,
        currency=command.currency,
        amount_minor=command.amount_minor,
        bank_id=bank_id,
        reference=command.reference,
        repaid_minor=owed.repaid_minor,
        recovered_minor=owed.recovered_minor,
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


def not_an_owner(market: Market, command: Command, currency: str, cause: Cause) -> Refused | None:
    """A refusal for whoever has no purse of a currency here, or is suspended."""
    owner = market.participants.get(cause.actor)
    if owner is None:
        detail = f"{cause.actor} is not known to this market and has no purse here"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, cause.actor, detail)
    if not owner.active:
        detail = f"{cause.actor} is suspended; its money stays where it is until it is reinstated"
        return refused(command, Reason.PARTICIPANT_SUSPENDED, cause.actor, detail)
    return no_such_currency(command, currency)


def too_little_free(
    market: Market, command: Command, currency: str, amount_minor: int, cause: Cause
) -> Refused | None:
    """A refusal where more is to leave the actor's purse than is free and its own."""
    free = free_of(purse_of(market, cause.actor, currency))
    if free >= amount_minor:
        return None
    wanted, has = (format_minor(each, currency) for each in (amount_minor, free))
    detail = f"{wanted} is wanted, {has} is free and its own; cancel orders first, or take less"
    return refused(command, Reason.FUNDS_INSUFFICIENT, cause.actor, detail)


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
    if till.deposited + till.moved - till.paid_out + amount_minor > CURRENCY_MAX:
        return currency, f"this market may hold {CURRENCY_MAX} minor units of {currency}; use another market"
    return None


def _overfull(market: Market, command: ConfirmDeposit) -> Refused | None:
    full = overfull(market, command.participant_id, command.currency, command.amount_minor)
    return None if full is None else refused(command, Reason.BALANCE_TOO_LARGE, *full)
