"""`rebuild`: the tables folded anew from the journals, or compared with them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import BROKEN, DONE
from exchange.cli.options import as_json, data, example, opened
from exchange.cli.steps import Steps

if TYPE_CHECKING:
    from streams.node.directory import DataDirectory
    from streams.rebuilding import Rebuilt


@click.command(epilog=example("exchange rebuild --check --data ./node"))
@data
@click.option(
    "--check", "only_check", is_flag=True, help="Fold into a scratch database and compare; change nothing."
)
@as_json
def rebuild(data: Path, only_check: bool, as_json: bool) -> int:
    """Wipe the tables and fold them anew from the journals, then compare with what they were.

    A node that runs goes on deciding meanwhile; for one that is down its Kafka is started for the occasion.
    It ends with 4 if the tables were not what the journals say.
    """
    import msgspec

    directory = opened(data)
    with Steps(quiet=as_json) as steps:
        rebuilt = asyncio.run(_rebuild(directory, only_check, steps))
    if as_json:
        click.echo(msgspec.json.encode(rebuilt._asdict() | {"equal": rebuilt.equal}))
    else:
        click.echo("\n".join(_told(rebuilt, only_check)))
    return BROKEN if rebuilt.comparable and not rebuilt.equal else DONE


def _told(rebuilt: "Rebuilt", only_check: bool) -> list[str]:
    counted = f"{rebuilt.facts:,} facts"
    if not rebuilt.comparable:
        return [
            f"The tables are folded anew from {counted} and more that came meanwhile: nothing to compare with."
        ]
    if rebuilt.equal:
        return [f"The tables are what the journals say: {counted}, digest {rebuilt.after}"]
    return [
        f"The tables {'are' if only_check else 'were'} NOT what the journals say.",
        f"  tables    {rebuilt.before}",
        f"  journals  {rebuilt.after}   ({counted})",
        "`exchange rebuild` without --check folds them anew." if only_check else "They are now.",
    ]


async def _rebuild(directory: "DataDirectory", only_check: bool, steps: Steps) -> "Rebuilt":
    from streams.node.control import restart_projections
    from streams.node.directory import bootstrap_servers
    from streams.node.occasion import kafka_running
    from streams.rebuilding import check, rebuild_behind
    from streams.rebuilding import rebuild as rebuild_alone

    def told(step: str, done: int, of: int) -> None:
        if not done:
            steps.told(step)
        steps.moved(f"{step} … {done:,} of {of:,} facts")

    if directory.holder() is not None:
        settings = directory.settings(bootstrap_servers(directory))
        if only_check:
            return await check(settings, told)
        return await rebuild_behind(settings, lambda: restart_projections(directory), told)
    with directory.held("rebuilds the tables"):
        async with kafka_running(directory, steps.told):
            settings = directory.settings(bootstrap_servers(directory))
            return await (check if only_check else rebuild_alone)(settings, told)
