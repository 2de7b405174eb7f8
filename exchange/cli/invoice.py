"""`invoice`: e-invoices checked, whoever wrote them, and written; those of purchases listed, shown and answered."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.invoice_answering import details, respond
from exchange.cli.invoice_looking import list_all, show
from exchange.cli.invoice_paying import pay
from exchange.cli.invoice_writing import write
from exchange.cli.options import as_json, example, print_json


@click.group(
    epilog=example(
        "exchange invoice list --buyer BU-JP-01",
        "exchange invoice show 2026-SE-CN-02-000001 -o invoice.pdf",
        "exchange invoice check invoice.xml",
    )
)
def invoice() -> None:
    """List, show and answer the invoices of purchases; check and write others.

    UBL 2.1 is checked by the official rules of EN 16931 and Peppol BIS Billing 3, or by what PINT-SG asks for.
    """


@invoice.command(
    epilog=example("exchange invoice check invoice.xml", "exchange invoice check note.xml --json")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def check(file: Path, as_json: bool) -> None:
    """Check an invoice by its schema, its rules, and its currency.

    It ends with 0 where nothing fatal is found, with 1 where something is, and with 3 where the rules could not be run.
    """
    from exchange.documents.xml import read_document
    from exchange.invoicing.checks import check_invoice, require

    checked = check_invoice(read_document(file), str(file))
    if as_json:
        findings: list[dict[str, Any]] = [each._asdict() for each in checked.findings]
        told = {"file": str(file), "holds": not checked.fatal, "kind": checked.kind, "number": checked.number}
        print_json(told | {"rules": checked.rules, "findings": findings})
    else:
        for each in checked.findings:
            click.echo(f"{each.severity:<8} {each.rule:<12} {each.text}")
    require(checked, str(file))
    if not as_json:
        kind = checked.kind.replace("_", " ")
        click.echo(f"{file} holds: {kind} {checked.number} by {checked.rules}.")


for each in (write, list_all, show, respond, pay, details):
    invoice.add_command(each)
