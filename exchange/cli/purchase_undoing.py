"""`purchase refund`, `refund-part`, `bust`: money that goes back, and trades that are undone."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.purchase_asking import a_trade, found_purchase, grounds


@click.command(epilog=example('exchange purchase refund T-0.10.0 --as SE-CN-02 --grounds "Not to be had."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def refund(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Give all back before it is accepted.

    Its seller does, or an operator.
    """
    sold: Any = found_purchase(data, trade)
    fact = said("Operator", data, actor, lambda either: either.refund(sold, grounds), dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back = format_minor(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Refunded: {back} of {trade} went back to {fact.buyer_id}.")


@click.command(
    "refund-part",
    epilog=example(
        "exchange purchase refund-part T-0.10.0 500.00 --as SE-CN-02 \\",
        '    --reference complaint-7 --grounds "Two days were late."',
    ),
)
@a_trade
@click.argument("amount")
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="Your own name for it, which counts once.")
@grounds
@dry_run
@as_json
def refund_part(
    trade: str,
    amount: str,
    data: Path,
    actor: str,
    reference: str,
    grounds: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give AMOUNT back after it was accepted."""
    sold: Any = found_purchase(data, trade)
    minor = sold.shown.minor(amount)

    async def say(either: Any) -> Any:
        return await either.refund_part(sold, minor, reference, grounds)

    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back, left = (format_minor(each, fact.currency) for each in (fact.amount_minor, fact.left_minor))
        tell(
            fact, as_json, f"Refunded: {back} of {trade} went back to {fact.buyer_id}; {left} of it is left."
        )


@click.command(epilog=example('exchange purchase bust T-0.10.0 --as OP-CN-01 --grounds "Wrong price."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def bust(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Undo a trade that should not have been, as an operator."""
    done: Any = found_purchase(data, trade)
    fact = said("Operator", data, actor, lambda operator: operator.bust(done, grounds), dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Undone: {trade}; its money went back and its right has ended.")
