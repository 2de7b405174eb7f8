"""Asking the views: a named query with its parameters, or an analyst's own SQL that may only read."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Boolean, Connection, Integer, Select, String, select

from exchange.kernel.errors import InvariantBroken, Misuse
from exchange.store import Scalar, Store
from exchange.store.analyst import read_only

ROWS_MAX = 10_000
"""Rows one question brings back, unless it asks for another number."""
ROWS_LIMIT = 1_000_000
"""Rows one question can bring back at most: what is more is summed up, or asked for in parts."""
TIMEOUT_S = 30

Cell: TypeAlias = Any
"""Text, a number, yes or no, or None."""
Kind: TypeAlias = Literal["whole", "flag", "text", "time"]
"""What a column holds: whole numbers, yes or no, text, or microseconds since the epoch."""


class Rows(NamedTuple):
    """An answer.

    Shape: `more` says that there were further rows past the limit; `kinds` what each column is declared to
    hold, None where only its values tell.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: bool = False
    kinds: tuple[Kind | None, ...] = ()

    def first(self, limit: int) -> "Rows":
        """At most `limit` of the rows. Raises: Misuse if that is no number of rows one question brings back."""
        more = self.more or len(self.rows) > _checked(limit)
        return self._replace(rows=self.rows[:limit], more=more)

    def as_dicts(self) -> list[dict[str, Cell]]:
        """Each row by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Parameter(msgspec.Struct, frozen=True):
    """What a named query has to be told.

    Shape: `default` makes it optional; `choices` are the only values there are, where there are any.
    """

    name: str
    answers: str
    kind: Literal["text", "whole number"] = "text"
    default: Scalar = None
    required: bool = True
    choices: tuple[str, ...] = ()


class NamedQuery(msgspec.Struct, frozen=True):
    """A question that is asked often.

    Shape: `select` makes its SQL from the parameters, by name; `work_out` makes the answer of what it brings, where SQL
    does not: then all of that is brought, which the question has to bound. `look_up` makes other parameters of those
    given, out of the tables as they are at that moment. `ask` answers without a `select`, where making one of
    SQLAlchemy's takes longer than the answer.
    """

    name: str
    answers: str
    select: Callable[..., Select[Any]] | None
    parameters: tuple[Parameter, ...] = ()
    work_out: Callable[[Rows], Rows] | None = None
    look_up: Callable[[Connection, Mapping[str, Scalar]], Mapping[str, Any]] | None = None
    ask: Callable[..., Rows] | None = None


def run(
    store: Store,
    query: NamedQuery,
    params: Mapping[str, Any],
    limit: int = ROWS_MAX,
    timeout_s: int = TIMEOUT_S,
) -> Rows:
    """Ask a named query.

    Raises: Misuse if a parameter is missing, unknown or of the wrong kind, or there is no database; Unavailable
    if it takes longer.
    """
    arguments: Mapping[str, Any] = _arguments(query, params)
    most = _checked(limit) + 1
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        if query.look_up is not None:
            arguments = query.look_up(connection, arguments)
        if query.ask is not None:
            return query.ask(connection, **arguments).first(limit)
        if query.select is None:
            raise InvariantBroken(f"query {query.name} has neither SQL nor an answer of its own")
        statement = query.select(**arguments)
        if query.work_out is None:
            statement = statement.limit(most)
        result = connection.execute(statement)
        kinds = tuple(_kind(column) for column in statement.selected_columns)
        found = Rows(tuple(result.keys()), tuple(tuple(row) for row in result), kinds=kinds)
    if query.work_out is not None:
        found = query.work_out(found)
    return _answer(found.columns, found.rows, limit)._replace(kinds=found.kinds)


def _kind(column: Any) -> Kind | None:
    """What a column is declared to hold."""
    if isinstance(column.type, Boolean):
        return "flag"
    if isinstance(column.type, Integer):
        return "time" if is_time(column.name) else "whole"
    return "text" if isinstance(column.type, String) else None


def newest_last(found: Select[Any], last: int | None, *places: str) -> Select[Any]:
    """Rows in the order of `places`, only the last ones of them where that is asked for.

    Raises: Misuse if `last` is less than one.
    """
    if last is None:
        return found.order_by(*(found.selected_columns[name] for name in places))
    if last < 1:
        raise Misuse(f"the number of newest rows asked for, {last}, is less than one; ask for at least one")
    newest = (
        found.order_by(*(found.selected_columns[name].desc() for name in places))
        .limit(last)
        .subquery("newest")
    )
    return select(newest).order_by(*(newest.c[name] for name in places))


def is_time(column: str) -> bool:
    """Whether a column of whole numbers is named as one of times."""
    return column == "at" or column.endswith("_at")


def run_sql(store: Store, sql: str, limit: int = ROWS_MAX, timeout_s: int = TIMEOUT_S) -> Rows:
    """Run one SELECT of an analyst's own, which cannot change anything.

    Raises: Misuse with the database's own words where the SQL is wrong, writes, or takes longer than `timeout_s`.
    """
    columns, rows = read_only(store, sql, _checked(limit) + 1, timeout_s)
    return _answer(columns, rows, limit)


def _answer(columns: Sequence[str], rows: Sequence[Sequence[Any]], limit: int) -> Rows:
    kept = tuple(tuple(_cell(value) for value in row) for row in rows[:limit])
    return Rows(tuple(columns), kept, len(rows) > limit)


def _cell(value: Any) -> Cell:
    """What any page or pipe can show.

    Shape: PostgreSQL sums whole numbers into decimals: an int where that is what it is, else exact text; bytes
    in hex; what else an analyst's SQL may bring, a date or an array, as the database writes it.
    """
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | Real) else str(value)


def _checked(limit: int) -> int:
    if not 1 <= limit <= ROWS_LIMIT:
        raise Misuse(f"a limit of {limit} rows is not between 1 and {ROWS_LIMIT}; ask in parts, or for sums")
    return limit


def _arguments(query: NamedQuery, params: Mapping[str, Any]) -> dict[str, Scalar]:
    known = {parameter.name: parameter for parameter in query.parameters}
    unknown = [name for name in params if name not in known]
    if unknown:
        wanted = ", ".join(known) or "none"
        raise Misuse(f"query {query.name} has no parameter {unknown[0]!r}; its parameters: {wanted}")
    return {name: _value(query, parameter, params.get(name)) for name, parameter in known.items()}


def _value(query: NamedQuery, parameter: Parameter, given: Any) -> Scalar:
    if given is None:
        if parameter.required:
            raise Misuse(f"query {query.name} needs {parameter.name}: {parameter.answers}")
        return parameter.default
    value = str(given)
    if parameter.choices and value not in parameter.choices:
        choices = " or ".join(parameter.choices)
        raise Misuse(f"query {query.name}: {parameter.name} is {choices}, not {value!r}")
    if "\0" in value:
        raise Misuse(f"query {query.name}: {parameter.name} holds a NUL character, which no name does")
    if parameter.kind == "text":
        return value
    try:
        number = int(value)
    except ValueError as error:
        raise Misuse(f"query {query.name}: {parameter.name} is a whole number, not {value!r}") from error
    if not -(2**63) <= number < 2**63:
        raise Misuse(f"query {query.name}: {parameter.name} {value} does not fit 64 bits")
    return number
