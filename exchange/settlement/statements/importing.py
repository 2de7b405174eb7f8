"""Rules: which statements are taken in."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import lacking
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ImportStatement
from exchange.settlement.statements.facts import LineSetAside, StatementImported
from exchange.settlement.statements.recognising import told_apart
from exchange.settlement.statements.state import BankAccount


def import_statement(settlement: Settlement, command: ImportStatement, cause: Cause) -> Sequence[Fact]:
    """Take a statement in whole, or not at all."""
    account = _account(settlement, command, cause)
    if isinstance(account, Refused):
        return (account,)
    refusal = _imported_before(account, command) or _unbalanced(account, command)
    if refusal is not None:
        return (refusal,)
    told = list(told_apart(settlement, account, command, cause))
    set_aside = sum(isinstance(each, LineSetAside) for each in told)
    return (
        StatementImported(
            account_id=account.account_id,
            statement_id=command.statement_id,
            currency=account.currency,
            digest=command.digest,
            kind=command.kind,
            opening_minor=command.opening_minor,
            closing_minor=command.closing_minor,
            matched=len(command.lines) - set_aside,
            set_aside=set_aside,
        ),
        *told,
    )


def _account(settlement: Settlement, command: ImportStatement, cause: Cause) -> BankAccount | Refused:
    if (refusal := lacking(settlement, command, cause, "custodian", "operator")) is not None:
        return refusal
    account = settlement.banking.accounts.get(command.account_id)
    if account is None:
        detail = (
            "no custodian bank keeps money of the exchange in this account; is it another one's statement?"
        )
        return refused(command, Reason.ACCOUNT_UNKNOWN, command.account_id, detail)
    if account.bank_id != cause.actor and "operator" not in settlement.parties[cause.actor].roles:
        detail = f"it is an account at {account.bank_id}; {cause.actor} speaks for its own accounts only"
        return refused(command, Reason.ACCOUNT_NOT_OWN, command.account_id, detail)
    if account.currency != command.currency:
        detail = f"the account holds {account.currency}, the statement is of {command.currency}"
        return refused(command, Reason.CURRENCY_DIFFERS, command.account_id, detail)
    return account


def _imported_before(account: BankAccount, command: ImportStatement) -> Refused | None:
    digest = account.imports.get(command.statement_id)
    if digest is None:
        return None
    if digest == command.digest:
        detail = "this very statement was imported before, and books once; nothing is to be done"
        return refused(command, Reason.STATEMENT_REPEATED, command.statement_id, detail)
    detail = "another content was imported under this id; ask the bank which of the two is right"
    return refused(command, Reason.STATEMENT_CONFLICT, command.statement_id, detail)


def _unbalanced(account: BankAccount, command: ImportStatement) -> Refused | None:
    opening, closing = command.opening_minor, command.closing_minor
    if command.kind == "advice":
        if opening is None and closing is None:
            return None
        detail = "an advice has no balances; import it as a statement, or leave them out"
        return refused(command, Reason.STATEMENT_UNBALANCED, command.statement_id, detail)
    if opening is None or closing is None:
        detail = "a statement has an opening and a closing balance"
        return refused(command, Reason.STATEMENT_UNBALANCED, command.statement_id, detail)
    moved = sum(
        each.amount_minor if each.direction == "credit" else -each.amount_minor for each in command.lines
    )
    said = [format_minor(each, account.currency) for each in (opening, moved, closing, account.balance_minor)]
    if opening + moved != closing:
        detail = f"it opens with {said[0]}, its lines come to {said[1]}, and it closes with {said[2]}"
        return refused(command, Reason.STATEMENT_UNBALANCED, command.statement_id, detail)
    if opening != account.balance_minor:
        detail = f"it opens with {said[0]}, the one before it closed with {said[3]}; import what lies between first"
        return refused(command, Reason.STATEMENT_GAP, command.statement_id, detail)
    return None
