"""Copying a SQLite database while others write to it, and an address without its secret."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from exchange.kernel.errors import InvariantBroken
from exchange.store.engine import Store
from exchange.store.errors import translated


def copy_sqlite(store: Store, file: Path) -> None:
    """Write the whole database, as it is at one moment, into a new file.

    Raises: Unavailable if there is no room.
    """
    with (
        translated(store.where),
        store.engine.connect() as connection,
        closing(sqlite3.connect(file)) as copy,
    ):
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise InvariantBroken(f"{store.where} is no SQLite database")
        source.backup(copy)
        # The copy is read as one file: nothing of it may lie in another beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


def without_password(url: str) -> str:
    """The database's address for a file that travels."""
    parsed = make_url(url).set(password=None).difference_update_query(("password", "sslpassword"))
    return parsed.render_as_string(hide_password=False)
