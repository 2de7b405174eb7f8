"""What the rooms beside the book show: rows of their queries, prices and amounts as people read them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exchange.cli.instruments import Shown

Row = Mapping[str, Any]


def priced(row: Row, shown: "Shown", names: Collection[str]) -> dict[str, Any]:
    """A row whose prices of these names are in the instrument's currency instead of ticks."""
    from exchange.cli.grid import Figure

    return {
        name: Figure(shown.price(cell)) if name in names and cell is not None else cell
        for name, cell in row.items()
    }


def tell_rows(rows: Sequence[Row], otherwise: str) -> None:
    """Print rows as a table, or what is to be said where there are none."""
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    if not rows:
        click.echo(otherwise)
        return
    names, cells = readable_rows(list(rows[0]), [list(row.values()) for row in rows])
    click.echo("\n".join(grid.shown(names, cells)))


def tell_one(title: str, row: Row) -> None:
    """Print one row as a list of what it says, under the name in its first column."""
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    names, (cells,) = readable_rows(list(row), [list(row.values())])
    said = [(name, cell) for name, cell in zip(names, cells, strict=True) if cell is not None]
    click.echo("\n".join(grid.shown((title, str(cells[0])), said[1:])))
