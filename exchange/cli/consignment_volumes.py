"""`consignment volume`: fenced volumes, opened to pools of workers and closed; what guards them is `fence`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.consignment_reading import show_rows
from exchange.cli.options import acting, as_json, data, dry_run, example

if TYPE_CHECKING:
    from streams.client import Client

_volume = completing.in_tables("fenced_volumes", "volume_id")


@click.group(
    epilog=example(
        "exchange consignment volume grant C-0.29.0 --pool POOL-1 \\",
        "    --until 2026-11-30T16:00:00Z --as PR-CN-01",
        "exchange consignment volume list",
    )
)
def volume() -> None:
    """Open fenced volumes to pools of workers, and close them."""


@volume.command(
    epilog=example(
        "exchange consignment volume grant J-0.47.0 --write --pool POOL-1 \\",
        "    --until 2026-11-30T16:00:00Z --as PR-CN-01",
    )
)
@click.argument("subject")
@data
@acting
@click.option("--pool", required=True, metavar="NAME", help="Who gets it.")
@click.option("--until", required=True, metavar="TIME", help="When it is closed again at the latest.")
@click.option("--write", is_flag=True, help="For writing, which a job run's volume is.")
@dry_run
@as_json
def grant(
    subject: str,
    data: Path,
    actor: str,
    pool: str,
    until: str,
    write: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open the volume of SUBJECT, a consignment or a job run; the fence decides."""
    from exchange.bonded.fenced.commands import GrantVolume

    command = GrantVolume(
        subject_id=subject, mode="write" if write else "read", pool_id=pool, until=moment(until)
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).grant_volume(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Granted: {fact.volume_id} to {pool}. Whether what guards it has opened it:",
            "  exchange consignment volume list",
        )


@volume.command(
    epilog=example('exchange consignment volume revoke V-0.50.0 "Nobody needs it." --as PR-CN-01')
)
@click.argument("volume_id", metavar="VOLUME", shell_complete=_volume)
@click.argument("grounds")
@data
@acting
@dry_run
@as_json
def revoke(volume_id: str, grounds: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Close VOLUME to everybody, for GROUNDS."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).revoke_volume(volume_id, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Revoked: {fact.volume_id}.")


@volume.command(epilog=example('exchange consignment volume destroy V-0.51.0 "It is empty." --as PR-CN-01'))
@click.argument("volume_id", metavar="VOLUME", shell_complete=_volume)
@click.argument("grounds")
@data
@acting
@dry_run
@as_json
def destroy(volume_id: str, grounds: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Have what is on VOLUME deleted, for GROUNDS, once nothing of it is on the books."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).destroy_volume(volume_id, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"To be deleted: what is on {fact.volume_id}.")


@volume.command(name="list", epilog=example("exchange consignment volume list --json"))
@data
@as_json
def list_volumes(data: Path, as_json: bool) -> None:
    """List volumes as they were decided, beside what their port last did.

    It works while the node is down.
    """
    show_rows(data, "fenced_volumes", "No volume was granted.", as_json)


@click.command(epilog=example("exchange consignment offer O-0.32.0 P-01 1.1 --as PR-CN-01"))
@click.argument("output", shell_complete=completing.in_tables("job_outputs", "output_id"))
@click.argument("product")
@click.argument("version")
@data
@acting
@dry_run
@as_json
def offer(
    output: str, product: str, version: str, data: Path, actor: str, dry_run: bool, as_json: bool
) -> None:
    """Say that OUTPUT is VERSION of PRODUCT: the markets are told what is behind what they sell."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Bonded

        return await Bonded(client, actor).offer_output(output, product, version)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        said = fact.provenance
        behind = (
            f"  {each.consignment_id}: {each.balance_state or 'in review'}" for each in said.consignments
        )
        tell(fact, as_json, f"Offered: {output} is {product} {version}; behind it", *behind)
