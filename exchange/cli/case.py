"""`case`: what waits for people, from a terminal: seen, ruled on, taken back, appealed."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.boards import tell_one, tell_rows
from exchange.cli.case_ruling import a_case, appeal, rule, withdraw
from exchange.cli.looking import row_soon, rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.kernel.errors import Misuse

_PARTS = ("case_decisions", "case_answers", "case_rulings", "case_effects")


@click.group(
    epilog=example(
        "exchange case list",
        "exchange case show RC-0.12.0",
        "exchange case appeal RC-0.12.0 --as BU-SG-01 --grounds Consent.",
    )
)
def case() -> None:
    """See what the fence left to people; rule on it, or appeal.

    A panel of the counter has one member of each constituency. What it lifts passes until a time; nothing moves before
    it has ruled.
    """


@case.command(name="list", epilog=example("exchange case list --overdue"))
@data
@click.option(
    "--participant",
    metavar="ID",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Only of this buyer or seller.",
)
@click.option("--overdue", is_flag=True, help="Only those that the counter has not ruled on in time.")
@click.option("--all", "every", is_flag=True, help="Those that were ruled on, too.")
@as_json
def list_all(data: Path, participant: str | None, overdue: bool, every: bool, as_json: bool) -> None:
    """List cases that wait for a panel, the one due first on top.

    It works while the node is down.
    """
    state = "all" if every else "overdue" if overdue else "waiting"
    given = {"state": state, "participant": participant}
    rows = rows_of(data, "review_cases", **given)
    if as_json:
        print_json(rows)
    else:
        tell_rows([_short(row) for row in rows], "No case waits for a panel." if not every else "No case.")


@case.command(epilog=example("exchange case show RC-0.12.0"))
@a_case
@data
@as_json
def show(case: str, data: Path, as_json: bool) -> None:
    """Show a case: the decisions it is about, and what panels ruled.

    It works while the node is down.
    """
    found = row_soon(data, "review_case", case=case)
    if found is None:
        raise Misuse(f"the tables have no case {case}; `exchange case list --all` lists those there are")
    parts: dict[str, list[dict[str, Any]]] = {name: rows_of(data, name, case=case) for name in _PARTS}
    if as_json:
        print_json({"case": found, **{name.removeprefix("case_"): rows for name, rows in parts.items()}})
        return
    tell_one("case", {name: cell for name, cell in found.items() if name not in ("partition", "seq")})
    for name, rows in parts.items():
        if rows:
            click.echo(f"\n{name.removeprefix('case_')}")
            tell_rows([_short(row) for row in rows], "")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what says nothing: what it is of, and what is empty in bond or in a market."""
    return {name: cell for name, cell in row.items() if cell not in ("", "[]")}


for each in (rule, withdraw, appeal):
    case.add_command(each)
