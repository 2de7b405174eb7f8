"""`query`, `sql`: asking the tables."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.answering import answer, answered, one_of
from exchange.cli.options import example, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.views.queries import Rows


@click.command(
    epilog=example(
        'exchange sql "select state, count(*) from trades group by state"',
        "exchange sql \"select name from sqlite_master where type = 'table'\"",
    )
)
@click.argument("statement")
@answered(1_000)
def sql(statement: str, **given: Any) -> None:
    """Run one SELECT of your own over the tables; it can change nothing. It works while the node is down."""
    from exchange.views.queries import run_sql

    answer(
        lambda store, limit: run_sql(store, statement, limit), partial(_print_table, readable=False), **given
    )


@click.command(
    epilog=example(
        "exchange query",
        "exchange query purses participant=BU-JP-01 --at-least market/0/17",
        "exchange query trades -o trades.parquet",
    )
)
@click.argument("name", required=False, shell_complete=completing.query_names)
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=completing.query_parameters)
@answered(1_000)
def query(name: str | None, parameters: tuple[str, ...], **given: Any) -> None:
    """Ask a named query; without a name, list them. It works while the node is down.

    For people, times are shown as such, amounts in their currency, digests by their first characters; --csv and
    --json give what the tables hold: microseconds, minor units, everything whole.
    """
    from exchange.views.queries import run_query

    if name is None:
        one_of(*(given[form] for form in ("as_csv", "as_json", "output")))
        _list_queries(given["as_json"])
        return
    if wrong := [each for each in parameters if "=" not in each]:
        raise Misuse(f"parameter {wrong[0]!r} has no value; write name=value")
    about = dict(parameter.split("=", 1) for parameter in parameters)
    answer(
        lambda store, limit: run_query(store, name, about, limit),
        partial(_print_table, readable=True),
        **given,
    )


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


def _print_table(rows: "Rows", *, readable: bool) -> None:
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows

    columns: Sequence[str] = rows.columns
    cells: Sequence[Sequence[Any]] = rows.rows
    if readable:
        columns, cells = readable_rows(rows.columns, rows.rows)
    click.echo("\n".join(grid.shown(columns, cells)))
    click.echo(f"{len(rows.rows):,} row{'' if len(rows.rows) == 1 else 's'}", err=True)
