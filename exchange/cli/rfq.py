"""`rfq`: requests for quotation from a terminal: the board, the buyer's side and the seller's."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.boards import priced, tell_rows
from exchange.cli.instruments import instruments_of
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json
from exchange.cli.rfq_awarding import accept, award, end, reject
from exchange.cli.rfq_quoting import quote, sample, withdraw
from exchange.cli.rfq_requesting import cancel, request
from exchange.cli.rfq_tables import see_request


@click.group(
    epilog=example("exchange rfq board", "exchange rfq award QU-0.13.0 --as BU-SG-01 --quantity 9000")
)
def rfq() -> None:
    """Ask sellers for quotes, give them, award them, and look at samples.

    `exchange query awards participant=NAME` shows what became of awards, `exchange query samples award=ID` the samples.
    """


@rfq.command(epilog=example("exchange rfq board RQ-0.9.0"))
@click.argument("request", required=False, shell_complete=completing.in_tables("rfq_board", "request_id"))
@data
@as_json
def board(request: str | None, data: Path, as_json: bool) -> None:
    """Show the requests that are open, or the quotes given on one.

    Prices are in the currency of each, with --json in ticks. It works while the node is down.
    """
    if request is None:
        rows, otherwise = rows_of(data, "rfq_board"), "No request is open."
    else:
        see_request(data, request)
        rows, otherwise = rows_of(data, "quotes", request=request), f"No quote was given on {request}."
    if as_json:
        print_json(rows)
        return
    known = instruments_of(data) if request else {}
    tell_rows(
        [priced(row, known[row["instrument_id"]], ("price",)) if request else row for row in rows], otherwise
    )


for each in (request, cancel, quote, withdraw, award, sample, accept, reject, end):
    rfq.add_command(each)
