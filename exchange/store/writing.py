"""Carrying out changes fast: many rows a statement straight to the driver for SQLite, COPY for PostgreSQL."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from sqlalchemy import Connection, Table, Text, delete, insert

from exchange.kernel.errors import InvariantBroken
from exchange.store.changes import Change, Pending, Row, Scalar, consolidated

Values: TypeAlias = tuple[Scalar, ...]

_NUL, _NUL_SHOWN = "\0", "\N{SYMBOL FOR NULL}"
_DRIVER_FROM = 8
"""Fewer rows than this are as quick the ordinary way."""
_VARIABLES_MAX = 999
"""Values in one statement of any SQLite; one statement for many rows takes half the time of one for each."""


class _Layout(NamedTuple):
    """What has to be known of a table to write it."""

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    key: tuple[str, ...]


@cache
def _layout(table: Table) -> _Layout:
    written = [column for column in table.columns if column.computed is None]
    texts = tuple(column.name for column in written if isinstance(column.type, Text))
    key = tuple(column.name for column in table.primary_key.columns)
    return _Layout(tuple(column.name for column in written), texts, key)


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
        rows = _tuples(table, pending.rows)
        if count < _DRIVER_FROM:
            connection.exec_driver_sql(_insert_sql(connection, table, columns), list(rows))
        else:
            _write(connection, table, columns, rows, count)
    except KeyError as error:
        raise InvariantBroken(f"table {table.name}: a row lacks the column {error.args[0]}") from error


def _write(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Values], count: int
) -> None:
    """Give rows to the driver, in the same transaction: SQLAlchemy would copy each once more, and knows no COPY."""
    driver = cast(Any, connection.connection.driver_connection)
    if connection.dialect.name == "sqlite":
        together, left = _VARIABLES_MAX // len(columns), iter(rows)
        many = (tuple(chain.from_iterable(islice(left, together))) for _ in range(count // together))
        driver.executemany(_insert_sql(connection, table, columns, together), many)
        driver.executemany(_insert_sql(connection, table, columns), left)
        return
    into = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _tuples(table: Table, rows: Sequence[Row]) -> Iterable[Values]:
    """The rows as the driver takes them, made one by one while it does: kept, they would cost as much again.

    Raises: KeyError, when it comes to a row that lacks a column.
    """
    columns, texts, _ = _layout(table)
    picked = map(itemgetter(*columns), rows)
    if sum(map(len, rows)) != len(rows) * len(columns):
        list(picked)
        extra = ", ".join(sorted({name for row in rows for name in row} - set(columns)))
        raise InvariantBroken(f"table {table.name} has no column {extra}")
    # A column at a time costs little; a row at a time would cost as much as writing it.
    if any(_NUL in "".join(filter(None, map(itemgetter(name), rows))) for name in texts):
        return map(_kept, picked)
    return picked


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
        sql = _insert_sql(connection, table, (*key_names, *names))
        connection.exec_driver_sql(f"{sql} ON CONFLICT ({', '.join(key_names)}) DO UPDATE SET {sums}", rows)


def _merge(connection: Connection, table: Table, pending: Pending) -> None:
    if not pending.merges:
        return
    keys, shape = _layout(table).key, next(iter(pending.merges.values()))
    columns = (*keys, *shape.first, *shape.last, *shape.least, *shape.most, *shape.amounts)
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
    sql = f"{_insert_sql(connection, table, columns)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET"
    connection.exec_driver_sql(f"{sql} {', '.join(settings)}", rows)


def _restate(connection: Connection, table: Table, pending: Pending) -> None:
    for each in pending.restates:
        connection.execute(delete(table).where(each.where))
        connection.execute(insert(table).from_select(each.rows.selected_columns.keys(), each.rows))


def _insert_sql(connection: Connection, table: Table, columns: Sequence[str], rows: int = 1) -> str:
    row = f"({', '.join([_mark(connection)] * len(columns))})"
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"
