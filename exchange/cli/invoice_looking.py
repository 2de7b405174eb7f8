"""`invoice list` and `invoice show`: invoices and credit notes of purchases, in a few words or as documents."""

import sys
from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.invoice_writing import FORMS, form_of, written
from exchange.cli.new_files import refuse_place, write_new
from exchange.cli.options import as_json, data, example, print_json
from exchange.kernel.errors import Misuse

_STATES = ("issued", "received", "in_process", "queried", "conditional", "rejected", "accepted", "paid")
_SHOWN = (
    "number", "kind", "issue_date", "seller_id", "buyer_id", "currency", "gross_minor", "credited_minor", "state",
    "dispute", "unpaid_minor", "due_date",
)  # fmt: skip
_WHO = completing.in_tables("participants", "participant_id")
a_number = click.argument("number", shell_complete=completing.in_tables("invoices", "number"))


@click.command(
    "list",
    epilog=example("exchange invoice list --buyer BU-JP-01", "exchange invoice list --payment overdue"),
)
@click.option("--seller", metavar="NAME", shell_complete=_WHO, help="Only from this one.")
@click.option("--buyer", metavar="NAME", shell_complete=_WHO, help="Only to this one.")
@click.option(
    "--state", type=click.Choice(_STATES), metavar="STATE", help="Only those that are issued, queried, paid…"
)
@click.option("--trade", metavar="ID", help="Only those of this trade.")
@click.option("--payment", type=click.Choice(("due", "overdue", "paid")), help="Only those on credit.")
@data
@as_json
def list_all(
    seller: str | None,
    buyer: str | None,
    state: str | None,
    trade: str | None,
    payment: str | None,
    data: Path,
    as_json: bool,
) -> None:
    """List invoices and credit notes, in the order of their numbers' series.

    It works while the node is down.
    """
    from exchange.cli.boards import tell_rows
    from exchange.cli.looking import rows_of

    wanted = {"seller": seller, "buyer": buyer, "state": state, "trade": trade, "payment": payment}
    rows = rows_of(data, "invoices", **wanted)
    if as_json:
        print_json(rows)
    else:
        tell_rows([{name: row[name] for name in _SHOWN} for row in rows], "There is no such invoice.")


@click.command(
    epilog=example(
        "exchange invoice show 2026-SE-CN-02-000001",
        "exchange invoice show 2026-SE-CN-02-000001 --format ubl > invoice.xml",
        "exchange invoice show 2026-SE-CN-02-000001 -o invoice.pdf",
    )
)
@a_number
@click.option("--format", "form", type=click.Choice(tuple(FORMS)), help="As which document.")
@click.option(
    "-o",
    "--output",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to, instead of standard output; its name may say the format.",
)
@data
@as_json
def show(number: str, form: str | None, to: Path | None, data: Path, as_json: bool) -> None:
    """Show an invoice or a credit note, what is on it and what was answered.

    With a format, the document: ubl (checked by its rules), html, pdf, or json (the draft of an e-fapiao). It is made
    of what was recorded when it was numbered. No file is written over. It works while the node is down.
    """
    from exchange.cli.looking import row_soon, rows_of

    row = row_soon(data, "invoices", number=number)
    if row is None:
        raise Misuse(f"the tables have no invoice {number}; `exchange invoice list` names those there are")
    if form is not None or to is not None:
        _document(number, data, form, to, as_json)
        return
    lines, answers = (rows_of(data, query, number=number) for query in ("invoice_lines", "invoice_responses"))
    if as_json:
        print_json({"invoice": row, "lines": lines, "responses": answers})
    else:
        _tell(row, lines, answers)


def _tell(row: dict[str, Any], lines: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    from exchange.cli.boards import tell_one, tell_rows

    tell_one(str(row["kind"]).replace("_", " "), row)
    for rows in (lines, answers):
        if rows:
            click.echo()
            tell_rows([{name: cell for name, cell in each.items() if name != "number"} for each in rows], "")


def _document(number: str, data: Path, form: str | None, to: Path | None, as_json: bool) -> None:
    """Write the document to a file, or to standard output."""
    from exchange.cli.looking import rows_of
    from exchange.invoicing.numbered import document_from

    if to is None:
        if as_json:
            raise Misuse("--json describes a file that is written; name one with -o, or leave --json out")
        if form == "pdf" and sys.stdout.isatty():
            raise Misuse("a PDF is nothing for a terminal; name a file with -o")
    else:
        form = form or form_of(to)
        refuse_place(to)
    (kept,) = rows_of(data, "invoice_document", number=number)
    content = written(document_from(kept["content"]), form or "")
    if to is None:
        click.get_binary_stream("stdout").write(content)
        return
    write_new(to, content)
    if as_json:
        print_json({"file": str(to), "number": number, "format": form, "size_bytes": len(content)})
    else:
        click.echo(f"Written: {to}, {number} as {FORMS[form or '']}.")
