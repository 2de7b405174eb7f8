"""What a projection asks of its tables: rows to insert, to update, to count up. Plain values."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Select, Table

from exchange.kernel.errors import InvariantBroken

Scalar: TypeAlias = str | int | bool | None
Row: TypeAlias = Mapping[str, Scalar]
"""Values by column."""
Key: TypeAlias = tuple[Scalar, ...]


class Insert(msgspec.Struct, frozen=True, gc=False):
    """A new row: every column of the table by name, generated ones left out."""

    table: Table
    row: Row


class Update(msgspec.Struct, frozen=True):
    """An existing row, named by its primary key, gets `values`, and `amounts` are added to it."""

    table: Table
    key: Row
    values: Row = {}
    amounts: Mapping[str, int] = {}


class Add(msgspec.Struct, frozen=True):
    """`amounts` are added to the row of this primary key, which begins at zero where there is none."""

    table: Table
    key: Row
    amounts: Mapping[str, int]


class Merge(msgspec.Struct, frozen=True):
    """The row of this primary key takes further values in, or begins with them where there is none.

    Shape: `first` stays what the row began with, `last` is what came last, of `least` and `most` the extreme is kept,
    `amounts` are added. Only a `Restate` goes to rows of this kind beside it.
    """

    table: Table
    key: Row
    first: Row = {}
    last: Row = {}
    least: Mapping[str, int] = {}
    most: Mapping[str, int] = {}
    amounts: Mapping[str, int] = {}


class Restate(msgspec.Struct, frozen=True):
    """The rows of `table` for which `where` holds are worked out anew: what `rows` selects, if anything, replaces them.

    Shape: `rows` has every column of the table by name. It is carried out once the whole batch else is, so that it has
    to give the same from what a later fact left as from what its own did.
    """

    table: Table
    where: ColumnElement[bool]
    rows: Select[Any]


Change: TypeAlias = Insert | Update | Add | Merge | Restate


class Pending:
    """What a batch of changes does to one table in the end.

    Shape: an update of a row that the same batch inserts is already in `rows`; every key is in `updates`,
    `adds` or `merges` once. So they may be carried out one kind after the other.
    """

    def __init__(self, table: Table) -> None:
        self.rows: list[Row] = []
        self.updates: dict[Key, tuple[dict[str, Scalar], dict[str, int]]] = {}
        self.adds: dict[Key, dict[str, int]] = {}
        self.merges: dict[Key, Merge] = {}
        self.restates: list[Restate] = []
        self._table = table
        names = tuple(column.name for column in table.primary_key.columns)
        # What is picked by one name alone comes without a tuple around it.
        self._pick: Callable[[Row], Any] = itemgetter(*names)
        self._alone = len(names) == 1
        self._places: dict[Key, int] = {}
        self._placed = 0

    def add(self, change: Add) -> None:
        """Take an addition in."""
        if self.rows:
            self.update(change)
            return
        # Most additions are to rows that the batch does not insert: balances, counts.
        key = self._key_of(change.key)
        known = self.adds.get(key)
        if known is None:
            self.adds[key] = {**change.amounts}
            return
        for column, amount in change.amounts.items():
            known[column] = known.get(column, 0) + amount

    def update(self, change: Update | Add) -> None:
        """Take an update or an addition in."""
        key = self._key_of(change.key)
        values = change.values if isinstance(change, Update) else {}
        place = self._place(key)
        if place is not None:
            row = dict(self.rows[place])
            row.update(values)
            _add(row, change.amounts)
            self.rows[place] = row
        elif isinstance(change, Add):
            _add(self.adds.setdefault(key, {}), change.amounts)
        else:
            self._later(key, values, change.amounts)

    def merge(self, change: Merge) -> None:
        """Take further values of a row in."""
        key = self._key_of(change.key)
        known = self.merges.get(key)
        self.merges[key] = change if known is None else _merged(known, change)

    def _later(self, key: Key, values: Row, amounts: Mapping[str, int]) -> None:
        known, added = self.updates.setdefault(key, ({}, {}))
        for column, value in values.items():
            known[column] = value
            added.pop(column, None)
        for column, amount in amounts.items():
            _add(known if column in known else added, {column: amount})

    def _place(self, key: Key) -> int | None:
        """Where in `rows` the row of this key stands; rows are looked at once, and only if anyone asks."""
        for place in range(self._placed, len(self.rows)):
            self._places[self._key_of(self.rows[place])] = place
        self._placed = len(self.rows)
        return self._places.get(key)

    def _key_of(self, row: Row) -> Key:
        try:
            picked = self._pick(row)
        except KeyError as error:
            raise InvariantBroken(f"table {self._table.name}: a change names no {error.args[0]}") from error
        return (picked,) if self._alone else picked


def _add(row: dict[str, Any], amounts: Mapping[str, int]) -> None:
    for column, amount in amounts.items():
        row[column] = row.get(column, 0) + amount


def _merged(known: Merge, more: Merge) -> Merge:
    """What two changes of one row are together."""
    return Merge(
        known.table,
        known.key,
        known.first,
        more.last,
        {name: min(value, more.least[name]) for name, value in known.least.items()},
        {name: max(value, more.most[name]) for name, value in known.most.items()},
        {name: value + more.amounts[name] for name, value in known.amounts.items()},
    )


def consolidated(changes: Iterable[Change]) -> dict[Table, Pending]:
    """What a batch of changes does to each table in the end; only what is restated depends on other tables."""
    tables: dict[Table, Pending] = {}
    for change in changes:
        pending = tables.get(change.table)
        if pending is None:
            pending = tables[change.table] = Pending(change.table)
        if type(change) is Insert:
            pending.rows.append(change.row)
        elif type(change) is Add:
            pending.add(change)
        elif type(change) is Merge:
            pending.merge(change)
        elif type(change) is Restate:
            pending.restates.append(change)
        else:
            pending.update(change)  # type: ignore[arg-type]
    return tables
