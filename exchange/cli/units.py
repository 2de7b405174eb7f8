"""`plan`: selling by a price plan, and buying, metering and topping up units of it, from a terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.boards import tell_rows
from exchange.cli.instruments import instrument_of
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.cli.tiers import told
from exchange.cli.units_buying import buy, top_up, usage
from exchange.cli.units_pricing import announce, set_plan

_TIERS = ("tiers", "announced_tiers")
_HIDDEN = ("seller_id", "changed_at")


@click.group(
    epilog=example(
        "exchange plan set L-0.30.0 --as SE-CN-02 --counts calls --unit call \\",
        "    --model graduated --tier 0=0.035 --tier 100000=0.028",
        "exchange plan buy L-0.30.0 150000 --as BU-JP-01 --purpose trade --place JP",
    )
)
def plan() -> None:
    """Sell by a price plan; buy units of it: seats, calls, gigabytes.

    Unit prices are written in the currency, with up to six decimals (0.035). What renews by periods is subscribed to:
    `exchange subscription`. `exchange query prepaid_balances` shows what is left, `units_bought` each purchase.
    """


@plan.command(epilog=example("exchange plan show", "exchange plan show L-0.30.0"))
@click.argument(
    "instrument", required=False, shell_complete=completing.in_tables("instruments", "instrument_id")
)
@data
@as_json
def show(instrument: str | None, data: Path, as_json: bool) -> None:
    """Show the plans in force, or one instrument's.

    Prices are for one unit, with --json in millionths. It works while the node is down.
    """
    if instrument is None:
        rows = [row for row in rows_of(data, "price_plans") if row["state"] == "in_force"]
        otherwise = "No price plan is in force; `exchange plan set` sets one."
    else:
        rows = rows_of(data, "price_plans", instrument=instrument_of(data, instrument).instrument_id)
        otherwise = f"{instrument} has no price plan; its seller sets one with `exchange plan set`."
    if as_json:
        print_json(rows)
    else:
        tell_rows([_readable(row) for row in rows], otherwise)


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: told(cell) if name in _TIERS and cell is not None else cell
        for name, cell in row.items()
        if name not in _HIDDEN
    }


for each in (set_plan, announce, buy, top_up, usage):
    plan.add_command(each)
