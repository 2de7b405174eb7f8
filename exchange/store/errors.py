"""What a database driver raises, said in the exchange's own errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SqliteError

from psycopg import Error as PostgresError
from psycopg import InterfaceError, OperationalError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exchange.kernel.errors import (
    DiskFull,
    ExchangeError,
    InvariantBroken,
    Misuse,
    NotWritable,
    Unavailable,
)

_SQLITE_WAIT = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_CANTOPEN",
    "SQLITE_NOMEM",
    "SQLITE_INTERRUPT",
)
_SQLITE_WRONG_FILE = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_AUTH")
_SQLITE_NOT_WRITABLE = ("SQLITE_READONLY", "SQLITE_PERM")
_POSTGRES_WAIT = ("08", "40", "53", "55", "57", "58")
_POSTGRES_FULL = "53100"
_POSTGRES_MISUSE = ("28", "3D", "42501")
_NOT_MIGRATED = ("no such table", "no such column", "has no column named")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise a driver's errors as what they mean to a caller of the store at `where`.

    Raises: Unavailable where waiting helps; Misuse where a person has to change something; InvariantBroken
    where the rows contradict the tables, which a correct journal cannot bring about.
    """
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable(f"database {where}: every connection is busy") from error
    except DBAPIError as error:
        raise meaning(error.orig, where) from error
    except (SqliteError, PostgresError) as error:
        raise meaning(error, where) from error
    except OverflowError as error:
        raise InvariantBroken(f"database {where}: a whole number does not fit into 64 bits") from error


def meaning(error: BaseException | None, where: str) -> ExchangeError:
    """The exchange's error for one of a driver's."""
    words = in_one_line(error)
    if isinstance(error, SqliteError):
        return _of_sqlite(error, words, where)
    if isinstance(error, PostgresError):
        return _of_postgres(error, words, where)
    return InvariantBroken(f"database {where}: {words}")


def in_one_line(error: BaseException | None) -> str:
    """The first line of a driver's own words, which names no password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _of_sqlite(error: SqliteError, words: str, where: str) -> ExchangeError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return _full(words, where)
    if name.startswith(_SQLITE_NOT_WRITABLE):
        return NotWritable(
            f"database {where}: {words}; give this user the right to write there, or name another one"
        )
    if name.startswith("SQLITE_IOERR"):
        return Unavailable(
            f"database {where}: {words}; see whether the disk is full or broken, then try again"
        )
    if name.startswith(_SQLITE_WAIT):
        return Unavailable(f"database {where}: {words}")
    if name.startswith(_SQLITE_WRONG_FILE):
        return Misuse(f"database {where}: {words}; check the file, or name another one")
    if any(each in words for each in _NOT_MIGRATED):
        return Misuse(f"database {where}: {words}; `exchange up` makes its tables, or updates them")
    return InvariantBroken(f"database {where}: {words}")


def _of_postgres(error: PostgresError, words: str, where: str) -> ExchangeError:
    state = error.sqlstate or ""
    if state.startswith(_POSTGRES_MISUSE):
        return Misuse(f"database {where}: {words}; check the user, its rights and the database's name")
    if state in ("42P01", "42703"):
        return Misuse(f"database {where}: {words}; `exchange up` makes its tables, or updates them")
    if state == _POSTGRES_FULL:
        return _full(words, where)
    unreached = not state and isinstance(error, OperationalError | InterfaceError)
    if unreached or state.startswith(_POSTGRES_WAIT):
        return Unavailable(f"database {where}: {words}")
    return InvariantBroken(f"database {where}: {words}")


def _full(words: str, where: str) -> DiskFull:
    return DiskFull(f"database {where}: {words}; free some space where it lies, then try again")
