"""Columns as views spell them: text, counts, money, times. Nothing is null unless it says so."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Index, Table, false, true

from exchange.kernel.bases import Names
from exchange.store.schema import METADATA, TEXT

_json = msgspec.json.Encoder(order="deterministic")


def text(
    column: str,
    *,
    key: bool = False,
    null: bool = False,
    default: str | None = None,
    comment: str | None = None,
) -> Column[str]:
    """An id, a word, a digest in hex, what a participant wrote, or a JSON document."""
    return Column(column, TEXT, primary_key=key, nullable=null, server_default=default, comment=comment)


def count(
    column: str,
    *,
    key: bool = False,
    null: bool = False,
    default: int | None = None,
    comment: str | None = None,
) -> Column[int]:
    """A whole number: of things, of minor units (`*_minor`), or of microseconds since the epoch (`at`, `*_at`)."""
    start = None if default is None else str(default)
    return Column(
        column,
        BigInteger,
        primary_key=key,
        autoincrement=False,
        nullable=null,
        server_default=start,
        comment=comment,
    )


def flag(
    column: str, *, null: bool = False, default: bool | None = None, comment: str | None = None
) -> Column[bool]:
    """Yes or no."""
    start = None if default is None else true() if default else false()
    return Column(column, Boolean, nullable=null, server_default=start, comment=comment)


def table(
    title: str,
    comment: str,
    *columns: Any,
    indexes: Iterable[tuple[str, ...]] = (),
    clustered: bool = False,
) -> Table:
    """A table of a view, with an index for each tuple of columns.

    Shape: `clustered` keeps the rows inside the primary key's own tree in SQLite, which suits narrow rows.
    """
    made = Table(title, METADATA, *columns, comment=comment, sqlite_with_rowid=not clustered)
    for each in indexes:
        Index(None, *(made.columns[column] for column in each))
    return made


def as_json(value: Any) -> str:
    """Canonical JSON of a value: keys in order, bytes as base64, no spaces."""
    return _json.encode(value).decode()


def as_json_list(names: Names) -> str:
    """A list of names as a JSON array."""
    return as_json(list(names))
