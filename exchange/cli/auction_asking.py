"""What the commands of `auction` have in common: the auction that is meant."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.options import opened
from exchange.kernel.errors import Misuse

TICKS = click.IntRange(1, 10**12)
an_auction = click.argument("auction", shell_complete=completing.in_tables("auctions", "auction_id"))


def found_auction(data: Path, auction: str) -> dict[str, Any]:
    """The auction as the tables know it. Raises: Misuse if they do not."""
    from exchange.store import open_store
    from exchange.views.queries import run_query

    with closing(open_store(opened(data).store_url)) as store:
        rows = run_query(store, "auctions", {"auction": auction}).as_dicts()
    if not rows:
        raise no_auction(auction)
    return rows[0]


def no_auction(auction: str) -> Misuse:
    """That the tables do not know an auction."""
    return Misuse(f"the tables have no auction {auction}; `exchange query auctions` lists those there are")
