"""Answers about lineage as text that fits eighty columns; names stay whole, so that they can be copied."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from exchange.kernel.money import format_minor
from exchange.kernel.time import iso
from exchange.lineage import CUT, Direction

Row = dict[str, Any]

_WORD = {"up": "from", "down": "into"}


def step_lines(rows: Sequence[Row], direction: Direction) -> list[str]:
    """Under each thing what it was made from, or into what it went."""
    near, far = ("downstream", "upstream") if direction == "up" else ("upstream", "downstream")
    lines = []
    for name, steps in groupby(
        sorted(rows, key=lambda row: (row["depth"], row[near], row["kind"] == CUT)), key=lambda row: row[near]
    ):
        lines.append(str(name))
        for row in steps:
            lines += _cut(row) if row["kind"] == CUT else _step(row, _WORD[direction], str(row[far]))
    return lines


def impact_lines(rows: Sequence[Row]) -> list[str]:
    """Under each holder and purchase what is held, then how much that is in all."""
    held = [row for row in rows if row["kind"] != CUT]
    lines = []
    for _, found in groupby(sorted(held, key=_purchase), key=_purchase):
        of_one = list(found)
        lines += [
            _bought(of_one[0]),
            *_invoiced(of_one[0]),
            *(line for row in of_one for line in _held(row)),
        ]
    for row in rows:
        if row["kind"] == CUT:
            lines += [row["holding"], *_cut(row)]
    holders = {row["holder_id"] for row in held}
    records = sum(row["records"] or 0 for row in held)
    least = " at least" if len(held) < len(rows) else ""
    counts = f"{_many(holders, 'holder')}, {_many(held, 'holding')}, {records:,} records"
    return [*lines, "", f"In all{least} {counts}."]


def taint_lines(rows: Sequence[Row]) -> list[str]:
    """Under each source what carries it."""
    lines: list[str] = []
    for source, found in groupby(
        sorted(rows, key=lambda row: str(row["source"])), key=lambda row: str(row["source"])
    ):
        lines += [source, *(f"  carried by {row['name']}" for row in found)]
    return lines


def _step(row: Row, word: str, far: str) -> Iterator[str]:
    yield f"  {row['kind']} {word} {far}"
    terms = f" under {row['terms']}" if row["terms"] else ""
    # What is declared of fields was not done by any job.
    yield f"    by {row['job']}{terms}" if row["job"] else f"    by its declaration{_masked(row)}"
    yield f"    at {iso(row['at'])}, {row['run']}"


def _masked(row: Row) -> str:
    return f", {row['terms']}" if row["terms"] else ""


def _cut(row: Row) -> Iterator[str]:
    yield f"  … {row['left_out']:,} more left out here; raise --depth or --breadth"


def _purchase(row: Row) -> tuple[str, str, str]:
    return str(row["holder_id"]), str(row["trade_id"] or ""), str(row["terms"])


def _bought(row: Row) -> str:
    if row["trade_id"] is None:
        giver = "" if row["seller_id"] is None else f" from {row['seller_id']}"
        terms = f", {row['terms']}" if row["terms"] else ""
        return f"{row['holder_id']}{giver}{terms}: nothing was paid"
    paid = format_minor(row["amount_minor"], row["currency"])
    back = f", {format_minor(row['refunded_minor'], row['currency'])} back" if row["refunded_minor"] else ""
    return f"{row['holder_id']} from {row['seller_id']}, {row['trade_id']}: {paid}{back}, {row['purchase']}"


def _invoiced(row: Row) -> Iterator[str]:
    if row["invoice"] is not None:
        back = f", {format_minor(row['credited_minor'], row['currency'])} credited" * bool(
            row["credited_minor"]
        )
        yield f"  invoiced as {row['invoice']}{back}"


def _held(row: Row) -> Iterator[str]:
    records = "" if row["records"] is None else f", {row['records']:,} records"
    digest = "" if row["digest"] is None else f", digest {row['digest'][:12]}…"
    yield f"  {row['holding']}"
    yield f"    {row['evidence']} {row['run']} at {iso(row['at'])}"
    yield f"    {row['kind']}{records}{digest}"


def _many(counted: Sequence[Any] | set[Any], word: str) -> str:
    return f"{len(counted):,} {word}{'' if len(counted) == 1 else 's'}"
