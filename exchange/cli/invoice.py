"""`invoice`: e-invoices checked, whoever wrote them, and written."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.invoice_writing import write
from exchange.cli.options import as_json, example, print_json


@click.group(
    epilog=example(
        "exchange invoice check invoice.xml", "exchange invoice write invoice.json --to invoice.pdf"
    )
)
def invoice() -> None:
    """Check invoices and credit notes in UBL 2.1; write them, for people too.

    Those of EN 16931 and Peppol BIS Billing 3 by the official rules, those of PINT-SG by what it asks for.
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


invoice.add_command(write)
