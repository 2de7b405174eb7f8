"""`consignment`: bonded processing from a terminal: what is in the zones, what is done with it, what leaves."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import (
    completing,
    consignment_deleting,
    consignment_fencing,
    consignment_leaving,
    consignment_persons,
    consignment_sessions,
    consignment_volumes,
    consignment_working,
)
from exchange.cli.consignment_reading import show_rows, table
from exchange.cli.options import as_json, data, example, print_json


@click.group(
    epilog=example(
        "exchange consignment list",
        "exchange consignment show C-0.12.0",
        "exchange consignment write-off C-0.12.0 --as PR-CN-01",
    )
)
def consignment() -> None:
    """Process data from abroad in bond, and account for every item of it."""


@consignment.command(name="list", epilog=example("exchange consignment list --json"))
@data
@as_json
def list_all(data: Path, as_json: bool) -> None:
    """List consignments: how far each has come, and what is on hand.

    It works while the node is down.
    """
    show_rows(data, "consignments", "No consignment has come in.", as_json)


@consignment.command(epilog=example("exchange consignment show C-0.12.0"))
@click.argument("consignment_id", shell_complete=completing.in_tables("consignments", "consignment_id"))
@data
@as_json
def show(consignment_id: str, data: Path, as_json: bool) -> None:
    """Show a consignment's account, how often it was counted, and what became of its items.

    It works while the node is down.
    """
    from exchange.cli.consignment_reading import row_of
    from exchange.cli.looking import rows_of

    found = {"consignment": row_of(data, "consignments", "consignment_id", consignment_id)}
    about = ("consignment_balance", "balance_counts", "item_moves", "deletions")
    parts: dict[str, list[dict[str, Any]]] = {
        name: rows_of(data, name, consignment=consignment_id) for name in about
    }
    if as_json:
        print_json({**found, **parts})
        return
    table([found["consignment"]])
    for name in about:
        if parts[name]:
            click.echo(f"\n{name.replace('_', ' ')}")
            table([_short(row) for row in parts[name]])


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is too long for a terminal."""
    return {name: value for name, value in row.items() if name != "credential"}


for each in (
    *consignment_working.COMMANDS,
    *consignment_leaving.COMMANDS,
    *consignment_deleting.COMMANDS,
    consignment_volumes.offer,
    consignment_persons.persons,
    consignment_sessions.session,
    consignment_volumes.volume,
    consignment_fencing.fence,
):
    consignment.add_command(each)
