"""`buy`: taking part from a terminal."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import completing
from exchange.cli.options import acting, as_json, data, dry_run, example, exchange_of, naming, print_json
from exchange.cli.uses import of_use, use_of

if TYPE_CHECKING:
    from exchange.sdk import Placed
    from streams.client import Client


@click.command(epilog=example("exchange buy L-0.12.0 --as BU-JP-01 --purpose transport --place JP"))
@click.argument("listing", shell_complete=completing.in_tables("listings", "listing_id"))
@data
@acting
@click.option(
    "--quantity", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="How many units."
)
@click.option(
    "--price-minor",
    type=click.IntRange(1),
    metavar="N",
    help="Pay at most this for a unit, in minor units.  [default: the listing's price]",
)
@of_use
@dry_run
@as_json
def buy(
    listing: str,
    data: Path,
    actor: str,
    quantity: int,
    price_minor: int | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Buy a listing at once, accepting its licence, or not at all."""
    from exchange.sdk import Buyer

    async def speak(client: "Client") -> "Placed":
        buyer = Buyer(client, actor)
        found = await buyer.listing(listing)
        use = use_of(found.licence_digest, purpose, scenario, place, remote, authority)
        return await buyer.buy(found, quantity, price_minor, use=use)

    async def run() -> "Placed":
        async with exchange_of(data) as exchange:
            return await speak(exchange.client)

    if dry_run:
        from exchange.cli.rehearsing import rehearse, show_foretold

        show_foretold(asyncio.run(rehearse(data, actor, speak, quiet=as_json)), as_json)
        return
    placed = asyncio.run(run())
    if as_json:
        print_json(placed)
    else:
        click.echo("\n".join(_bought(placed, actor, data)))


def _bought(placed: "Placed", actor: str, data: Path) -> list[str]:
    from exchange.kernel.money import format_minor

    lines = [
        f"Bought: trade {trade.trade_id} for {format_minor(trade.amount_minor, trade.currency)}, held in escrow;"
        f" entitlement {entitlement.entitlement_id}"
        for trade, entitlement in zip(placed.trades, placed.entitlements, strict=True)
    ]
    nexts = [
        f"  exchange subscribe {each.entitlement_id} --as {actor}{naming(data)}"
        for each in placed.entitlements
    ]
    return [*lines, "", "Next:", *nexts]
