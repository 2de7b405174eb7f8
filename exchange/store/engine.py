"""Opening a database: SQLite in a file, or PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from exchange.kernel.errors import Misuse
from exchange.store.errors import translated

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for the one before it."""
CONNECT_TIMEOUT_S = 10
STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's machine, between two looks at whether a statement has taken too long."""
_READING = "corridor_reading"


class _HintedSqlite(SQLiteCompiler):
    """SQLite may be told which index to use: a statement's hint stands behind its table, as `INDEXED BY name`."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


@dataclass(frozen=True, slots=True)
class Store:
    """A database, and how to speak to it. Made by `open_store`; safe to share between threads."""

    engine: Engine
    where: str

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite; if not, it is PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes: committed at the end of the block, rolled back when it raises.

        Raises: Unavailable, Misuse or InvariantBroken for what the driver raises inside.
        """
        with translated(self.where), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, timeout_s: int | None = None) -> Iterator[Connection]:
        """A transaction that only reads, all of it at one moment, and holds up no writer.

        Raises: Unavailable if a statement of it takes longer than `timeout_s`.
        """
        options: dict[str, Any] = {_READING: True}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with translated(self.where), self.engine.connect() as connection:
            connection = connection.execution_options(**options)
            with connection.begin(), _limited(connection, timeout_s):
                yield connection

    def refuse_missing(self) -> None:
        """Refuse a SQLite file that is not there, which only looking at it would make, empty.

        Raises: Misuse.
        """
        if self.is_sqlite and not Path(self.engine.url.database or "").absolute().exists():
            raise Misuse(
                f"database {self.where} has not been made yet; `exchange up` makes it and its tables"
            )

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _limited(connection: Connection, timeout_s: int | None) -> Iterator[None]:
    """Have the database itself end what takes too long."""
    if timeout_s is None:
        yield
    elif connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{timeout_s}s'")
        yield
    else:
        driver: Any = connection.connection.driver_connection
        ends_at = time.monotonic() + timeout_s
        driver.set_progress_handler(lambda: time.monotonic() > ends_at, STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)


def open_store(url: str) -> Store:
    """Open `sqlite:///path/to/file` or `postgresql+psycopg://user@host/database`, connecting when first needed.

    Raises: Misuse if the URL is of another kind or names no place to keep a file in.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "corridor"},
    )
    return Store(engine, _shown(parsed))


def _parsed(url: str) -> URL:
    wanted = "use sqlite:///path/to/file or postgresql+psycopg://user@host/database"
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # The text itself is not repeated: it may hold a password.
        raise Misuse(f"the database URL cannot be read; {wanted}") from error
    if backend not in ("sqlite", "postgresql"):
        raise Misuse(f"a {backend} database is not supported; {wanted}")
    return parsed


def _shown(parsed: URL) -> str:
    """The URL as messages may show it."""
    return parsed.difference_update_query(("password", "sslpassword")).render_as_string(hide_password=True)


def _open_sqlite(parsed: URL) -> Store:
    name = parsed.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        raise Misuse(
            "a SQLite database has to be a file that several connections share: sqlite:///path/to/file"
        )
    if not Path(name).absolute().parent.is_dir():
        raise Misuse(
            f"database sqlite:///{name}: the directory {Path(name).parent} is missing; create it first"
        )
    engine = create_engine(
        parsed.set(drivername="sqlite+pysqlite"), connect_args={"check_same_thread": False}
    )
    engine.dialect.statement_compiler = _HintedSqlite
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine, _shown(parsed))


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver's own transactions begin too late to be immediate; `_begin_sqlite` begins them instead.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    # With WAL, NORMAL keeps the file whole through a power cut and may lose the last transactions: rows and
    # positions go together, so a reader only takes up again from where the file says it was.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: one that upgrades later may fail without waiting.
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
