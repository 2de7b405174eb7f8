"""`pool approve`, `refuse`: whether a pool that has closed may use its line."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.pool_asking import a_pool, found_pool

if TYPE_CHECKING:
    from streams.client import Client


@click.command(epilog=example("exchange pool approve PL-0.31.0 --as OP-CN-01"))
@a_pool
@data
@acting
@dry_run
@as_json
def approve(pool: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Let POOL use its line: all shares are paid next.

    An operator or the governance does, once the pool has closed.
    """
    shown = found_pool(data, pool)[1]

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).approve_pool(shown.market_id, pool)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Approved: {pool} of {fact.total_mbps:,} Mbps at {shown.money(fact.price)} a Mbps and month;"
        days = f"{fact.days_saved} day{'' if fact.days_saved == 1 else 's'} saved."
        tell(fact, as_json, f"{told} {days}", f"  exchange pool show {pool}{naming(data)}")


@click.command(epilog=example('exchange pool refuse PL-0.31.0 --as OP-CN-01 --grounds "No line."'))
@a_pool
@data
@acting
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@dry_run
@as_json
def refuse(pool: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """End POOL without its line: deposits go back."""
    market = found_pool(data, pool)[1].market_id

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).refuse_pool(market, pool, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back = format_minor(sum(each.amount_minor for each in fact.returned), fact.currency)
        count = len(fact.returned)
        shares = f"{count:,} share{'' if count == 1 else 's'}"
        tell(fact, as_json, f"Refused: {pool}; {back} went back to {shares}.")
