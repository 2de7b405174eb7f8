"""camt.053 and camt.054 read: what a bank says of its accounts, as plain values, or why it cannot be believed."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from exchange.banking.entries import BOOKED, lines_of, status_of
from exchange.banking.errors import BalanceMissing, BalancesDisagree, CurrencyDiffers
from exchange.banking.messages import ADVICE, STATEMENT, all_at, first_at, message_of, text_at
from exchange.banking.values import BankStatement, StatementLine
from exchange.documents.amounts import BALANCE_MAX, exponent_of, minor_of
from exchange.documents.errors import VersionUnknown
from exchange.kernel.money import format_minor

if TYPE_CHECKING:
    from lxml.etree import _Element

_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def read_statements(content: bytes, name: str) -> tuple[BankStatement, ...]:
    """Every statement or advice of a file, in its order; all of them, or none.

    Raises: DocumentRefused, a class for each cause; SchemaMissing. Shape: `name` is what errors call the file.
    """
    kind, root = message_of(content, name)
    digest = sha256(content).digest()
    if kind == STATEMENT:
        return tuple(_statement(each, digest, name) for each in all_at(root, "BkToCstmrStmt/Stmt"))
    if kind == ADVICE:
        return tuple(_advice(each, digest, name) for each in all_at(root, "BkToCstmrDbtCdtNtfctn/Ntfctn"))
    raise VersionUnknown(f"{name} is a {kind}, not from a bank; name a file of {STATEMENT} or {ADVICE}")


def _statement(element: "_Element", digest: bytes, name: str) -> BankStatement:
    said = _told(element, "statement", digest, name)
    where = f"{name}, statement {said.statement_id}"
    opening = _balance(element, _OPENING, "opening", said.currency, where)
    closing = _balance(element, _CLOSING, "closing", said.currency, where)
    _see_balances(opening, closing, said.lines, said.currency, where)
    return replace(said, opening_minor=opening, closing_minor=closing)


def _advice(element: "_Element", digest: bytes, name: str) -> BankStatement:
    return _told(element, "advice", digest, name)


def _told(
    element: "_Element", kind: Literal["statement", "advice"], digest: bytes, name: str
) -> BankStatement:
    """What statements and advices both say."""
    statement_id = text_at(element, "Id")
    where = f"{name}, {kind} {statement_id}"
    currency = _currency(element, where)
    lines, not_booked = _lines(element, currency, where)
    return BankStatement(
        kind=kind,
        message_id=_message_id(element),
        statement_id=statement_id,
        account_id=_account(element),
        currency=currency,
        digest=digest,
        lines=lines,
        not_booked=not_booked,
    )


def _message_id(element: "_Element") -> str:
    parent = element.getparent()
    return "" if parent is None else text_at(parent, "GrpHdr/MsgId")


def _account(element: "_Element") -> str:
    return text_at(element, "Acct/Id/IBAN") or text_at(element, "Acct/Id/Othr/Id")


def _currency(element: "_Element", where: str) -> str:
    """That of the account; where it says none, that of the first amount."""
    found = text_at(element, "Acct/Ccy")
    if not found:
        amounts = [first_at(element, path) for path in ("Bal/Amt", "Ntry/Amt")]
        found = next((str(each.get("Ccy")) for each in amounts if each is not None), "")
    exponent_of(found, where)
    return found


def _lines(element: "_Element", currency: str, where: str) -> tuple[tuple[StatementLine, ...], int]:
    entries = all_at(element, "Ntry")
    booked = [each for each in entries if status_of(each) == BOOKED]
    lines = (
        line
        for place, each in enumerate(booked, start=1)
        for line in lines_of(each, currency, f"{where}, booked entry {place}")
    )
    return tuple(lines), len(entries) - len(booked)


def _balance(element: "_Element", codes: Sequence[str], said: str, currency: str, where: str) -> int:
    """The balance of the first of `codes` that there is. Raises: BalanceMissing, CurrencyDiffers."""
    found = {text_at(each, "Tp/CdOrPrtry/Cd"): each for each in reversed(all_at(element, "Bal"))}
    balance = next((found[code] for code in codes if code in found), None)
    amount = None if balance is None else first_at(balance, "Amt")
    if balance is None or amount is None:
        raise BalanceMissing(
            f"{where} has no {said} balance ({' or '.join(codes)}); ask the bank for the whole statement"
        )
    if amount.get("Ccy") != currency:
        raise CurrencyDiffers(
            f"{where}: the {said} balance is in {amount.get('Ccy')} and the account in {currency}; "
            "have the bank say one of both"
        )
    minor = minor_of(amount.text or "", currency, f"{where}, {said} balance", largest=BALANCE_MAX)
    return minor if text_at(balance, "CdtDbtInd") == "CRDT" else -minor


def _see_balances(
    opening: int, closing: int, lines: Sequence[StatementLine], currency: str, where: str
) -> None:
    moved = sum(each.amount_minor if each.direction == "credit" else -each.amount_minor for each in lines)
    if opening + moved != closing:
        told = [format_minor(each, currency) for each in (opening, moved, closing, closing - opening - moved)]
        raise BalancesDisagree(
            f"{where}: it opens with {told[0]}, its lines move {told[1]} and it closes with {told[2]}, "
            f"{told[3]} apart; ask the bank for the lines that are missing"
        )
