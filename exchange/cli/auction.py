"""`auction`: opening auctions, bidding in them, taking them, from a terminal."""

from pathlib import Path

import click

from exchange.cli.auction_asking import an_auction, found_auction
from exchange.cli.auction_bidding import commit, reveal, take
from exchange.cli.auction_opening import cancel, open_dutch, open_sealed
from exchange.cli.boards import priced, tell_one, tell_rows
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, data, example, print_json

_PRICES = ("start_price", "floor_price", "step", "price")


@click.group(
    epilog=example(
        "exchange auction open L-0.23.0 --as SE-CN-03 --reserve 24000.00 \\",
        "    --deposit 2400.00 --commit-until 2026-11-10T05:00:00Z \\",
        "    --reveal-until 2026-11-11T05:00:00Z",
        "exchange auction show A-0.34.0",
    )
)
def auction() -> None:
    """Open auctions of listings without a posted price, bid in them, or take them.

    Prices are written in the listing's currency (24000.00), for one unit. `exchange query auctions` lists auctions.
    """


@auction.command(epilog=example("exchange auction show A-0.34.0"))
@an_auction
@data
@as_json
def show(auction: str, data: Path, as_json: bool) -> None:
    """Show an auction and its bids.

    What a bid offers is known once it was revealed. Prices are in the auction's currency, with --json in ticks. It
    works while the node is down.
    """
    found, shown = found_auction(data, auction)
    bids = rows_of(data, "auction_bids", auction=auction)
    if as_json:
        print_json({"auction": found, "bids": bids})
        return
    tell_one("auction", priced(found, shown, _PRICES))
    if bids:
        click.echo()
        tell_rows([priced(row, shown, _PRICES) for row in bids], "")


for each in (open_sealed, open_dutch, commit, reveal, take, cancel):
    auction.add_command(each)
