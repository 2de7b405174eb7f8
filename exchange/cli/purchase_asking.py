"""What the commands of `purchase` have in common: the purchase that is meant, and how something is asked about it."""

from pathlib import Path
from typing import Any, NamedTuple

import click

from exchange.cli import completing
from exchange.cli.instruments import Shown, instrument_of
from exchange.cli.looking import row_soon
from exchange.kernel.errors import Misuse

a_trade = click.argument("trade", shell_complete=completing.in_tables("trades", "trade_id"))
grounds = click.option("--grounds", required=True, metavar="TEXT", help="Why.")


class Purchase(NamedTuple):
    """A purchase as the doors name one, and what its amounts are written with."""

    trade_id: str
    market_id: str
    shown: Shown


def found_purchase(data: Path, trade: str) -> Purchase:
    """A purchase that the tables know. Raises: Misuse if they do not."""
    shown = instrument_of(data, found_trade(data, trade)["instrument_id"])
    return Purchase(trade, shown.market_id, shown)


def found_trade(data: Path, trade: str) -> dict[str, Any]:
    """Its trade as the tables know it. Raises: Misuse if they do not."""
    row = row_soon(data, "trades", trade=trade)
    if row is None:
        raise Misuse(f"the tables have no trade {trade}; `exchange query trades` lists those there are")
    return row
