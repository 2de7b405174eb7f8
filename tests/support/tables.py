"""Databases with this version's tables, written down: making them anew takes half a second."""

from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.store import migrate, open_store


def with_tables(file: Path) -> str:
    """The URL of a new SQLite database in `file` that has every table, and nothing in them."""
    file.write_bytes(without_rows())
    return f"sqlite:///{file}"


@cache
def without_rows() -> bytes:
    """A database with all tables and nothing in them."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "empty.sqlite"
        with closing(open_store(f"sqlite:///{file}")) as store:
            migrate(store)
        return file.read_bytes()
