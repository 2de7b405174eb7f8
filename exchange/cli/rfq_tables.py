"""What the commands of `rfq` look up in the tables: requests, quotes and awards, and in which market they stand."""

from pathlib import Path
from typing import Any

from exchange.cli.looking import row_soon
from exchange.kernel.errors import Misuse


def row_of(data: Path, what: str, name: str) -> dict[str, Any]:
    """A quote or an award, as the query of that name answers. Raises: Misuse if the tables have none."""
    row = row_soon(data, what, **{what: name})
    if row is None:
        raise Misuse(
            f"the tables have no {what} {name}; `exchange rfq board` and `exchange query awards` show them"
        )
    return row


def see_request(data: Path, request: str) -> None:
    """Raises: Misuse if the tables have no such request."""
    if row_soon(data, "rfq_board", request=request, state="all") is None:
        raise Misuse(f"the tables have no request {request}; `exchange rfq board` shows those that are open")


def market_of(data: Path, what: str, name: str) -> str:
    """The id of the market in which it stands."""
    found: str = row_of(data, what, name)["market_id"]
    return found
