"""Rows of the named queries as people read them: times, amounts in their currency, digests by their beginnings."""

from collections.abc import Sequence
from typing import Any

import msgspec

from exchange.cli.grid import Figure
from exchange.kernel.errors import Misuse
from exchange.kernel.money import format_minor
from exchange.kernel.time import iso

_DIGEST_CHARACTERS = 64
_SHOWN_CHARACTERS = 12
_MINOR = "_minor"
_TIMES = ("_at", "_until")


def readable_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """The rows with other words for the same values. Shape: an amount's column loses its `_minor`."""
    currency = columns.index("currency") if "currency" in columns else None
    names = [_name(name, currency) for name in columns]
    return names, [
        [
            _cell(name, cell, None if currency is None else row[currency])
            for name, cell in zip(columns, row, strict=True)
        ]
        for row in rows
    ]


def _name(column: str, currency: int | None) -> str:
    return column.removesuffix(_MINOR) if currency is not None else column


def _cell(column: str, cell: Any, currency: str | None) -> Any:
    if isinstance(cell, int) and (column == "at" or column.endswith(_TIMES)):
        return iso(cell)
    if isinstance(cell, int) and currency is not None and column.endswith(_MINOR):
        return _amount(cell, str(currency))
    if isinstance(cell, str) and "digest" in column and len(cell) == _DIGEST_CHARACTERS:
        return cell[:_SHOWN_CHARACTERS] + "…"
    return _words(cell) if isinstance(cell, str) and cell.startswith("[") else cell


def _words(cell: str) -> str:
    """A list of words as such. Anything else stays as it is."""
    try:
        return " ".join(msgspec.json.decode(cell, type=list[str]))
    except msgspec.DecodeError:
        return cell


def _amount(minor: int, currency: str) -> Figure | int:
    try:
        return Figure(format_minor(minor, currency).removeprefix(currency).strip())
    except Misuse:
        return minor
