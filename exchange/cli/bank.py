"""`bank`: files that banks give and take, read and checked; nothing is booked."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.options import as_json, example, print_json

if TYPE_CHECKING:
    from exchange.banking.values import BankStatement

a_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(epilog=example("exchange bank read statement.xml", "exchange bank check payments.xml"))
def bank() -> None:
    """Read what banks write, and check what they are sent.

    Statements are camt.053.001.08, advices camt.054.001.08, payments pain.001.001.09. A file is refused whole, and
    nothing is booked.
    """


@bank.command(epilog=example("exchange bank read statement.xml", "exchange bank read advice.xml --json"))
@a_file
@as_json
def read(file: Path, as_json: bool) -> None:
    """Show the lines of a statement or an advice, as they would be booked.

    Its schema, currencies, amounts and balances are checked first. With --json amounts are in minor units.
    """
    from exchange.banking.statements import read_statements
    from exchange.documents.xml import read_document

    found = read_statements(read_document(file), str(file))
    if as_json:
        print_json([*found])
        return
    for place, each in enumerate(found):
        if place:
            click.echo()
        _tell(each)


@bank.command(epilog=example("exchange bank check payments.xml", "exchange bank check statement.xml"))
@a_file
@as_json
def check(file: Path, as_json: bool) -> None:
    """Check a bank's file: schema, currencies, exponents, balances, sums.

    It ends with 0 where the file holds, and with 1 and what is wrong where it does not.
    """
    from exchange.banking.messages import TRANSFER, message_of
    from exchange.banking.statements import read_statements
    from exchange.banking.transfer_checks import check_transfers
    from exchange.documents.xml import read_document
    from exchange.kernel.money import format_minor

    content, name = read_document(file), str(file)
    kind, _ = message_of(content, name)
    if kind == TRANSFER:
        payments, message_id, sums = check_transfers(content, name)
        told: dict[str, Any] = {"payments": payments, "message_id": message_id, "sums_minor": sums}
        amounts = ", ".join(format_minor(minor, currency) for currency, minor in sorted(sums.items()))
        line = f"{_counted(payments, 'payment')} of {amounts} in message {message_id}"
    else:
        found = read_statements(content, name)
        lines = sum(len(each.lines) for each in found)
        told = {"statements": len(found), "lines": lines}
        line = f"{_counted(lines, 'booked line')} in {_counted(len(found), found[0].kind)}"
    if as_json:
        print_json({"file": name, "kind": kind, **told})
    else:
        click.echo(f"{name} holds: {kind}, {line}.")


def _tell(statement: "BankStatement") -> None:
    from exchange.cli.consignment_reading import table
    from exchange.kernel.money import format_minor

    currency = statement.currency
    click.echo(f"{statement.kind} {statement.statement_id} of account {statement.account_id}, {currency}")
    if statement.opening_minor is not None and statement.closing_minor is not None:
        opening = format_minor(statement.opening_minor, currency)
        click.echo(f"opens with {opening}, closes with {format_minor(statement.closing_minor, currency)}")
    if statement.lines:
        table([_row(each, currency) for each in statement.lines])
    else:
        click.echo("No booked line.")
    if statement.not_booked:
        click.echo(f"{_counted(statement.not_booked, 'entry', 'entries')} not booked yet, and left out.")


def _row(line: Any, currency: str) -> dict[str, Any]:
    named = ("value_date", "direction", "amount_minor", "reference", "bank_reference", "party", "remittance")
    return {"currency": currency} | {name: getattr(line, name) for name in named}


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
