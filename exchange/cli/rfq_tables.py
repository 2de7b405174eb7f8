"""What the commands of `rfq` look up in the tables: in which market a quote or an award stands."""

from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.cli.options import opened
from exchange.kernel.errors import Misuse


def row_of(data: Path, what: str, name: str) -> dict[str, Any]:
    """A quote or an award, as the query of that name answers. Raises: Misuse if the tables have none."""
    from exchange.store import open_store
    from exchange.views.queries import run_query

    with closing(open_store(opened(data).store_url)) as store:
        rows = run_query(store, what, {what: name}).as_dicts()
    if not rows:
        raise Misuse(
            f"the tables have no {what} {name}; `exchange rfq board` and `exchange query awards` show them"
        )
    return rows[0]


def market_of(data: Path, what: str, name: str) -> str:
    """The id of the market in which it stands."""
    found: str = row_of(data, what, name)["market_id"]
    return found
