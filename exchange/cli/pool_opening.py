"""`pool open`: a line operator lets many commit to shares of a line."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.pool_asking import MBPS
from exchange.cli.tiers import tiers_of
from exchange.cli.uses import checked
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.cli.instruments import Shown
    from streams.client import Client

_DAYS = click.IntRange(1, 365)


@click.command(
    "open",
    epilog=example(
        "exchange pool open LK-SG --as LN-SG-01 --month 2027-01 \\",
        "    --list-price 1000.00 --tier 400=520.00 --tier 800=200.00 \\",
        "    --threshold 400 --supply 10000 --closes 2026-11-16T00:00:00Z",
    ),
)
@click.argument("instrument", shell_complete=completing.in_tables("instruments", "instrument_id"))
@data
@acting
@click.option("--month", required=True, metavar="MONTH", help="Which month of the line, such as 2027-01.")
@click.option("--list-price", required=True, metavar="PRICE", help="What one buyer for itself would pay.")
@click.option(
    "--tier",
    "tiers",
    multiple=True,
    required=True,
    metavar="MBPS=PRICE",
    help="From which total on which price; may be repeated.",
)
@click.option("--threshold", type=MBPS, required=True, metavar="MBPS", help="Below this total it fails.")
@click.option("--supply", type=MBPS, required=True, metavar="MBPS", help="No more is there to share.")
@click.option("--closes", required=True, metavar="TIME", help="Until when one may commit (ISO 8601 with Z).")
@click.option("--opens", metavar="TIME", help="From when on.  [default: now]")
@click.option("--link", metavar="ID", help="Which line.  [default: where INSTRUMENT is delivered]")
@click.option(
    "--deposit-pct",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    help="Of the list price, left when committing.",
)
@click.option(
    "--approval-days",
    type=_DAYS,
    default=45,
    show_default=True,
    metavar="N",
    help="How long approval may take, from the close.",
)
@click.option(
    "--individual-days",
    type=_DAYS,
    default=75,
    show_default=True,
    metavar="N",
    help="How long it takes for one buyer alone.",
)
@dry_run
@as_json
def open_pool(instrument: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Let many buy a month of INSTRUMENT, a line."""
    shown = instrument_of(data, instrument)
    wanted = _wanted(shown, said)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        opens = said["opens"]
        now = await client.exchange_time("market", shown.market_id) if opens is None else moment(opens)
        return await Seller(client, actor).open_pool(shown.market_id, _pool(wanted, now))

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        what = f"pool {fact.pool_id} of {fact.link_id} for {fact.delivery_month}"
        told = f"Opened: {what}; one may commit until {said['closes']}:"
        tell(fact, as_json, told, f"  exchange pool commit {fact.pool_id} --mbps 100 --as NAME{naming(data)}")


def _wanted(shown: "Shown", said: dict[str, Any]) -> dict[str, Any]:
    link = said["link"] or shown.place
    if not link:
        raise Misuse(f"{shown.instrument_id} names no place of delivery; name the line with --link")
    tiers = tiers_of(said["tiers"], shown.any_ticks)
    return {
        "instrument_id": shown.instrument_id,
        "link_id": link,
        "delivery_month": said["month"],
        "list_price": shown.any_ticks(said["list_price"]),
        "tiers": [{"from_mbps": mbps, "price": price} for mbps, price in tiers],
        "threshold_mbps": said["threshold"],
        "supply_mbps": said["supply"],
        "deposit_pct": said["deposit_pct"],
        "closes_at": moment(said["closes"]),
        "approval_days_pooled": said["approval_days"],
        "approval_days_individual": said["individual_days"],
    }


def _pool(wanted: dict[str, Any], opens_at: int) -> Any:
    from exchange.market.pools.commands import OpenPool

    return checked(OpenPool, **wanted, opens_at=opens_at)
