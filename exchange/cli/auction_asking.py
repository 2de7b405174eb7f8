"""What the commands of `auction` have in common: the auction that is meant, and what its prices are written with."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.instruments import Shown, instrument_of
from exchange.cli.looking import row_soon
from exchange.kernel.errors import Misuse

an_auction = click.argument("auction", shell_complete=completing.in_tables("auctions", "auction_id"))


def found_auction(data: Path, auction: str) -> tuple[dict[str, Any], Shown]:
    """The auction as the tables know it, and what it sells. Raises: Misuse if they do not."""
    row = row_soon(data, "auctions", auction=auction)
    if row is None:
        raise Misuse(f"the tables have no auction {auction}; `exchange query auctions` lists those there are")
    return row, instrument_of(data, row["instrument_id"])
