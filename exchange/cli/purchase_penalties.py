"""`purchase penalties`, `charge`, `waive`: what sellers pay for what they delivered late."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.purchase_asking import a_trade, found_purchase, grounds
from exchange.cli.settlement_asking import and_money, money, show_rows


@click.command(epilog=example("exchange purchase penalties", "exchange purchase penalties SE-CN-02"))
@click.argument(
    "seller", required=False, shell_complete=completing.in_tables("participants", "participant_id")
)
@data
@as_json
def penalties(seller: str | None, data: Path, as_json: bool) -> None:
    """List penalties, what they are for, and which were taken back.

    It works while the node is down.
    """
    show_rows(data, "penalties", "No penalty was charged.", as_json, "partition", seller=seller)


@click.command(
    epilog=example(
        "exchange purchase charge T-0.10.0 4000.00 --as OP-CN-01 \\",
        '    --grounds "A third came a week late."',
    )
)
@a_trade
@click.argument("amount")
@data
@acting
@grounds
@dry_run
@as_json
def charge(
    trade: str, amount: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool
) -> None:
    """Charge the instrument's penalty on AMOUNT, which came late.

    What was not delivered at all, or in part, is charged by itself.
    """
    sold = found_purchase(data, trade)
    minor = sold.shown.minor(amount)
    say = lambda door: door.charge_penalty(sold.market_id, trade, minor, grounds)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        paid = money(fact.amount_minor, fact.currency)
        owed = and_money(fact.clawback_minor, fact.currency, "of it is owed from now on")
        tell(fact, as_json, f"Charged: {paid} to {fact.seller_id} for {trade}{owed}.")


@click.command(epilog=example('exchange purchase waive T-0.10.0 --as OP-CN-01 --grounds "It was the line."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def waive(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Take a penalty back, whoever charged it."""
    sold = found_purchase(data, trade)
    say = lambda door: door.withdraw_penalty(sold.market_id, trade, grounds)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        back = money(fact.amount_minor, fact.currency)
        owed = and_money(fact.recovered_minor, fact.currency, "of it pays what it owes")
        tell(fact, as_json, f"Waived: {back} for {trade} is {fact.seller_id}'s again{owed}.")
