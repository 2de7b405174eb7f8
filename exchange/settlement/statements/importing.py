"""Rules: which statements are taken in, and which of their lines are what was expected."""

from collections.abc import Iterator, Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.settlement.parties import lacking
from exchange.settlement.reasons import Reason
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ImportStatement, StatementLine
from exchange.settlement.statements.facts import LineMatched, LineSetAside, StatementImported
from exchange.settlement.statements.state import BankAccount, movement


def import_statement(settlement: Settlement, command: ImportStatement, cause: Cause) -> Sequence[Fact]:
    """Take a statement in whole, or not at all."""
    account = _account(settlement, command, cause)
    if isinstance(account, Refused):
        return (account,)
    refusal = _imported_before(account, command) or _unbalanced(account, command)
    if refusal is not None:
        return (refusal,)
    lines = list(_told_apart(account, command, cause))
    set_aside = sum(isinstance(line, LineSetAside) for line in lines)
    return (
        StatementImported(
            account_id=account.account_id,
            statement_id=command.statement_id,
            currency=account.currency,
            digest=command.digest,
            kind=command.kind,
            opening_minor=command.opening_minor,
            closing_minor=command.closing_minor,
            matched=len(lines) - set_aside,
            set_aside=set_aside,
        ),
        *lines,
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


def _told_apart(
    account: BankAccount, command: ImportStatement, cause: Cause
) -> Iterator[LineMatched | LineSetAside]:
    """Each line against what is expected, or what an advice has said: every movement is used once."""
    expected, advised = dict(account.expected), dict(account.advised)
    for number, line in enumerate(command.lines):
        name = movement(line.reference, line.direction, line.amount_minor)
        if command.kind == "statement" and advised.get(name, 0):
            advised[name] -= 1
            yield _matched(account, command, number, line, "advised")
        elif expected.get(name, 0):
            expected[name] -= 1
            yield _matched(account, command, number, line, "expected")
        else:
            yield _set_aside(account, command, number, line, cause)


def _matched(
    account: BankAccount,
    command: ImportStatement,
    number: int,
    line: StatementLine,
    against: Literal["expected", "advised"],
) -> LineMatched:
    return LineMatched(
        account_id=account.account_id,
        statement_id=command.statement_id,
        kind=command.kind,
        line=number,
        against=against,
        currency=account.currency,
        amount_minor=line.amount_minor,
        direction=line.direction,
        reference=line.reference,
        value_date=line.value_date,
    )


def _set_aside(
    account: BankAccount, command: ImportStatement, number: int, line: StatementLine, cause: Cause
) -> LineSetAside:
    return LineSetAside(
        line_id=derived_id("BL", cause.partition, cause.offset, number),
        account_id=account.account_id,
        statement_id=command.statement_id,
        kind=command.kind,
        line=number,
        bank_id=account.bank_id,
        currency=account.currency,
        amount_minor=line.amount_minor,
        direction=line.direction,
        reference=line.reference,
        value_date=line.value_date,
    )
