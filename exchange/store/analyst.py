"""An analyst's own SQL, kept from changing anything by the database itself."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from psycopg import Error as PostgresError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exchange.kernel.errors import Misuse, Unavailable
from exchange.store.engine import STEPS_BETWEEN_LOOKS, Store
from exchange.store.errors import in_one_line, meaning

Table: TypeAlias = tuple[Sequence[str], Sequence[Sequence[Any]]]

_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def read_only(store: Store, sql: str, rows_max: int, timeout_s: int) -> Table:
    """Run one SELECT and fetch at most `rows_max` rows.

    Raises: Misuse with the database's own words in one line; Unavailable if it is out of reach.
    """
    statement = sql.strip().rstrip(";").strip()
    if not statement:
        raise Misuse("no SQL was given; write a SELECT")
    if "\0" in statement:
        raise Misuse("the SQL holds a NUL character")
    return (
        _in_sqlite(store, statement, rows_max, timeout_s)
        if store.is_sqlite
        else _in_postgres(store, statement, rows_max, timeout_s)
    )


def _in_sqlite(store: Store, sql: str, rows_max: int, timeout_s: int) -> Table:
    store.refuse_missing()
    path = Path(store.engine.url.database or "").absolute()
    deadline = time.monotonic() + timeout_s
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            connection.set_authorizer(_only_reads)
            connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
            cursor = connection.execute(sql)
            if cursor.description is None:
                raise Misuse("the SQL brings no rows; write a SELECT")
            return [column[0] for column in cursor.description], cursor.fetchmany(rows_max)
    except (sqlite3.Error, sqlite3.Warning) as error:
        if time.monotonic() > deadline:
            raise Misuse(f"the SQL took longer than {timeout_s} s; ask for less") from error
        raise _refusal(error, store.where) from error


def _only_reads(action: int, *about: str | None) -> int:
    # A function that loads code is the one that SELECT alone would let through.
    allowed = action in _READS and "load_extension" not in about
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _in_postgres(store: Store, sql: str, rows_max: int, timeout_s: int) -> Table:
    try:
        with store.engine.connect() as connection:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            # What a SELECT can leave in a session (a lock, a setting) must not reach the next one's.
            connection.detach()
            with connection.begin():
                connection.execute(text(f"SET LOCAL statement_timeout = '{timeout_s}s'"))
                # A server-side cursor takes SELECT and nothing else, and sends no more rows than are fetched.
                options = {"stream_results": True, "max_row_buffer": rows_max, "no_parameters": True}
                result = connection.exec_driver_sql(sql, execution_options=options)
                return tuple(result.keys()), result.fetchmany(rows_max)
    except DBAPIError as error:
        raise _refusal(error.orig, store.where) from error
    except PoolTimeout as error:
        raise Unavailable(f"database {store.where}: every connection is busy") from error


def _refusal(error: BaseException | None, where: str) -> Misuse | Unavailable:
    meant = meaning(error, where)
    overdue = isinstance(error, PostgresError) and error.sqlstate == "57014"
    if isinstance(meant, Unavailable) and not overdue:
        return meant
    said = in_one_line(error)
    if getattr(error, "sqlite_errorname", "") in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
        return Misuse(f"database {where}: {said}; check the file, or `exchange rebuild` after moving it away")
    return Misuse(f"the database says: {said}")
