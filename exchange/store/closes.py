"""Summaries of closed days as rows: what their files say, kept beside what they sum up."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from exchange.store.schema import LEDGER_CLOSES


class KeptClose(NamedTuple):
    """One ledger's summary of a day. Shape: `document` is canonical JSON, with its signature."""

    currency: str
    asset: str
    number: int
    day: str
    closed_at: int
    digest: str
    document: str


def kept_closes(connection: Connection) -> tuple[KeptClose, ...]:
    """Every one there is, by ledger and number."""
    query = select(LEDGER_CLOSES).order_by(*LEDGER_CLOSES.primary_key.columns)
    return tuple(KeptClose(*row) for row in connection.execute(query))


def keep_closes(connection: Connection, closes: Iterable[KeptClose]) -> None:
    """Keep new ones, all or none. Raises: InvariantBroken, by the driver's error, if one of a number is there."""
    connection.execute(insert(LEDGER_CLOSES), [each._asdict() for each in closes])
