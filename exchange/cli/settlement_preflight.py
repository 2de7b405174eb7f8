"""A bank's file held against the tables before any of it is sent: one with several statements is imported whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exchange.banking.errors import StatementsUnfit
from exchange.cli.looking import rows_of
from exchange.cli.settlement_asking import money

if TYPE_CHECKING:
    from exchange.settlement.statements.commands import ImportStatement


def refuse_unfit(data: Path, commands: "Sequence[ImportStatement]") -> None:
    """See that each of several parts fits; a single one the exchange itself looks at. Raises: StatementsUnfit."""
    if len(commands) < 2:
        return
    accounts = {row["account_id"]: row for row in rows_of(data, "bank_accounts")}
    balances = {name: row["balance_minor"] for name, row in accounts.items()}
    for command in left_of(data, commands):
        account = accounts.get(command.account_id)
        if account is None or account["currency"] != command.currency:
            raise StatementsUnfit(f"{_what(command)}: {_whose(account, command)}; nothing was imported")
        if command.kind == "statement":
            _see_balance(command, balances[command.account_id])
            balances[command.account_id] = command.closing_minor


def left_of(data: Path, commands: "Sequence[ImportStatement]") -> "list[ImportStatement]":
    """What was not imported before, as far as the tables show."""
    done = {
        (account, row["statement_id"], row["digest"])
        for account in {each.account_id for each in commands}
        for row in rows_of(data, "bank_statements", account=account)
    }
    return [each for each in commands if (each.account_id, each.statement_id, each.digest.hex()) not in done]


def _see_balance(command: "ImportStatement", before: int) -> None:
    opening = command.opening_minor
    if opening is not None and opening != before:
        opens, closed = money(opening, command.currency), money(before, command.currency)
        raise StatementsUnfit(
            f"{_what(command)}: it opens with {opens}, and the one before it closed with {closed};"
            " import what lies between first; nothing was imported"
        )


def _what(command: "ImportStatement") -> str:
    return f"{command.kind} {command.statement_id} of account {command.account_id}"


def _whose(account: dict[str, Any] | None, command: "ImportStatement") -> str:
    if account is None:
        return "no bank keeps money of the exchange in this account"
    return f"the account holds {account['currency']}, and this is of {command.currency}"
