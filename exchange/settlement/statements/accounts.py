"""Rules: which bank accounts there are, what is expected on them, and what becomes of what is in suspense."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.numbers import wrong_number
from exchange.settlement.parties import KEEPERS, lacking, no_such_currency, not_a_policy, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ExpectMovement, OpenBankAccount
from exchange.settlement.statements.facts import (
    BankAccountOpened,
    ExpectationMet,
    MovementExpected,
    SuspenseCleared,
    SuspenseOverdue,
)
from exchange.settlement.statements.state import BankAccount, Banking, Suspended, movement, purpose

By: TypeAlias = Literal["expected", "provider_cost", "operator_equity", "participant", "returned"]
"""What a line in suspense turned out to be."""


def open_account(settlement: Settlement, command: OpenBankAccount, cause: Cause) -> Sequence[Fact]:
    """Name the one account of a bank for a currency."""
    refusal = (
        lacking(settlement, command, cause, *KEEPERS)
        or no_such_currency(command, command.currency)
        or wrong_number(command, command.account_id, command.account_id)
    )
    if refusal is not None:
        return (refusal,)
    bank = settlement.parties.get(command.bank_id)
    if bank is None:
        return (unknown(command, command.bank_id),)
    if "custodian" not in bank.roles:
        detail = f"{command.bank_id} has roles {', '.join(bank.roles)}; custodians keep the money"
        return (refused(command, Reason.ROLE_MISSING, command.bank_id, detail),)
    banking = settlement.banking
    kept_in = banking.kept_in.get(purpose(command.bank_id, command.currency))
    if kept_in is not None or command.account_id in banking.accounts:
        detail = f"{command.bank_id} keeps {command.currency} in {kept_in or 'no account yet, but this one is taken'}"
        return (refused(command, Reason.ACCOUNT_EXISTS, command.account_id, detail),)
    return (
        BankAccountOpened(
            account_id=command.account_id,
            bank_id=command.bank_id,
            currency=command.currency,
            balance_minor=command.balance_minor,
            holder=command.holder,
            bic=command.bic,
        ),
    )


def expect(settlement: Settlement, command: ExpectMovement, cause: Cause) -> Sequence[Fact]:
    """Await a movement, unless a line has said it already: then it is known what that was."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    banking = settlement.banking
    account_id = banking.kept_in.get(purpose(command.bank_id, command.currency))
    if account_id is not None:
        name = movement(command.reference, command.direction, command.amount_minor)
        account = banking.accounts[account_id]
        if account.booked.get(name):
            return (_met(account, command),)
        waiting = _waiting(banking, account.set_aside.get(name, ()), command.reference)
        if waiting is not None:
            by: By = "participant" if waiting.crediting else "expected"
            return (cleared(waiting, by, waiting.grounds if waiting.crediting else ""),)
    return (
        MovementExpected(
            account_id=account_id,
            bank_id=command.bank_id,
            currency=command.currency,
            amount_minor=command.amount_minor,
            direction=command.direction,
            reference=command.reference,
        ),
    )


def overdue(settlement: Settlement, line_id: str, cause: Cause) -> Sequence[Fact]:
    """A line has stood in suspense for too long. Raises: InvariantBroken if it does not stand there."""
    suspended = settlement.banking.suspense.get(line_id)
    if suspended is None:
        raise InvariantBroken(f"line {line_id} is overdue, but not in suspense")
    line = suspended.line
    return (
        SuspenseOverdue(
            line_id=line_id,
            account_id=line.account_id,
            statement_id=line.statement_id,
            line=line.line,
            currency=line.currency,
            amount_minor=line.amount_minor,
            reference=line.reference,
            since=suspended.since,
        ),
    )


def being_credited(command: Command, line_id: str) -> Refused:
    """A refusal of anything else while a market puts a line into a purse."""
    detail = "it is being credited to a participant; wait a moment, and see what its market says"
    return refused(command, Reason.SUSPENSE_CREDITING, line_id, detail)


def suspended_line(settlement: Settlement, command: Command, line_id: str) -> Suspended | Refused:
    """A line that stands in suspense."""
    suspended = settlement.banking.suspense.get(line_id)
    if suspended is None:
        detail = "no such line is in suspense; use the line_id of its LineSetAside"
        return refused(command, Reason.SUSPENSE_UNKNOWN, line_id, detail)
    return suspended


def _waiting(banking: Banking, under_its_name: Sequence[str], reference: str) -> Suspended | None:
    """The line that a movement is: one that is being credited under this reference, or the oldest of this name."""
    lines = [banking.suspense[each] for each in under_its_name]
    own = banking.suspense.get(reference)
    if own is not None and own.crediting:
        return own
    return next((each for each in lines if each.crediting), lines[0] if lines else None)


def _met(account: BankAccount, command: ExpectMovement) -> ExpectationMet:
    return ExpectationMet(
        account_id=account.account_id,
        bank_id=command.bank_id,
        currency=command.currency,
        amount_minor=command.amount_minor,
        direction=command.direction,
        reference=command.reference,
    )


def cleared(suspended: Suspended, by: By, grounds: str) -> SuspenseCleared:
    """It is known what a line was."""
    line = suspended.line
    return SuspenseCleared(
        line_id=line.line_id,
        account_id=line.account_id,
        statement_id=line.statement_id,
        line=line.line,
        bank_id=line.bank_id,
        currency=line.currency,
        amount_minor=line.amount_minor,
        direction=line.direction,
        reference=line.reference,
        by=by,
        grounds=grounds,
    )
