"""`invoice pay`: what an invoice of a purchase on credit asks for, paid out of a purse."""

from pathlib import Path

import click

from exchange.cli.asking import said, tell
from exchange.cli.invoice_looking import a_number
from exchange.cli.looking import row_soon
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import minor_of, money
from exchange.kernel.errors import Misuse


@click.command(
    epilog=example(
        "exchange invoice pay 2026-SE-CN-02-000001 --as BU-JP-01",
        "exchange invoice pay 2026-SE-CN-02-000001 400.00 --as BU-JP-01",
    )
)
@a_number
@click.argument("amount", required=False)
@data
@acting
@dry_run
@as_json
def pay(number: str, amount: str | None, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Pay what an invoice asks for, or so much of it, out of one's cash.

    What is deposited, or netted with what one is owed, pays invoices too, the oldest first.
    """
    row = row_soon(data, "invoices", number=number)
    if row is None or row["matter"] != "purchase":
        raise Misuse(f"the tables have no purchase's invoice {number}; `exchange invoice list` shows all")
    minor = None if amount is None else minor_of(amount, row["currency"])
    say = lambda door: door.pay_bill(row["market_id"], row["trade_id"], minor)  # noqa: E731
    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        paid, left = (money(each, fact.currency) for each in (fact.amount_minor, fact.left_minor))
        tell(fact, as_json, f"Paid: {paid} of {number}, {left} is left to be paid.")
