"""An answer of the tables as analysts want it: rows, data frames, Arrow tables, files."""

import csv
import importlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

import msgspec

from exchange.kernel.errors import Misuse
from exchange.views.queries import Cell, Kind, Rows, is_time

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Holds: TypeAlias = Kind | Literal["number"]
"""A kind of column; an analyst's own SQL may also bring numbers that are not whole."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE_MAX = 2**63


class Table(msgspec.Struct, frozen=True):
    """Rows with the types of their columns; it iterates over its rows, and is as long as there are any.

    Shape: `rows` and `as_dicts` hold what the tables hold: whole numbers, text, yes or no, None. Everything else
    keeps whole numbers whole, also where some are missing, and makes UTC timestamps of the columns `at` and `*_at`;
    what is whole but does not fit 64 bits is exact text. `more` says that there were rows past the limit.
    Raises: Misuse where a package is not installed, naming the extra that brings it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: bool = False
    kinds: tuple[Kind | None, ...] = ()

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def as_dicts(self) -> list[dict[str, Cell]]:
        """Each row by column."""
        return Rows(self.columns, self.rows).as_dicts()

    def holds(self) -> dict[str, Holds]:
        """What each column holds, by name.

        Raises: Misuse if two columns have the same name.
        """
        if len(set(self.columns)) < len(self.columns):
            twice = next(name for name in self.columns if self.columns.count(name) > 1)
            raise Misuse(f"two columns are named {twice!r}; give each a name of its own with AS")
        declared: Sequence[Kind | None] = self.kinds or (None,) * len(self.columns)
        return {
            name: _held(name, kind, [row[index] for row in self.rows])
            for index, (name, kind) in enumerate(zip(self.columns, declared, strict=True))
        }

    def to_arrow(self) -> "pyarrow.Table":
        """An Arrow table: int64, bool, string, timestamp[us, UTC], double."""
        arrow = _extra("pyarrow", "arrow", "an Arrow table or a Parquet file")
        types = {
            "whole": arrow.int64(),
            "flag": arrow.bool_(),
            "text": arrow.string(),
            "time": arrow.timestamp("us", tz="UTC"),
            "number": arrow.float64(),
        }
        holds = self.holds()
        arrays = [
            arrow.array(values, type=types[kind])
            for values, kind in zip(self._values(holds), holds.values(), strict=True)
        ]
        return arrow.table(arrays, names=list(holds))

    def to_pandas(self) -> "pandas.DataFrame":
        """A pandas data frame: Int64, boolean, string, datetime64[us, UTC], Float64; all may lack values."""
        frames = _extra("pandas", "pandas", "a pandas data frame")
        arrow = _extra("pyarrow", "pandas", "a pandas data frame")
        types = {
            arrow.int64(): frames.Int64Dtype(),
            arrow.bool_(): frames.BooleanDtype(),
            arrow.string(): frames.StringDtype(),
            arrow.float64(): frames.Float64Dtype(),
        }
        frame: pandas.DataFrame = self.to_arrow().to_pandas(types_mapper=types.get)
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """A polars data frame: Int64, Boolean, String, Datetime[us, UTC], Float64."""
        frames = _extra("polars", "polars", "a polars data frame")
        types = {
            "whole": frames.Int64,
            "flag": frames.Boolean,
            "text": frames.String,
            "time": frames.Datetime("us", "UTC"),
            "number": frames.Float64,
        }
        holds = self.holds()
        columns = dict(zip(holds, self._values(holds), strict=True))
        schema = {name: types[kind] for name, kind in holds.items()}
        frame: polars.DataFrame = frames.DataFrame(columns, schema=schema)
        return frame

    def write_csv(self, path: str | Path) -> None:
        """A CSV file with a header; times in ISO 8601, what is missing left empty."""
        _write(path, self._put_csv)

    def write_json(self, path: str | Path) -> None:
        """A JSON file: one array of objects; times in ISO 8601."""
        _write(path, self._put_json)

    def write_parquet(self, path: str | Path) -> None:
        """A Parquet file with the types of `to_arrow`."""
        table, parquet = self.to_arrow(), _extra("pyarrow.parquet", "arrow", "a Parquet file")
        _write(path, partial(parquet.write_table, table))

    def _put_csv(self, file: BinaryIO) -> None:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self._written())
        text.detach()

    def _put_json(self, file: BinaryIO) -> None:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self._written()]
        file.write(msgspec.json.encode(rows))

    def _written(self) -> list[tuple[Any, ...]]:
        """The rows with times as text."""
        kinds = tuple(self.holds().values())
        return [
            tuple(_iso(value) if kind == "time" else value for value, kind in zip(row, kinds, strict=True))
            for row in self.rows
        ]

    def _values(self, holds: dict[str, Holds]) -> list[list[Any]]:
        """The columns, each value as its kind wants it."""
        made = [_MADE[kind] for kind in holds.values()]
        return [
            [None if row[index] is None else make(row[index]) for row in self.rows]
            for index, make in enumerate(made)
        ]


def _same(value: Any) -> Any:
    return value


_MADE: dict[Holds, Callable[[Any], Any]] = {
    "whole": _same,
    "flag": bool,
    "text": str,
    "time": _same,
    "number": float,
}


def _held(name: str, declared: Kind | None, values: Sequence[Any]) -> Holds:
    """What a column holds, by what it was declared to, or else by its values."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        if any(not -_WHOLE_MAX <= value < _WHOLE_MAX for value in values if value is not None):
            return "text"
        if declared is None:
            return "time" if is_time(name) else "whole"
    if declared is not None:
        return declared
    if kinds == {bool}:
        return "flag"
    if kinds and kinds <= {int, float}:
        return "number"
    return "time" if not kinds and is_time(name) else "text"


def _iso(value: int | None) -> str | None:
    return (
        None if value is None else (_EPOCH + timedelta(microseconds=value)).isoformat(timespec="microseconds")
    )


def _extra(module: str, extra: str, what: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise Misuse(
            f'{what} needs {package}, which is not installed; install it with pip install "corridor[{extra}]"'
        ) from error


def _write(path: str | Path, put: Callable[[BinaryIO], object]) -> None:
    """Write a file whole or not at all."""
    wanted = Path(path)
    partial_file = wanted.with_name(f".{wanted.name}.{os.getpid()}")
    try:
        try:
            with partial_file.open("wb") as file:
                put(file)
            partial_file.replace(wanted)
        finally:
            partial_file.unlink(missing_ok=True)
    except OSError as error:
        raise Misuse(f"{wanted} cannot be written: {error.strerror or error}; name another file") from error
