"""Rules: which bank accounts there are, what is expected on them, and what becomes of what is in suspense."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.refusals import refused
from exchange.settlement.parties import KEEPERS, lacking, no_grounds, no_such_currency, not_a_policy, unknown
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ExpectMovement, OpenBankAccount, ResolveSuspense
from exchange.settlement.statements.facts import (
    BankAccountOpened,
    MovementExpected,
    SuspenseCleared,
    SuspenseOverdue,
)
from exchange.settlement.statements.state import Suspended, movement, purpose


def open_account(settlement: Settlement, command: OpenBankAccount, cause: Cause) -> Sequence[Fact]:
    """Name the one account of a bank for a currency."""
    refusal = lacking(settlement, command, cause, *KEEPERS) or no_such_currency(command, command.currency)
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
        ),
    )


def expect(settlement: Settlement, command: ExpectMovement, cause: Cause) -> Sequence[Fact]:
    """Await a movement, unless it stands in suspense already: then it is known what that was."""
    if (refusal := not_a_policy(command, cause)) is not None:
        return (refusal,)
    banking = settlement.banking
    account_id = banking.kept_in.get(purpose(command.bank_id, command.currency))
    if account_id is not None:
        name = movement(command.reference, command.direction, command.amount_minor)
        waiting = banking.accounts[account_id].set_aside.get(name)
        if waiting:
            return (_cleared(banking.suspense[waiting[0]], "expected", ""),)
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


def resolve(settlement: Settlement, command: ResolveSuspense, cause: Cause) -> Sequence[Fact]:
    """Book a line in suspense to where it belongs."""
    refusal = lacking(settlement, command, cause, *KEEPERS) or no_grounds(
        command, command.line_id, command.grounds
    )
    if refusal is not None:
        return (refusal,)
    suspended = settlement.banking.suspense.get(command.line_id)
    if suspended is None:
        detail = "no such line is in suspense; use the line_id of its LineSetAside"
        return (refused(command, Reason.SUSPENSE_UNKNOWN, command.line_id, detail),)
    return (_cleared(suspended, command.book_to, command.grounds),)


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


def _cleared(
    suspended: Suspended, by: Literal["expected", "provider_cost", "operator_equity"], grounds: str
) -> SuspenseCleared:
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
