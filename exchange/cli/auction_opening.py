"""`auction open`, `open-dutch`, `cancel`: a seller's side of an auction."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.auction_asking import TICKS, an_auction, found_auction
from exchange.cli.options import acting, as_json, data, dry_run, example

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
        "exchange auction open L-0.23.0 --as SE-CN-03 --reserve 2400000 \\",
        "    --deposit-minor 240000 --commit-until 2026-11-10T05:00:00Z \\",
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
@click.option("--reserve", type=TICKS, required=True, metavar="N", help="The least price, in ticks a unit.")
@click.option(
    "--deposit-minor", type=TICKS, required=True, metavar="N", help="What a bid costs until it is revealed."
)
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
    reserve: int,
    deposit_minor: int,
    commit_until: str,
    reveal_until: str,
    quantity: int,
    not_exclusive: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sell a listing to the highest of several sealed bids."""
    committed_by, revealed_by = moment(commit_until), moment(reveal_until)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).open_auction(
            listing,
            kind=kind,
            reserve_price=reserve,
            deposit_minor=deposit_minor,
            quantity=quantity,
            exclusive=not not_exclusive,
            commit_until=committed_by,
            reveal_until=revealed_by,
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Opened: auction {fact.auction_id}; bids are committed until {commit_until}.")


@click.command(
    "open-dutch",
    epilog=example(
        "exchange auction open-dutch L-0.23.0 --as SE-CN-03 --start 2400000 \\",
        "    --floor 1200000 --step 100000 --every 3600 --until 2026-11-12T07:00:00Z",
    ),
)
@_listing
@data
@acting
@click.option("--start", type=TICKS, required=True, metavar="N", help="The first price, in ticks a unit.")
@click.option("--floor", type=TICKS, required=True, metavar="N", help="The last price.")
@click.option("--step", type=TICKS, required=True, metavar="N", help="By how much it falls.")
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
    start: int,
    floor: int,
    step: int,
    every: int,
    until: str,
    quantity: int,
    not_exclusive: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sell a listing to the first who takes it, at a price that falls."""
    end = moment(until)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).open_dutch_auction(
            listing,
            start_price=start,
            floor_price=floor,
            step=step,
            step_interval_s=every,
            open_until=end,
            quantity=quantity,
            exclusive=not not_exclusive,
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Opened: auction {fact.auction_id}, from {start} down to {floor} ticks until {until}.",
        )


@click.command(epilog=example("exchange auction cancel A-0.34.0 --as SE-CN-03"))
@an_auction
@data
@acting
@dry_run
@as_json
def cancel(auction: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Call an auction off that nobody has committed to."""
    market_id = found_auction(data, auction)["market_id"]

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).cancel_auction(auction, market_id)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Cancelled: auction {auction}.")
