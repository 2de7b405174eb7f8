"""Carrying out changes fast: many rows a statement straight to the driver for SQLite, COPY for PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from sqlalchemy import BigInteger, Connection, Table, Text, delete, insert

from exchange.kernel.errors import InvariantBroken
from exchange.store.changes import Change, Pending, Row, Scalar, consolidated

Values: TypeAlias = tuple[Scalar, ...]

_NUL, _NUL_SHOWN = "\0", "\N{SYMBOL FOR NULL}"
_MEANS_SOMETHING = "\\\t\n\r"
"""What COPY's text is made of, beside the values."""
_LINES_AT_ONCE = 500
_DRIVER_FROM = 8
"""Fewer rows than this are as quick the ordinary way."""
_VARIABLES_MAX = 999
"""Values in one statement of any SQLite; one statement for many rows takes half the time of one for each."""


class _Layout(NamedTuple):
    """What has to be known of a table to write it."""

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    key: tuple[str, ...]
    nullable: bool


@cache
def _layout(table: Table) -> _Layout:
    written = [column for column in table.columns if column.computed is None]
    texts = tuple(column.name for column in written if isinstance(column.type, Text))
    key = tuple(column.name for column in table.primary_key.columns)
    nullable = any(column.nullable for column in written)
    return _Layout(tuple(column.name for column in written), texts, key, nullable)


def apply(connection: Connection, changes: Iterable[Change]) -> None:
    """Carry out a batch of changes inside the caller's transaction, as if one by one in their order.

    Raises: InvariantBroken if a row lacks a column or has one too many, is there already, or is not there.
    """
    tables = consolidated(changes)
    for table, pending in tables.items():
        _insert(connection, table, pending)
        _update(connection, table, pending)
        _add(connection, table, pending)
        _merge(connection, table, pending)
    for table, pending in tables.items():
        _restate(connection, table, pending)


def _insert(connection: Connection, table: Table, pending: Pending) -> None:
    if not pending.rows:
        return
    columns, count = _layout(table).columns, len(pending.rows)
    try:
        rows, plain = _tuples(table, pending.rows)
        if count < _DRIVER_FROM:
            connection.exec_driver_sql(_insert_sql(connection, table, columns), list(rows))
            return
        # To the driver, in the same transaction: SQLAlchemy would copy each row once more, and knows no COPY.
        driver = cast(Any, connection.connection.driver_connection)
        if connection.dialect.name == "sqlite":
            _give_sqlite(driver, partial(_insert_sql, connection, table, columns), columns, rows, count)
        else:
            _copy(driver, table, columns, rows, plain)
    except KeyError as error:
        raise InvariantBroken(f"table {table.name}: a row lacks the column {error.args[0]}") from error


def _copy(driver: Any, table: Table, columns: Sequence[str], rows: Iterable[Values], plain: bool) -> None:
    """Rows as COPY's text: `plain` ones are put together many at once, which takes half the driver's time."""
    into = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    line, left = "\t".join(["%s"] * len(columns)) + "\n", iter(rows)
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        while plain and (lines := "".join(map(line.__mod__, islice(left, _LINES_AT_ONCE)))):
            copy.write(lines)
        for row in left:
            copy.write_row(row)


def _tuples(table: Table, rows: Sequence[Row]) -> tuple[Iterable[Values], bool]:
    """The rows as the driver takes them, made one by one while it does: kept, they would cost as much again.

    Shape: with them, whether each value as a text is what stands for it in COPY's.
    Raises: KeyError, when it comes to a row that lacks a column.
    """
    columns, texts, _, nullable = _layout(table)
    picked = map(itemgetter(*columns), rows)
    if sum(map(len, rows)) != len(rows) * len(columns):
        list(picked)
        extra = ", ".join(sorted({name for row in rows for name in row} - set(columns)))
        raise InvariantBroken(f"table {table.name} has no column {extra}")
    # A column at a time costs little; a row at a time would cost as much as writing it.
    given = chain.from_iterable(map(itemgetter(name), rows) for name in texts)
    try:
        written = "".join(filter(None, given) if nullable else given)
    except TypeError as error:
        raise InvariantBroken(
            f"table {table.name}: one of {', '.join(texts)} is no text ({error})"
        ) from error
    if _NUL in written:
        return map(_kept, picked), False
    return picked, not nullable and not any(each in written for each in _MEANS_SOMETHING)


def _kept(row: Values) -> Values:
    """The values as both databases keep them: PostgreSQL has no NUL character in a text."""
    return tuple(value.replace(_NUL, _NUL_SHOWN) if isinstance(value, str) else value for value in row)


def _update(connection: Connection, table: Table, pending: Pending) -> None:
    batches: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Values]] = {}
    for key, (values, amounts) in pending.updates.items():
        parameters = _kept((*values.values(), *amounts.values(), *key))
        batches.setdefault((tuple(values), tuple(amounts)), []).append(parameters)
    mark = _mark(connection)
    for (set_names, added_names), rows in batches.items():
        settings = [f"{name} = {mark}" for name in set_names]
        settings += [f"{name} = {name} + {mark}" for name in added_names]
        named = " AND ".join(f"{name} = {mark}" for name in _layout(table).key)
        sql = f"UPDATE {table.name} SET {', '.join(settings)} WHERE {named}"
        touched = connection.exec_driver_sql(sql, rows).rowcount
        if touched != len(rows):
            raise InvariantBroken(
                f"table {table.name}: {len(rows)} rows were to be updated, {touched} were there"
            )


def _add(connection: Connection, table: Table, pending: Pending) -> None:
    batches: dict[tuple[str, ...], list[Values]] = {}
    for key, amounts in pending.adds.items():
        batches.setdefault(tuple(amounts), []).append(_kept((*key, *amounts.values())))
    key_names = _layout(table).key
    for names, rows in batches.items():
        sums = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in names)
        _upsert(connection, table, (*key_names, *names), rows, sums)


def _upsert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Values], settings: str
) -> None:
    """Insert rows, or change those whose key is there already: many a statement, as keys in it are different."""
    conflict = f" ON CONFLICT ({', '.join(_layout(table).key)}) DO UPDATE SET {settings}"
    if len(rows) < _DRIVER_FROM:
        connection.exec_driver_sql(_insert_sql(connection, table, columns) + conflict, list(rows))
        return
    driver = cast(Any, connection.connection.driver_connection)
    if connection.dialect.name == "sqlite":
        into = partial(_insert_sql, connection, table, columns)
        _give_sqlite(driver, lambda many: into(many) + conflict, columns, rows, len(rows))
        return
    sql, values = _unnested(connection, table, columns, rows)
    driver.execute(f"INSERT INTO {table.name} ({', '.join(columns)}) {sql}{conflict}", values)


def _unnested(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Values]
) -> tuple[str, list[Any]]:
    """A SELECT that gives the rows, and its values: what all have alike once, and the rest a column at a time."""
    alike: list[Any] = []
    apart: list[Any] = []
    shown, arrays, named = [], [], []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        kind = table.columns[name].type.compile(connection.dialect).partition(" ")[0]
        if values.count(values[0]) == len(values):
            shown.append(f"%s::{kind}")
            alike.append(values[0])
            continue
        shown.append(f"given.{name}")
        named.append(name)
        arrays.append(f"%s::{kind}[]")
        # Whole numbers are their own text, which takes a tenth of looking at each what it is.
        whole = isinstance(table.columns[name].type, BigInteger) and None not in values
        apart.append(f"{{{','.join(map(str, values))}}}" if whole else list(values))
    given = f"unnest({', '.join(arrays)}) AS given ({', '.join(named)})"
    return f"SELECT {', '.join(shown)} FROM {given}", [*alike, *apart]


def _give_sqlite(
    driver: Any, sql: Callable[[int], str], columns: Sequence[str], rows: Iterable[Values], count: int
) -> None:
    """As many rows a statement as it takes values, and what is left one by one."""
    together, left = _VARIABLES_MAX // len(columns), iter(rows)
    many = (tuple(chain.from_iterable(islice(left, together))) for _ in range(count // together))
    driver.executemany(sql(together), many)
    driver.executemany(sql(1), left)


def _merge(connection: Connection, table: Table, pending: Pending) -> None:
    if not pending.merges:
        return
    shape = next(iter(pending.merges.values()))
    columns = (*_layout(table).key, *shape.first, *shape.last, *shape.least, *shape.most, *shape.amounts)
    rows = [
        _kept(
            (
                *key,
                *each.first.values(),
                *each.last.values(),
                *each.least.values(),
                *each.most.values(),
                *each.amounts.values(),
            )
        )
        for key, each in pending.merges.items()
    ]
    own = table.name
    settings = [f"{name} = excluded.{name}" for name in shape.last]
    for name, sign in (*((name, "<") for name in shape.least), *((name, ">") for name in shape.most)):
        chosen = f"CASE WHEN excluded.{name} {sign} {own}.{name} THEN excluded.{name} ELSE {own}.{name} END"
        settings.append(f"{name} = {chosen}")
    settings += [f"{name} = {own}.{name} + excluded.{name}" for name in shape.amounts]
    _upsert(connection, table, columns, rows, ", ".join(settings))


def _restate(connection: Connection, table: Table, pending: Pending) -> None:
    for each in pending.restates:
        connection.execute(delete(table).where(each.where))
        connection.execute(insert(table).from_select(each.rows.selected_columns.keys(), each.rows))


def _insert_sql(connection: Connection, table: Table, columns: Sequence[str], rows: int = 1) -> str:
    row = f"({', '.join([_mark(connection)] * len(columns))})"
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"
