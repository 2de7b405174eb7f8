"""`query`, `sql`: asking the tables."""

import csv
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.options import as_csv, as_json, data, example, opened, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.store import Store
    from exchange.views.queries import Rows

limit = click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Rows at most.",
)


at_least = click.option(
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


@click.command(
    epilog=example(
        'exchange sql "select state, count(*) from trades group by state"',
        "exchange sql \"select name from sqlite_master where type = 'table'\"",
    )
)
@click.argument("statement")
@data
@limit
@at_least
@output
@as_csv
@as_json
def sql(
    statement: str,
    data: Path,
    limit: int,
    at_least: tuple[str, ...],
    output: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Run one SELECT of your own over the tables; it can change nothing. It works while the node is down."""
    from exchange.store import open_store
    from exchange.views.queries import run_sql

    one_of(as_csv, as_json, output)
    with closing(open_store(opened(data).store_url)) as store:
        wait_for(store, at_least)
        rows = run_sql(store, statement, limit)
    show(rows, as_csv, as_json, output, partial(_print_table, readable=False))


@click.command(
    epilog=example(
        "exchange query",
        "exchange query purses participant=BU-JP-01 --at-least market/0/17",
        "exchange query trades -o trades.parquet",
    )
)
@click.argument("name", required=False, shell_complete=completing.query_names)
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=completing.query_parameters)
@data
@limit
@at_least
@output
@as_csv
@as_json
def query(
    name: str | None,
    parameters: tuple[str, ...],
    data: Path,
    limit: int,
    at_least: tuple[str, ...],
    output: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Ask a named query; without a name, list them. It works while the node is down.

    For people, times are shown as such, amounts in their currency, digests by their first characters; --csv and
    --json give what the tables hold: microseconds, minor units, everything whole.
    """
    from exchange.store import open_store
    from exchange.views.queries import run_query

    one_of(as_csv, as_json, output)
    if name is None:
        _list_queries(as_json)
        return
    if wrong := [given for given in parameters if "=" not in given]:
        raise Misuse(f"parameter {wrong[0]!r} has no value; write name=value")
    given = dict(parameter.split("=", 1) for parameter in parameters)
    with closing(open_store(opened(data).store_url)) as store:
        wait_for(store, at_least)
        rows = run_query(store, name, given, limit)
    show(rows, as_csv, as_json, output, partial(_print_table, readable=True))


def one_of(as_csv: bool, as_json: bool, output: Path | None) -> None:
    """Raises: Misuse if an answer is wanted in several forms at once, or in a file of no known kind."""
    given = [
        name for name, wanted in (("--csv", as_csv), ("--json", as_json), ("--output", output)) if wanted
    ]
    if len(given) > 1:
        raise Misuse(f"{given[0]} and {given[1]} exclude each other; choose one")
    if output is not None and output.suffix not in _FILES:
        raise Misuse(f"{output}: a file's ending says its kind; name one that ends with {', '.join(_FILES)}")


_FILES = (".csv", ".json", ".parquet")


def wait_for(store: "Store", at_least: tuple[str, ...]) -> None:
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


def _list_queries(as_json: bool) -> None:
    from exchange.views.queries import QUERIES

    if as_json:
        print_json(
            [
                {
                    "name": query.name,
                    "answers": query.answers,
                    "parameters": [
                        {"name": p.name, "answers": p.answers, "required": p.required}
                        for p in query.parameters
                    ],
                }
                for query in QUERIES.values()
            ]
        )
        return
    for found in QUERIES.values():
        click.echo(" ".join((click.style(found.name, bold=True), *map(_parameter, found.parameters))))
        click.echo(f"    {found.answers}")


def _parameter(parameter: Any) -> str:
    written = f"{parameter.name}=…"
    return written if parameter.required else f"[{written}]"


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


def _print_table(rows: "Rows", *, readable: bool) -> None:
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    columns: Sequence[str] = rows.columns
    cells: Sequence[Sequence[Any]] = rows.rows
    if readable:
        columns, cells = readable_rows(rows.columns, rows.rows)
    click.echo("\n".join(grid.shown(columns, cells)))
    click.echo(f"{len(rows.rows):,} row{'' if len(rows.rows) == 1 else 's'}", err=True)
