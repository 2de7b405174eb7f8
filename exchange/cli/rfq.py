"""`rfq`: requests for quotation from a terminal: the board, the buyer's side and the seller's."""

from contextlib import closing
from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.options import as_json, data, example, opened, print_json
from exchange.cli.rfq_awarding import accept, award, end, reject
from exchange.cli.rfq_quoting import quote, sample, withdraw
from exchange.cli.rfq_requesting import request


@click.group(
    epilog=example("exchange rfq board", "exchange rfq award QU-0.13.0 --as BU-SG-01 --quantity 9000")
)
def rfq() -> None:
    """Ask sellers for quotes, give them, award them, and look at samples."""


@rfq.command(epilog=example("exchange rfq board RQ-0.9.0"))
@click.argument("request", required=False, shell_complete=completing.in_tables("rfq_board", "request_id"))
@data
@as_json
def board(request: str | None, data: Path, as_json: bool) -> None:
    """Show the requests that are open, or the quotes given on one.

    It works while the node is down.
    """
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows
    from exchange.store import open_store
    from exchange.views.queries import run_query

    with closing(open_store(opened(data).store_url)) as store:
        query, params = ("rfq_board", {}) if request is None else ("quotes", {"request": request})
        rows = run_query(store, query, params)
    if as_json:
        print_json(rows.as_dicts())
    elif rows.rows:
        click.echo("\n".join(grid.shown(*readable_rows(rows.columns, rows.rows))))
    else:
        click.echo("No request is open." if request is None else f"No quote was given on {request}.")


for each in (request, quote, withdraw, award, sample, accept, reject, end):
    rfq.add_command(each)
