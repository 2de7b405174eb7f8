"""`purchase accept`, `accept-part`, `reject`, `concede`: a buyer's answer to a delivery, and the seller's to that."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.purchase_asking import a_trade, found_purchase, grounds
from exchange.kernel.errors import Misuse


@click.command(epilog=example("exchange purchase accept T-0.10.0 --as BU-JP-01"))
@a_trade
@data
@acting
@dry_run
@as_json
def accept(trade: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Accept what was delivered: its seller is paid.

    Nobody has to: evidence of the whole delivery accepts it too, and so does the end of the acceptance window.
    """
    bought: Any = found_purchase(data, trade)
    fact = said("Buyer", data, actor, lambda buyer: buyer.accept(bought), dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        paid = format_minor(fact.seller_minor, fact.currency)
        tell(fact, as_json, f"Accepted: {trade}; {fact.seller_id} is paid {paid}.")


@click.command(
    "accept-part",
    epilog=example(
        "exchange purchase accept-part T-0.10.0 --as BU-JP-01 --amount 9000.00 \\",
        '    --grounds "A week is missing."',
    ),
)
@a_trade
@data
@acting
@click.option("--amount", metavar="AMOUNT", help="So much of its price is accepted.")
@click.option("--quantity", type=click.IntRange(1), metavar="N", help="Or so many units of it.")
@grounds
@dry_run
@as_json
def accept_part(
    trade: str,
    data: Path,
    actor: str,
    amount: str | None,
    quantity: int | None,
    grounds: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Accept a part, and want the rest back.

    The rest goes back unless the seller contests it in time.
    """
    if (amount is None) == (quantity is None):
        raise Misuse("say how much is accepted: --amount or --quantity, one of them")
    bought: Any = found_purchase(data, trade)
    minor = None if amount is None else bought.shown.minor(amount)

    async def say(buyer: Any) -> Any:
        return await buyer.accept_part(bought, grounds, amount_minor=minor, quantity=quantity)

    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, *_rejected(fact, data))


@click.command(epilog=example('exchange purchase reject T-0.10.0 --as BU-JP-01 --grounds "Unreadable."'))
@a_trade
@data
@acting
@grounds
@dry_run
@as_json
def reject(trade: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Reject what was delivered.

    Its money goes back unless the seller contests it in time.
    """
    bought: Any = found_purchase(data, trade)
    fact = said("Buyer", data, actor, lambda buyer: buyer.reject(bought, grounds), dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, *_rejected(fact, data))


@click.command(epilog=example("exchange purchase concede T-0.10.0 --as SE-CN-02"))
@a_trade
@data
@acting
@dry_run
@as_json
def concede(trade: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Agree to what the buyer rejected, as the seller."""
    sold: Any = found_purchase(data, trade)
    fact = said("Seller", data, actor, lambda seller: seller.concede(sold), dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back = fact.amount_minor if hasattr(fact, "amount_minor") else fact.refunded_minor
        tell(fact, as_json, f"Conceded: {format_minor(back, fact.currency)} went back to {fact.buyer_id}.")


def _rejected(fact: Any, data: Path) -> list[str]:
    from exchange.kernel.money import format_minor
    from exchange.kernel.time import iso

    back = format_minor(fact.refund_minor, fact.currency)
    lines = [f"Rejected: {back} of {fact.trade_id} goes back, unless {fact.seller_id} contests it"]
    lines[0] += f" by {iso(fact.contest_until)}:"
    return [*lines, f"  exchange purchase dispute {fact.trade_id} --as {fact.seller_id}{naming(data)}"]
