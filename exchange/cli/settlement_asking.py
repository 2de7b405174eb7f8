"""What the commands of `settlement` have in common: what they are about, and how it is asked at a door of the SDK."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.boards import tell_rows
from exchange.cli.looking import row_soon, rows_of
from exchange.cli.options import print_json
from exchange.kernel.errors import Misuse

a_set = click.argument("set_id", metavar="SET", shell_complete=completing.in_tables("payouts", "set_id"))
a_line = click.argument("line_id", metavar="LINE", shell_complete=completing.in_tables("suspense", "line_id"))
grounds = click.option("--grounds", required=True, metavar="TEXT", help="Why.")
a_participant = click.option(
    "--participant",
    metavar="ID",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Only this one's.",
)


def minor_of(amount: str, currency: str) -> int:
    """An amount as it was typed, in minor units. Raises: Misuse if it is none, or finer than the currency."""
    from exchange.kernel.price import minor_of as read

    return read(amount, currency)


def basis_points(percent: str) -> int:
    """A percentage in hundredths of a percent. Raises: Misuse if it is none, or finer."""
    whole, _, rest = percent.partition(".")
    if not (whole.isdecimal() and (not rest or rest.isdecimal())) or rest[2:].strip("0"):
        raise Misuse(f"{percent} is no percentage; write one like 30 or 12.5, with two decimals at most")
    return int(whole) * 100 + int(rest[:2].ljust(2, "0"))


def money(minor: int, currency: str) -> str:
    """An amount for people."""
    from exchange.kernel.money import format_minor

    return format_minor(minor, currency)


def and_money(minor: int, currency: str, what: str) -> str:
    """What a line adds about an amount, where there is one: `; 3.00 CNY of it pays what it owed`."""
    return f"; {money(minor, currency)} {what}" if minor else ""


def found_set(data: Path, set_id: str) -> dict[str, Any]:
    """A net set that the tables know. Raises: Misuse if they do not."""
    row = row_soon(data, "payouts", set=set_id)
    if row is None:
        raise Misuse(f"the tables have no net set {set_id}; `exchange settlement sets` lists those there are")
    return row


def show_rows(
    data: Path, query: str, nothing: str, as_json: bool, hidden: str = "", **given: str | None
) -> None:
    """Print the rows of a named query, or that there are none. Shape: `hidden` columns are for programs only."""
    rows = rows_of(data, query, **given)
    if as_json:
        print_json(rows)
        return
    left_out = {"seq", *hidden.split()}
    tell_rows([{name: cell for name, cell in row.items() if name not in left_out} for row in rows], nothing)
