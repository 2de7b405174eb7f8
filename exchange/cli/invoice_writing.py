"""`invoice write`: an invoice that a JSON file describes, as UBL, as a page, as PDF, or as the draft of an e-fapiao."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.new_files import refuse_place, write_new
from exchange.cli.options import as_json, dry_run, example, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.invoicing.values import Invoice

FORMS = {"ubl": "UBL 2.1", "html": "HTML", "pdf": "PDF", "json": "the draft of an e-fapiao"}
SUFFIXES = {".xml": "ubl", ".html": "html", ".pdf": "pdf", ".json": "json"}


@click.command(
    epilog=example(
        "exchange invoice write invoice.json --to invoice.xml",
        "exchange invoice write invoice.json --to invoice.pdf",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to: it ends with .xml (UBL), .html, .pdf, or .json (the draft of an e-fapiao).",
)
@dry_run
@as_json
def write(file: Path, to: Path, dry_run: bool, as_json: bool) -> None:
    """Write the invoice that FILE describes as JSON; sums and tax are counted here.

    UBL is checked by its rules before it is written: PINT-SG for a seller in Singapore, else Peppol BIS Billing 3.
    No file is written over.
    """
    from exchange.cli.plan import Plan, show_plan
    from exchange.invoicing.totals import totals_of
    from exchange.kernel.money import format_minor

    form = form_of(to)
    refuse_place(to)
    wanted = read_invoice(file)
    content = written(wanted, form)
    total = format_minor(totals_of(wanted).gross_minor, wanted.currency)
    line = f"{wanted.kind.replace('_', ' ')} {wanted.number} of {total} as {FORMS[form]}"
    if dry_run:
        show_plan(
            Plan([f"write {to}: {line}"], [f"{file} describes an invoice that can be written"]), as_json
        )
        return
    write_new(to, content)
    if as_json:
        print_json(
            {"file": str(to), "kind": wanted.kind, "number": wanted.number, "size_bytes": len(content)}
        )
    else:
        click.echo(f"Written: {to}, {line}.")


def read_invoice(path: Path) -> "Invoice":
    """The invoice that a JSON file describes. Raises: Misuse naming the field that does not fit."""
    import msgspec

    from exchange.documents.xml import read_document
    from exchange.invoicing.values import Invoice

    try:
        return msgspec.json.decode(read_document(path), type=Invoice)
    except msgspec.DecodeError as error:
        raise Misuse(f"{path} describes no invoice ({error}); correct what that names") from error


def written(wanted: "Invoice", form: str) -> bytes:
    """The invoice in one of `FORMS`; UBL is checked by its rules. Raises: DocumentRefused, SchemaMissing."""
    if form == "html":
        from exchange.invoicing.html import write_html

        return write_html(wanted).encode()
    if form == "pdf":
        from exchange.invoicing.pdf import write_pdf

        return write_pdf(wanted)
    if form == "json":
        from exchange.invoicing.fapiao import write_fapiao_draft

        return write_fapiao_draft(wanted)
    from exchange.invoicing.checks import check_invoice, require
    from exchange.invoicing.ubl import write_ubl

    content = write_ubl(wanted)
    require(check_invoice(content, wanted.number), wanted.number)
    return content


def form_of(to: Path) -> str:
    """The form that a file's name asks for. Raises: Misuse if it asks for none."""
    if to.suffix not in SUFFIXES:
        raise Misuse(f"{to} ends with none of {' '.join(SUFFIXES)}; say which of them it is to be")
    return SUFFIXES[to.suffix]
