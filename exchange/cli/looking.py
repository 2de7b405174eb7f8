"""Named queries asked by commands themselves."""

from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.cli.options import opened

_ROWS_MAX = 10_000


def rows_of(path: Path, query: str, **given: str) -> list[dict[str, Any]]:
    """The rows of a named query over a node's tables, which may lag a moment; it works while the node is down.

    Raises: Misuse if there is no node, or it has no tables yet; Unavailable if its database is out of reach.
    """
    from exchange.store import open_store
    from exchange.views.queries import run_query

    with closing(open_store(opened(path).store_url)) as store:
        return list(run_query(store, query, given, _ROWS_MAX).as_dicts())
