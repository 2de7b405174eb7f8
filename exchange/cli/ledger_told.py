"""What the ledger answers, as people read it."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exchange.views.queries import Rows

_LEDGER = ("currency", "asset")
_ACCOUNT = ("account", "account_name", "party", *_LEDGER)
_LINES = ("at", "entry", "fact", "subject", "other_account", "other_party")


def tell_trial_balance(rows: "Rows") -> None:
    """A table for each ledger, and whether it balances."""
    if not rows.rows:
        click.echo("Nothing has been posted by then.")
    for number, (ledger, found) in enumerate(_by(rows, _LEDGER)):
        shown = ("account", "account_name", "debit_minor", "credit_minor", "balance_minor")
        _heading(number, _asset(*ledger))
        _table(shown, found)
        debit, credit = (sum(row[f"{side}_minor"] for row in found) for side in ("debit", "credit"))
        balanced = debit == credit
        mark, said = ("✓", "equal") if balanced else ("✗", "NOT equal: `exchange ledger verify` says where")
        totals = " and ".join(_amount(each, ledger[0]) for each in (debit, credit))
        click.echo(f"{mark} Debits and credits, {totals}, are {said}.")


def tell_accounts(rows: "Rows") -> None:
    """A table for each ledger."""
    if not rows.rows:
        click.echo("Nothing has been posted to it by then.")
    for number, (ledger, found) in enumerate(_by(rows, _LEDGER)):
        _heading(number, _asset(*ledger))
        _table(
            ("account", "account_name", "party", "debit_minor", "credit_minor", "balance_minor"),
            found,
        )


def tell_statement(party: str, rows: "Rows") -> None:
    """A table for each account, from its opening to its closing balance."""
    if not rows.rows:
        click.echo(f"Nothing was posted to {party} by then.")
    for number, (key, found) in enumerate(_by(rows, _ACCOUNT)):
        account, name, whose, currency, asset = key
        _heading(number, f"{account} {name}, {whose}, {_asset(currency, asset)}")
        _table(
            (*_LINES, "debit_minor", "credit_minor", "balance_minor"),
            [row | {"fact": row["fact"] or f"{row['kind']} balance"} for row in found],
        )


def tell_entries(name: str, rows: "Rows") -> None:
    """A table for each entry, under the fact it comes from."""
    from exchange.kernel.time import iso

    if not rows.rows:
        click.echo(
            f"No entry comes from a fact {name}, nor is about it; a fact that moves no money has none."
        )
    for number, (key, found) in enumerate(_by(rows, ("entry", "fact", "subject", "at", "cause"))):
        entry, fact, subject, at, cause = key
        _heading(number, f"{entry} {fact} {subject}, {iso(at)}, by the command at offset {cause}")
        sides = [f"{side}_{part}" for side in ("debit", "credit") for part in ("account", "name", "party")]
        _table((*sides, "currency", "asset", "amount_minor"), found)


def tell_chart(rows: "Rows") -> None:
    """The chart as a table."""
    _table(rows.columns, rows.as_dicts())


def _by(rows: "Rows", names: Sequence[str]) -> list[tuple[tuple[Any, ...], list[dict[str, Any]]]]:
    found = groupby(rows.as_dicts(), key=lambda row: tuple(row[name] for name in names))
    return [(key, list(of_it)) for key, of_it in found]


def _heading(number: int, text: str) -> None:
    click.echo(("\n" if number else "") + click.style(text, bold=True))


def _table(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Amounts are in their currency; a column of it is needed for that, and shown only where it is asked for."""
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    known = ("currency", *names) if "currency" in rows[0] and "currency" not in names else tuple(names)
    columns, cells = readable_rows(known, [[row[name] for name in known] for row in rows])
    first = len(known) - len(names)
    click.echo("\n".join(grid.shown(columns[first:], [row[first:] for row in cells])))


def _asset(currency: str, asset: str) -> str:
    return currency if asset == currency else f"{currency} as {asset}"


def _amount(minor: int, currency: str) -> str:
    from exchange.kernel.money import format_minor

    return format_minor(minor, currency)
