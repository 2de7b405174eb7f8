"""The tables as text that is the same wherever the same facts were projected, and emptying them."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, delete, select, text

from exchange.store import Store
from exchange.store.progress import forget_view_positions, of_views
from exchange.store.schema import PROGRESS
from exchange.views import VIEWS

_ROWS_AT_ONCE = 1_000
_encode = msgspec.json.Encoder().encode


def view_tables() -> tuple[Table, ...]:
    """Every table of every view, by name."""
    return tuple(sorted((table for view in VIEWS for table in view.tables), key=lambda table: table.name))


def dump(store: Store) -> Iterator[str]:
    """Every row of every view, then the views' positions, as lines of JSON.

    Shape: tables by name, rows by primary key, columns in the table's order; all of one moment. SQLite and
    PostgreSQL give the same lines for the same facts.
    """
    with store.reading() as connection:
        for table in view_tables():
            yield from lines(connection, table, select(table))
        yield from lines(connection, PROGRESS, select(PROGRESS).where(of_views()))


def dump_digest(store: Store) -> str:
    """BLAKE2b-256 over the dump, in hex."""
    digest = blake2b(digest_size=32)
    for line in dump(store):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def wipe(store: Store) -> None:
    """Empty every view and put its readers back to the beginning; snapshots and other readers stay as they are."""
    tables = view_tables()
    with store.begin() as connection:
        if store.is_sqlite:
            for table in tables:
                connection.execute(delete(table))
        else:
            connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        forget_view_positions(connection)


def lines(connection: Connection, table: Table, rows: Select[Any]) -> Iterator[str]:
    """Rows of a table, by primary key, as lines of JSON."""
    ordered = rows.order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS_AT_ONCE)
    name = f"{table.name}"  # a plain str, which SQLAlchemy's own kind of name is not
    for row in connection.execute(ordered).mappings():
        yield _encode({"table": name, "row": dict(row)}).decode()
