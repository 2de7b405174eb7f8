"""`rebuild`: the tables folded anew from the journals, or compared with them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import BROKEN, DONE
from exchange.cli.options import as_json, data, dry_run, example, opened, print_json

if TYPE_CHECKING:
    from exchange.cli.steps import Steps
    from streams.node.directory import DataDirectory
    from streams.rebuilding import Rebuilt


@click.command(epilog=example("exchange rebuild --check --data ./node"))
@data
@click.option(
    "--check", "only_check", is_flag=True, help="Fold into a scratch database and compare; change nothing."
)
@dry_run
@as_json
def rebuild(data: Path, only_check: bool, dry_run: bool, as_json: bool) -> int:
    """Wipe the tables and fold them anew from the journals, then compare with what they were.

    A node that runs goes on deciding meanwhile; for one that is down its Kafka is started for the occasion.
    It ends with 4 if the tables were not what the journals say.
    """
    from exchange.cli.steps import Steps

    directory = opened(data)
    if dry_run:
        _plan(directory, only_check, as_json)
        return DONE
    with Steps(quiet=as_json) as steps:
        rebuilt = asyncio.run(_rebuild(directory, only_check, steps))
    if as_json:
        print_json(rebuilt._asdict() | {"equal": rebuilt.equal})
    else:
        click.echo("\n".join(_told(rebuilt, only_check)))
    return BROKEN if rebuilt.comparable and not rebuilt.equal else DONE


def _plan(directory: "DataDirectory", only_check: bool, as_json: bool) -> None:
    from exchange.cli.plan import Plan, show_plan
    from exchange.store import open_store
    from exchange.store.progress import VIEWS_READER, positions
    from streams.node.hold import RUNS_A_NODE, in_use

    holder = directory.held_by()
    if holder is not None and holder.does != RUNS_A_NODE:
        raise in_use(directory.path, holder)
    with closing(open_store(directory.store_url)) as store:
        facts = sum(each.position.seq for each in positions(store) if each.reader == VIEWS_READER)
    would = [] if holder or directory.identity.bootstrap_servers else ["start Kafka for the occasion"]
    into = "a scratch database" if only_check else "them"
    would += [] if only_check else [f"wipe the tables in {store.where}"]
    would += [f"fold {facts:,} facts or more into {into}", "compare with what the tables are now"]
    checked = [
        f"{store.where} answers",
        "the node runs and goes on" if holder else "nobody uses the directory",
    ]
    show_plan(Plan(would, checked, (), {"facts": facts, "check": only_check}), as_json)


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


async def _rebuild(directory: "DataDirectory", only_check: bool, steps: "Steps") -> "Rebuilt":
    from streams.node.control import restart_projections
    from streams.node.directory import bootstrap_servers
    from streams.rebuilding import check, rebuild_behind
    from streams.rebuilding import rebuild as rebuild_alone

    def told(step: str, done: int, of: int) -> None:
        if not done:
            steps.told(step)
        steps.moved(done, of, "facts")

    if directory.holder() is not None:
        settings = directory.settings(bootstrap_servers(directory))
        if only_check:
            return await check(settings, told)
        return await rebuild_behind(settings, lambda: restart_projections(directory), told)
    with directory.held("rebuilds the tables"):
        async with _kafka(directory, steps):
            settings = directory.settings(bootstrap_servers(directory))
            return await (check if only_check else rebuild_alone)(settings, told)


@asynccontextmanager
async def _kafka(directory: "DataDirectory", steps: "Steps") -> AsyncIterator[None]:
    """The node's Kafka, started for the occasion unless it runs or is somebody else's."""
    from streams.broker import EmbeddedBroker

    broker = EmbeddedBroker(directory.kafka)
    if directory.identity.bootstrap_servers is not None or broker.alive:
        yield
        return
    steps.told("starting Kafka")
    await broker.start()
    try:
        yield
    finally:
        steps.told("stopping Kafka")
        await broker.stop()
