"""Rows as aligned text: a table where it fits, one block a row where it does not."""

import sys
from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from typing import Any

import click
from rich.cells import cell_len

_GAP, _RULE = "  ", "──"
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {9: " ", 10: "⏎"}


class Figure(str):
    """A number that is written out for people, and stands to the right like one."""


def text_of(cell: Any) -> str:
    """A cell as a person reads it; what would move a terminal's cursor is spelled out."""
    return "" if cell is None else str(cell).translate(_CONTROLS)


def shown(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The rows as lines for standard output, as wide as the terminal, or as wide as they are in a pipe."""
    lines = laid_out(columns, rows, get_terminal_size().columns if sys.stdout.isatty() else None)
    heads = (0,) if not lines[0].startswith(_RULE) else range(0, len(lines), len(columns) + 1)
    return [click.style(line, bold=True) if place in heads else line for place, line in enumerate(lines)]


def laid_out(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None) -> list[str]:
    """The rows as lines of at most `width` columns if a table can be that narrow, else as blocks."""
    cells = [[text_of(cell) for cell in row] for row in rows]
    widths = [
        max(cell_len(each) for each in (name, *(row[place] for row in cells)))
        for place, name in enumerate(columns)
    ]
    if width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > width and rows:
        return _blocks(columns, cells, width)
    right = [_is_number(row[place] for row in rows) for place in range(len(columns))]
    head = _line(columns, widths, right)
    return [head, *(_line(row, widths, right) for row in cells)]


def _is_number(cells: Iterable[Any]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(isinstance(cell, int | Figure) for cell in known)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        f"{' ' * (width - cell_len(cell))}{cell}" if is_right else f"{cell}{' ' * (width - cell_len(cell))}"
        for cell, width, is_right in zip(cells, widths, right, strict=True)
    )
    return _GAP.join(padded).rstrip()


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    name_width = max(map(cell_len, columns))
    lines = []
    for number, row in enumerate(rows, start=1):
        title = f"{_RULE} {number} "
        lines.append(title + "─" * max(0, min(width, 60) - len(title)))
        lines += [
            f"{name}{' ' * (name_width - cell_len(name))}  {cell}".rstrip()
            for name, cell in zip(columns, row, strict=True)
        ]
    return lines
