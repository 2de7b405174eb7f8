"""Answers out of the tables: whose, when they show enough, and in which form a command gives them."""

import csv
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.options import as_csv, as_json, data, opened, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.store import Store
    from exchange.views.queries import Rows

_FILES = (".csv", ".json", ".parquet")
_at_least = click.option(
    "--at-least",
    multiple=True,
    metavar="PLACE",
    help="Wait, at most 10 s, until the tables show this fact: CONTEXT/PARTITION/SEQ, as `ask` prints them. May be"
    " repeated.",
)
output = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write FILE instead, by its ending: .csv, .json or .parquet, times as such.",
)


def answered(rows: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options of every question, which `answer` takes: whose tables, how many rows, in which form."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, 1_000_000),
        default=rows,
        show_default=True,
        metavar="N",
        help="Rows at most.",
    )

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (as_json, as_csv, output, _at_least, limit, data):
            command = option(command)
        return command

    return with_options


def answer(
    ask: "Callable[[Store, int], Rows]",
    told: "Callable[[Rows], None]",
    *,
    data: Path,
    limit: int,
    at_least: tuple[str, ...],
    output: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Ask something of a node's tables once they show enough, and give the answer; `told` prints it for people."""
    from exchange.store import open_store

    one_of(as_csv, as_json, output)
    with closing(open_store(opened(data).store_url)) as store:
        _wait_for(store, at_least)
        rows = ask(store, limit)
    show(rows, as_csv, as_json, output, told)


def one_of(as_csv: bool, as_json: bool, output: Path | None) -> None:
    """Raises: Misuse if an answer is wanted in several forms at once, or in a file of no known kind."""
    given = [
        name for name, wanted in (("--csv", as_csv), ("--json", as_json), ("--output", output)) if wanted
    ]
    if len(given) > 1:
        raise Misuse(f"{given[0]} and {given[1]} exclude each other; choose one")
    if output is not None and output.suffix not in _FILES:
        raise Misuse(f"{output}: a file's ending says its kind; name one that ends with {', '.join(_FILES)}")


def show(
    rows: "Rows", as_csv: bool, as_json: bool, output: Path | None, told: "Callable[[Rows], None]"
) -> None:
    """Give an answer in the form that is wanted; `told` prints it for people."""
    if output is not None:
        _write(rows, output)
    elif as_json:
        print_json(rows.as_dicts())
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows.columns)
        writer.writerows(rows.rows)
    else:
        told(rows)
    if rows.more:
        click.echo(f"… and more: only the first {len(rows.rows):,} rows are shown; raise --limit", err=True)


def _write(rows: "Rows", output: Path) -> None:
    from exchange.sdk.table import Table

    table = Table(*rows)
    write = {".csv": table.write_csv, ".json": table.write_json, ".parquet": table.write_parquet}
    write[output.suffix](output)
    click.echo(f"{len(table):,} row{'' if len(table) == 1 else 's'} written to {output}", err=True)


def _wait_for(store: "Store", at_least: tuple[str, ...]) -> None:
    """Wait until the tables show the facts at the places given."""
    if not at_least:
        return
    import asyncio

    from exchange.sdk.analyst import shown
    from streams.deadline import DEADLINE_S, Deadline

    asyncio.run(shown(store, _places(at_least), Deadline(DEADLINE_S)))


def _places(at_least: tuple[str, ...]) -> dict[tuple[str, int], int]:
    from streams.topics import journal_topic
    from streams.vocabulary import CONTEXTS

    wanted: dict[tuple[str, int], int] = {}
    for given in at_least:
        context, *numbers = given.split("/")
        if context not in CONTEXTS or len(numbers) != 2 or not all(each.isdecimal() for each in numbers):
            raise Misuse(f"{given!r} is no place of a fact; write CONTEXT/PARTITION/SEQ, such as market/0/17")
        place = (journal_topic(context), int(numbers[0]))
        wanted[place] = max(int(numbers[1]) + 1, wanted.get(place, 0))
    return wanted
