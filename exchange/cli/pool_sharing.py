"""`pool commit`, `withdraw`: a buyer's side of a pool."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.pool_asking import MBPS, a_pool, found_pool, found_share

if TYPE_CHECKING:
    from streams.client import Client


@click.command(epilog=example("exchange pool commit PL-0.31.0 --as PR-CN-01 --mbps 300"))
@a_pool
@data
@acting
@click.option("--mbps", type=MBPS, required=True, metavar="N", help="How much of the line.")
@click.option("--reference", default="", metavar="TEXT", help="Your own name for the share.")
@dry_run
@as_json
def commit(
    pool: str, data: Path, actor: str, mbps: int, reference: str, dry_run: bool, as_json: bool
) -> None:
    """Commit to a share of POOL, for a deposit.

    Its line's terms are accepted with it. The rest of the price is taken once the pool is approved.
    """
    shown = found_pool(data, pool)[1]

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).commit_share(
            shown.market_id, pool, mbps, licence_digest=shown.licence, reference=reference
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        deposit = format_minor(fact.deposit_minor, fact.currency)
        told = f"Committed: share {fact.share_id} of {fact.mbps:,} Mbps; {deposit} deposited."
        now = f"The pool has {fact.total_mbps:,} Mbps so far, at {shown.money(fact.price)} a Mbps and month."
        undo = f"  exchange pool withdraw {fact.share_id} --as {actor}{naming(data)}"
        tell(fact, as_json, told, now, "", "Next:", f"  exchange pool show {pool}{naming(data)}", undo)


@click.command(epilog=example("exchange pool withdraw SH-0.33.0 --as PR-CN-01"))
@click.argument("share", shell_complete=completing.in_tables("pool_shares", "share_id"))
@data
@acting
@dry_run
@as_json
def withdraw(share: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Leave a pool with SHARE.

    The deposit comes back, unless the pool's threshold was reached before.
    """
    pool = found_share(data, share)["pool_id"]
    market = found_pool(data, pool)[1].market_id

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).withdraw_share(market, share, pool)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        back = format_minor(fact.returned_minor, fact.currency)
        lost = (
            f", {format_minor(fact.forfeited_minor, fact.currency)} is forfeited: it was late"
            if fact.late
            else ""
        )
        tell(fact, as_json, f"Withdrawn: {share}; {back} went back{lost}.")
