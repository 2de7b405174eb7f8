"""What the commands of `pool` have in common: the pool that is meant, and the line it is for."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.instruments import Shown, instrument_of
from exchange.cli.looking import row_soon
from exchange.kernel.errors import Misuse

MBPS = click.IntRange(1, 10**7)
a_pool = click.argument("pool", shell_complete=completing.in_tables("pools", "pool_id"))


def found_pool(data: Path, pool: str) -> tuple[dict[str, Any], Shown]:
    """The pool as the tables know it, and what it sells. Raises: Misuse if they do not."""
    row = row_soon(data, "pools", pool=pool)
    if row is None:
        raise Misuse(f"the tables have no pool {pool}; `exchange pool show` lists those there are")
    return row, instrument_of(data, row["instrument_id"])


def found_share(data: Path, share: str) -> dict[str, Any]:
    """A share as the tables know it. Raises: Misuse if they do not."""
    row = row_soon(data, "pool_shares", share=share)
    if row is None:
        raise Misuse(f"the tables have no share {share}; `exchange pool show POOL` lists those of a pool")
    return row
