"""`auction commit`, `reveal`, `take`: a buyer's side of an auction."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked, tell
from exchange.cli.auction_asking import an_auction, found_auction
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.uses import of_use, use_of

if TYPE_CHECKING:
    from streams.client import Client


@click.command(
    epilog=example(
        "exchange auction commit A-0.34.0 --as BU-JP-01 --price 27000.00 \\",
        "    --keep bid.json --purpose sale --place JP",
    )
)
@an_auction
@data
@acting
@click.option("--price", required=True, metavar="PRICE", help="What to bid for a unit.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="A new file for price and salt: without it the bid cannot be revealed.",
)
@of_use
@dry_run
@as_json
def commit(
    auction: str,
    data: Path,
    actor: str,
    price: str,
    keep: Path,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Seal a bid, keep it in a file, and commit to it. Only the commitment is sent."""
    from exchange.sdk import sealed_bid

    found, shown = found_auction(data, auction)
    ticks = shown.any_ticks(price)
    sealed = sealed_bid(auction_id=auction, market_id=found["market_id"], participant_id=actor, price=ticks)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer, Refusal

        buyer = Buyer(client, actor)
        if dry_run:
            return await buyer.commit(sealed, use=use)
        # Kept before it is sent: a commitment whose salt is lost costs its deposit.
        sealed.write(keep)
        try:
            return await buyer.commit(sealed, use=use)
        except Refusal:
            # Nothing was committed to: the file would only be in the way of the next attempt.
            keep.unlink(missing_ok=True)
            raise

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Committed: bid {fact.bid_id}, kept in {keep}. When revealing has begun:"
        tell(fact, as_json, told, f"  exchange auction reveal {keep}{naming(data)}")


@click.command(epilog=example("exchange auction reveal bid.json"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@dry_run
@as_json
def reveal(file: Path, data: Path, dry_run: bool, as_json: bool) -> None:
    """Reveal the bid that was kept in FILE, as who committed to it."""
    from exchange.sdk import SealedBid

    sealed = SealedBid.read(file)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, sealed.participant_id).reveal(sealed)

    fact = asked(data, sealed.participant_id, speak, dry_run, as_json)
    if fact is not None:
        shown = found_auction(data, sealed.auction_id)[1]
        tell(fact, as_json, f"Revealed: bid {fact.bid_id} at {shown.money(fact.price)}.")


@click.command(
    epilog=example(
        "exchange auction take A-0.42.0 --as BU-SG-01 --price-max 21000.00 \\",
        "    --purpose sale --place SG",
    )
)
@an_auction
@data
@acting
@click.option("--price-max", metavar="PRICE", help="Pay at most this for a unit.  [default: any price]")
@of_use
@dry_run
@as_json
def take(
    auction: str,
    data: Path,
    actor: str,
    price_max: str | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Buy at a Dutch auction's price of this moment.

    The licence on offer is accepted with it.
    """
    found, shown = found_auction(data, auction)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)
    at_most = None if price_max is None else shown.any_ticks(price_max)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).take(auction, found["market_id"], use=use, price_max=at_most)

    taken = asked(data, actor, speak, dry_run, as_json)
    if taken is not None:
        told = f"Taken at {shown.money(taken.sold.price)}: trade {taken.trade.trade_id}; entitlement"
        next_one = f"  exchange subscribe {taken.entitlement.entitlement_id} --as {actor}{naming(data)}"
        tell(taken, as_json, f"{told} {taken.entitlement.entitlement_id}", "", "Next:", next_one)
