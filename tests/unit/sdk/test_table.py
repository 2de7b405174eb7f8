"""An answer as rows, data frames, Arrow tables and files: the types are those of what was asked for."""

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

from exchange.kernel.errors import Misuse
from exchange.sdk import Table

AT = 1_793_577_600_000_001
MOMENT = datetime(2026, 11, 2, 0, 0, 0, 1, tzinfo=UTC)


def a_table(**changed: Any) -> Table:
    """Two rows, the second of which lacks whatever may be missing."""
    columns = ("trade_id", "amount_minor", "passed", "closed_at", "share")
    rows = (("T-1", 2**62 + 1, True, AT, 0.5), (None, None, None, None, None))
    return Table(**({"columns": columns, "rows": rows} | changed))


def test_a_table_is_its_rows() -> None:
    table = a_table()
    assert (len(table), [row[0] for row in table]) == (2, ["T-1", None])
    assert table.as_dicts()[0]["amount_minor"] == 2**62 + 1
    assert not a_table(rows=())


def test_arrow_keeps_whole_numbers_whole_and_times_times() -> None:
    table = a_table().to_arrow()
    assert [str(field.type) for field in table.schema] == [
        "string",
        "int64",
        "bool",
        "timestamp[us, tz=UTC]",
        "double",
    ]
    assert table.to_pylist() == [
        {"trade_id": "T-1", "amount_minor": 2**62 + 1, "passed": True, "closed_at": MOMENT, "share": 0.5},
        dict.fromkeys(table.column_names),
    ]


def test_pandas_keeps_whole_numbers_whole_where_some_are_missing() -> None:
    frame = a_table().to_pandas()
    assert [str(kind) for kind in frame.dtypes] == [
        "string",
        "Int64",
        "boolean",
        "datetime64[us, UTC]",
        "Float64",
    ]
    assert frame["amount_minor"][0] == 2**62 + 1
    assert frame["closed_at"][0] == pandas.Timestamp(MOMENT)
    assert frame.isna().iloc[1].all()


def test_polars_keeps_whole_numbers_whole_where_some_are_missing() -> None:
    frame = a_table().to_polars()
    assert list(frame.dtypes) == [
        polars.String,
        polars.Int64,
        polars.Boolean,
        polars.Datetime("us", "UTC"),
        polars.Float64,
    ]
    assert frame.rows()[0] == ("T-1", 2**62 + 1, True, MOMENT, 0.5)
    assert frame.rows()[1] == (None,) * 5


def test_what_a_column_is_declared_to_hold_counts_also_where_it_is_empty() -> None:
    kinds: Any = ("text", "whole", "flag", "time", None)
    for rows in ((), ((None,) * 5,)):
        table = a_table(rows=rows, kinds=kinds).to_arrow()
        assert [str(field.type) for field in table.schema][:4] == [
            "string",
            "int64",
            "bool",
            "timestamp[us, tz=UTC]",
        ]
    # SQLite has no yes and no of its own.
    told = Table(columns=("passed",), rows=((1,), (0,)), kinds=("flag",))
    assert told.to_arrow().column("passed").to_pylist() == [True, False]


def test_digits_that_are_text_stay_text_and_what_fits_no_64_bits_is_exact_text() -> None:
    table = Table(columns=("reference", "total_minor"), rows=(("007", 2**63), ("8", 1)))
    assert table.to_polars().rows() == [("007", str(2**63)), ("8", "1")]
    assert table.to_arrow().column("total_minor").to_pylist() == [str(2**63), "1"]


def test_files_hold_the_same(tmp_path: Path) -> None:
    table = a_table()
    table.write_csv(tmp_path / "t.csv")
    table.write_json(tmp_path / "t.json")
    table.write_parquet(tmp_path / "t.parquet")
    moment = "2026-11-02T00:00:00.000001+00:00"
    with (tmp_path / "t.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["amount_minor"], first["closed_at"]) == (str(2**62 + 1), moment)
    assert set(second.values()) == {""}
    first, second = json.loads((tmp_path / "t.json").read_text())
    assert (first["amount_minor"], first["closed_at"]) == (2**62 + 1, moment)
    assert set(second.values()) == {None}
    assert pyarrow.parquet.read_table(tmp_path / "t.parquet").equals(table.to_arrow())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.json", "t.parquet"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"nowhere/t\.csv cannot be written: No such file or directory"):
        a_table().write_csv(tmp_path / "nowhere" / "t.csv")


def test_two_columns_of_one_name_are_refused() -> None:
    table = Table(columns=("a", "a"), rows=((1, 2),))
    for made in (table.to_arrow, table.to_polars, table.to_pandas):
        with pytest.raises(Misuse, match="AS"):
            made()


@pytest.mark.parametrize(
    ("method", "module", "extra"),
    [
        ("to_pandas", "pandas", "pandas"),
        ("to_polars", "polars", "polars"),
        ("to_arrow", "pyarrow", "arrow"),
    ],
)
def test_a_missing_extra_is_named(
    method: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Misuse, match=rf'{module}, which is not installed.*pip install "corridor\[{extra}\]"'):
        getattr(a_table(), method)()


def test_parquet_without_arrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Misuse, match=r"corridor\[arrow\]"):
        a_table().write_parquet(tmp_path / "t.parquet")
    assert not list(tmp_path.iterdir())
