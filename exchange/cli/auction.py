"""`auction`: opening auctions, bidding in them, taking them, from a terminal."""

from contextlib import closing
from pathlib import Path

import click

from exchange.cli.auction_asking import an_auction, no_auction
from exchange.cli.auction_bidding import commit, reveal, take
from exchange.cli.auction_opening import cancel, open_dutch, open_sealed
from exchange.cli.options import as_json, data, example, opened, print_json


@click.group(
    epilog=example(
        "exchange auction open L-0.23.0 --as SE-CN-03 --reserve 2400000 \\",
        "    --deposit-minor 240000 --commit-until 2026-11-10T05:00:00Z \\",
        "    --reveal-until 2026-11-11T05:00:00Z",
        "exchange auction show A-0.34.0",
    )
)
def auction() -> None:
    """Open auctions of listings without a posted price, bid in them, or take them."""


@auction.command(epilog=example("exchange auction show A-0.34.0"))
@an_auction
@data
@as_json
def show(auction: str, data: Path, as_json: bool) -> None:
    """Show an auction and its bids, whose prices are known once they were revealed.

    It works while the node is down.
    """
    from exchange.cli import grid
    from exchange.cli.readable import readable_rows
    from exchange.store import open_store
    from exchange.views.queries import run_query

    with closing(open_store(opened(data).store_url)) as store:
        found = run_query(store, "auctions", {"auction": auction})
        bids = run_query(store, "auction_bids", {"auction": auction})
    if not found.rows:
        raise no_auction(auction)
    if as_json:
        print_json({"auction": found.as_dicts()[0], "bids": bids.as_dicts()})
        return
    names, (cells,) = readable_rows(found.columns, found.rows)
    said = [(name, cell) for name, cell in zip(names, cells, strict=True) if cell is not None]
    click.echo("\n".join(grid.shown(("auction", auction), said[1:])))
    if bids.rows:
        click.echo("\n".join(["", *grid.shown(*readable_rows(bids.columns, bids.rows))]))


for each in (open_sealed, open_dutch, commit, reveal, take, cancel):
    auction.add_command(each)
