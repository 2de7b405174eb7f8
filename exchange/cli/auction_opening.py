"""`auction open`, `open-dutch`, `cancel`: a seller's side of an auction."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.auction_asking import an_auction, found_auction
from exchange.cli.instruments import instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming

if TYPE_CHECKING:
    from streams.client import Client

_listing = click.argument("listing", shell_complete=completing.in_tables("listings", "listing_id"))
_quantity = click.option(
    "--quantity", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="How many units."
)
_shared = click.option(
    "--not-exclusive", is_flag=True, help="More of it may be sold while the winner's right lasts."
)


@click.command(
    "open",
    epilog=example(
        "exchange auction open L-0.23.0 --as SE-CN-03 --reserve 24000.00 \\",
        "    --deposit 2400.00 --commit-until 2026-11-10T05:00:00Z \\",
        "    --reveal-until 2026-11-11T05:00:00Z",
    ),
)
@_listing
@data
@acting
@click.option(
    "--kind",
    type=click.Choice(["first_price", "second_price"]),
    default="first_price",
    show_default=True,
    help="Whether the winner pays its own price, or what the next one bid.",
)
@click.option("--reserve", required=True, metavar="PRICE", help="The least price for a unit.")
@click.option("--deposit", required=True, metavar="AMOUNT", help="What a bid costs until it is revealed.")
@click.option("--commit-until", required=True, metavar="TIME", help="When committing ends (ISO 8601 with Z).")
@click.option("--reveal-until", required=True, metavar="TIME", help="When revealing ends.")
@_quantity
@_shared
@dry_run
@as_json
def open_sealed(
    listing: str,
    data: Path,
    actor: str,
    kind: Any,
    reserve: str,
    deposit: str,
    commit_until: str,
    reveal_until: str,
    quantity: int,
    not_exclusive: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sell a listing to the highest of several sealed bids."""
    committed_by, revealed_by = moment(commit_until), moment(reveal_until)
    shown = instrument_of(data, listing)
    least, deposit_minor = shown.any_ticks(reserve), shown.minor(deposit)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).open_auction(
            listing,
            kind=kind,
            reserve_price=least,
            deposit_minor=deposit_minor,
            quantity=quantity,
            exclusive=not not_exclusive,
            commit_until=committed_by,
            reveal_until=revealed_by,
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Opened: auction {fact.auction_id}; bids are committed until {commit_until}."
        tell(fact, as_json, told, f"  exchange auction show {fact.auction_id}{naming(data)}")


@click.command(
    "open-dutch",
    epilog=example(
        "exchange auction open-dutch L-0.23.0 --as SE-CN-03 \\",
        "    --start 24000.00 --floor 12000.00 --step 1000.00 --every 3600 \\",
        "    --until 2026-11-12T07:00:00Z",
    ),
)
@_listing
@data
@acting
@click.option("--start", required=True, metavar="PRICE", help="The first price for a unit.")
@click.option("--floor", required=True, metavar="PRICE", help="The last price.")
@click.option("--step", required=True, metavar="PRICE", help="By how much it falls.")
@click.option("--every", type=click.IntRange(1), required=True, metavar="SECONDS", help="How often it falls.")
@click.option("--until", required=True, metavar="TIME", help="When it ends unsold (ISO 8601 with Z).")
@_quantity
@_shared
@dry_run
@as_json
def open_dutch(
    listing: str,
    data: Path,
    actor: str,
    start: str,
    floor: str,
    step: str,
    every: int,
    until: str,
    quantity: int,
    not_exclusive: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sell a listing at a price that falls.

    The first who takes it has it, at the price of that moment.
    """
    end, shown = moment(until), instrument_of(data, listing)
    first, last, falls = map(shown.any_ticks, (start, floor, step))

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).open_dutch_auction(
            listing,
            start_price=first,
            floor_price=last,
            step=falls,
            step_interval_s=every,
            open_until=end,
            quantity=quantity,
            exclusive=not not_exclusive,
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        falling = f"from {shown.money(first)} down to {shown.money(last)} until {until}"
        tell(fact, as_json, f"Opened: auction {fact.auction_id}, {falling}.")


@click.command(epilog=example("exchange auction cancel A-0.34.0 --as SE-CN-03"))
@an_auction
@data
@acting
@dry_run
@as_json
def cancel(auction: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Call an auction off that nobody has committed to."""
    market_id = found_auction(data, auction)[0]["market_id"]

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).cancel_auction(auction, market_id)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Cancelled: auction {auction}.")
