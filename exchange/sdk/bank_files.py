"""Files of banks and what the settlement says of them: a payment file out of its fact, a statement as commands."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from exchange.banking.errors import AccountForeign
from exchange.banking.statements import read_statements
from exchange.banking.transfers import message_id_of, write_transfers
from exchange.banking.values import BankAccount, BankStatement, Payment, PaymentSet
from exchange.banking.values import StatementLine as BankLine
from exchange.kernel.bases import Fact
from exchange.settlement.files.facts import OrderedPayment, PaymentFileIssued
from exchange.settlement.statements.commands import LINES_MAX, ImportStatement, StatementLine

_BYTES_MAX: Final = 48 * 1024
"""Lines of one command: well below what one may take."""
_GROUNDS_MAX: Final = 100


class PaymentFile(NamedTuple):
    """A payment file: the fact that says what is in it, when that was, the message's id, and the file (pain.001)."""

    issued: PaymentFileIssued
    at: int
    message_id: str
    content: bytes

    @property
    def file_id(self) -> str:
        """What it is called."""
        return self.issued.file_id

    @property
    def amount_minor(self) -> int:
        """What it pays in all."""
        return sum(each.amount_minor for each in self.issued.payments)


class ImportedPart(NamedTuple):
    """What came of one command of a file. Shape: one that was imported before is `repeated`, and brought no facts."""

    command: ImportStatement
    repeated: bool
    facts: tuple[Fact, ...] = ()


def payment_file(issued: PaymentFileIssued, at: int) -> PaymentFile:
    """The file that a bank is sent: the same bytes however often it is made. Raises: DocumentRefused; SchemaMissing."""
    wanted = PaymentSet(
        set_id=issued.file_id,
        created_at=at,
        value_date=issued.value_date,
        currency=issued.currency,
        debtor=BankAccount(holder=issued.holder, account_id=issued.account_id, bic=issued.bic),
        payments=tuple(_payment(each, issued.value_date) for each in issued.payments),
    )
    return PaymentFile(issued, at, message_id_of(wanted), write_transfers(wanted))


def statements_in(content: bytes, name: str) -> tuple[ImportStatement, ...]:
    """A camt.053 or camt.054 as commands, in order. Raises: DocumentRefused, a class for each cause; SchemaMissing."""
    found = read_statements(content, name)
    return tuple(command for each in found for command in _commands(each, name))


def _payment(ordered: OrderedPayment, value_date: str) -> Payment:
    return Payment(
        end_to_end_id=ordered.set_id,
        creditor=BankAccount(holder=ordered.holder, account_id=ordered.account_number, bic=ordered.bic),
        amount_minor=ordered.amount_minor,
        remittance=f"Payout {ordered.set_id} of {value_date}",
    )


def _commands(statement: BankStatement, name: str) -> Iterator[ImportStatement]:
    """One command, or several with a balance between them where it has more lines than one may have."""
    parts = list(_parts([line for line in statement.lines if line.amount_minor])) or [[]]
    balance = statement.opening_minor
    for number, lines in enumerate(parts, start=1):
        before = balance
        if balance is not None:
            balance += sum(
                each.amount_minor if each.direction == "credit" else -each.amount_minor for each in lines
            )
        place = "" if len(parts) == 1 else f"/{number}-of-{len(parts)}"
        command = ImportStatement(
            account_id=statement.account_id,
            statement_id=f"{statement.statement_id}{place}",
            currency=statement.currency,
            digest=statement.digest,
            lines=tuple(lines),
            kind=statement.kind,
            opening_minor=before,
            closing_minor=balance,
        )
        yield _checked(command, name)


def _parts(lines: Sequence[BankLine]) -> Iterator[list[StatementLine]]:
    part, size = list[StatementLine](), 0
    for line in lines:
        told = StatementLine(
            reference=line.reference,
            amount_minor=line.amount_minor,
            direction=line.direction,
            value_date=line.value_date,
            grounds=line.returned_for[:_GROUNDS_MAX],
        )
        bytes_more = len(msgspec.json.encode(told))
        if part and (len(part) == LINES_MAX or size + bytes_more > _BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(told)
        size += bytes_more
    if part:
        yield part


def _checked(command: ImportStatement, name: str) -> ImportStatement:
    """The command, if its account can be one of the exchange's."""
    try:
        plain = msgspec.to_builtins(command, builtin_types=(bytes,))
        return msgspec.convert(plain, ImportStatement)
    except msgspec.ValidationError as error:
        raise AccountForeign(
            f"{name}, {command.kind} {command.statement_id} of account {command.account_id} cannot be one of the"
            f" exchange's ({error}); see whose it is"
        ) from error
