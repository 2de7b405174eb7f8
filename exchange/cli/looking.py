"""Named queries asked by commands themselves."""

import asyncio
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.cli.options import exchange_of, opened

_ROWS_MAX = 10_000
_SHOWN_WITHIN_S = 3.0
"""How long what was just asked for is waited for in the tables."""
_AGAIN_S = 0.1


def rows_of(path: Path, query: str, **given: str | None) -> list[dict[str, Any]]:
    """The rows of a named query over a node's tables, which may lag a moment; it works while the node is down.

    Shape: what is given as None is not asked for.
    Raises: Misuse if there is no node, or it has no tables yet; Unavailable if its database is out of reach.
    """
    from exchange.store import open_store
    from exchange.views.queries import run_query

    wanted = {name: value for name, value in given.items() if value is not None}
    with closing(open_store(opened(path).store_url)) as store:
        return list(run_query(store, query, wanted, _ROWS_MAX).as_dicts())


def row_soon(path: Path, query: str, **given: str) -> dict[str, Any] | None:
    """The one row of a named query; while the node is up it may be there a moment later only. None: there is none."""
    until = time.monotonic() + _SHOWN_WITHIN_S
    while not (rows := rows_of(path, query, **given)):
        if time.monotonic() > until or not is_up(path):
            return None
        time.sleep(_AGAIN_S)
    return rows[0]


def caught_up(path: Path) -> None:
    """Wait until a node's tables show all that lies in its journals now; of one that is down they do already.

    Raises: Unavailable if they do not within the deadline.
    """
    if not is_up(path):
        return

    async def wait() -> None:
        async with exchange_of(path) as exchange:
            await exchange.analyst().up_to_date()

    asyncio.run(wait())


def is_up(path: Path) -> bool:
    """Whether somebody may be writing to a node's tables."""
    node = opened(path)
    return node.identity.bootstrap_servers is not None or node.holder() is not None
