"""`query`, `sql`: asking the tables."""

import csv
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.options import as_csv, as_json, data, example, opened, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.views.queries import Rows

limit = click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=1_000,
    show_default=True,
    metavar="N",
    help="Rows at most.",
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
@as_csv
@as_json
def sql(statement: str, data: Path, limit: int, as_csv: bool, as_json: bool) -> None:
    """Run one SELECT of your own over the tables; it can change nothing. It works while the node is down."""
    from exchange.store import open_store
    from exchange.views.queries import run_sql

    _one_of(as_csv, as_json)
    with closing(open_store(opened(data).store_url)) as store:
        rows = run_sql(store, statement, limit)
    _show(rows, as_csv, as_json, readable=False)


@click.command(
    epilog=example(
        "exchange query",
        "exchange query purses participant=BU-JP-01",
    )
)
@click.argument("name", required=False, shell_complete=completing.query_names)
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=completing.query_parameters)
@data
@limit
@as_csv
@as_json
def query(
    name: str | None, parameters: tuple[str, ...], data: Path, limit: int, as_csv: bool, as_json: bool
) -> None:
    """Ask a named query; without a name, list them. It works while the node is down.

    For people, times are shown as such, amounts in their currency, digests by their first characters; --csv and
    --json give what the tables hold: microseconds, minor units, everything whole.
    """
    from exchange.store import open_store
    from exchange.views.queries import run_query

    _one_of(as_csv, as_json)
    if name is None:
        _list_queries(as_json)
        return
    if wrong := [given for given in parameters if "=" not in given]:
        raise Misuse(f"parameter {wrong[0]!r} has no value; write name=value")
    given = dict(parameter.split("=", 1) for parameter in parameters)
    with closing(open_store(opened(data).store_url)) as store:
        rows = run_query(store, name, given, limit)
    _show(rows, as_csv, as_json, readable=True)


def _one_of(as_csv: bool, as_json: bool) -> None:
    if as_csv and as_json:
        raise Misuse("--csv and --json exclude each other; choose one")


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


def _show(rows: "Rows", as_csv: bool, as_json: bool, *, readable: bool) -> None:
    if as_json:
        print_json(rows.as_dicts())
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows.columns)
        writer.writerows(rows.rows)
    else:
        _print_table(rows, readable)
    if rows.more:
        click.echo(f"… and more: only the first {len(rows.rows):,} rows are shown; raise --limit", err=True)


def _print_table(rows: "Rows", readable: bool) -> None:
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    columns: Sequence[str] = rows.columns
    cells: Sequence[Sequence[Any]] = rows.rows
    if readable:
        columns, cells = readable_rows(rows.columns, rows.rows)
    click.echo("\n".join(grid.shown(columns, cells)))
    click.echo(f"{len(rows.rows):,} row{'' if len(rows.rows) == 1 else 's'}", err=True)
