"""`up`, `down`, `status`, `worker`: a node and its processes."""

import asyncio
import signal
import time
from pathlib import Path

import click
import msgspec
from rich.table import Table

from exchange.cli.consoles import console
from exchange.cli.options import as_json, data, opened
from exchange.kernel.errors import Misuse
from streams.node.child import quiet_logging
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory
from streams.node.status import NodeStatus, node_status
from streams.node.supervisor import supervise
from streams.settings import DEFAULT_PARTITIONS
from streams.vocabulary import CONTEXTS
from streams.worker import run_deciders, run_projections


@click.command(epilog="Example: exchange up --data ./node")
@data
@click.option("--bootstrap-servers", help="Use this Kafka instead of the embedded one (host:port,…).")
@click.option("--store-url", help="Use this database instead of SQLite (postgresql+psycopg://…).")
@click.option(
    "--replication", type=click.IntRange(1, 9), default=1, show_default=True, help="Copies of each topic."
)
@click.option("--foreground", is_flag=True, help="Stay in this terminal until Ctrl-C.")
@as_json
def up(
    data: Path,
    bootstrap_servers: str | None,
    store_url: str | None,
    replication: int,
    foreground: bool,
    as_json: bool,
) -> None:
    """Start a durable node: Kafka, deciders and policies, projections.

    The first time, the directory is created with the given Kafka and database; later it knows them.
    """
    began = time.monotonic()
    directory = _directory(data, bootstrap_servers, store_url, replication)
    if foreground:
        quiet_logging()
        asyncio.run(supervise(directory, lambda text: click.echo(text, err=True)))
        return
    say = (lambda text: None) if as_json else (lambda text: click.echo(f"{text} …", err=True))
    asyncio.run(bring_up(directory, say))
    status = asyncio.run(node_status(directory))
    if as_json:
        click.echo(msgspec.json.encode(status))
        return
    click.echo(
        f"The node in {directory.path} is up after {time.monotonic() - began:.1f} s; Kafka answers at"
        f" {status.bootstrap_servers}.\nNext: exchange status --data {data} · exchange down --data {data}"
    )


@click.command(epilog="Example: exchange down --data ./node")
@data
def down(data: Path) -> None:
    """Stop a node in order; nothing is lost, and `up` goes on from here."""
    ended = asyncio.run(bring_down(opened(data)))
    click.echo(f"The node in {data} {'is down' if ended else 'was not running'}.")


@click.command(epilog="Example: exchange status --json | jq '.partitions[] | select(.led | not)'")
@data
@as_json
def status(data: Path, as_json: bool) -> None:
    """Show every process, partition, leader, claim and lag."""
    found = asyncio.run(node_status(opened(data)))
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        _show(found)


@click.command(epilog="Example: exchange worker deciders --data ./node --slot deciders-1")
@data
@click.argument("role", type=click.Choice(["deciders", "projections"]))
@click.option("--slot", required=True, help="This worker's own name in its group, stable over restarts.")
@click.option("--bootstrap-servers", required=True, help="Kafka, host:port,…")
@click.option("--contexts", default=",".join(CONTEXTS), show_default=True, help="Which contexts to decide.")
def worker(data: Path, role: str, slot: str, bootstrap_servers: str, contexts: str) -> None:
    """Run one more worker in the foreground, for an exchange whose directory (its settings) is at hand."""
    quiet_logging()
    chosen = contexts.split(",")
    if unknown := [name for name in chosen if name not in CONTEXTS]:
        raise Misuse(f"context {unknown[0]!r} is unknown; use some of {', '.join(CONTEXTS)}")
    settings = opened(data).settings(bootstrap_servers)

    async def run() -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        if role == "deciders":
            await run_deciders(settings, slot, stop, contexts=chosen)
        else:
            await run_projections(settings, slot, stop)

    asyncio.run(run())


def _directory(
    path: Path, bootstrap_servers: str | None, store_url: str | None, replication: int
) -> DataDirectory:
    if not (path / "node.json").exists():
        return DataDirectory.create(
            path,
            created_at=time.time_ns() // 1_000,
            partitions=DEFAULT_PARTITIONS,
            bootstrap_servers=bootstrap_servers,
            store_url=store_url,
            replication=replication,
        )
    directory = opened(path)
    identity = directory.identity
    for given, known, option in (
        (bootstrap_servers, identity.bootstrap_servers, "--bootstrap-servers"),
        (store_url, identity.store_url, "--store-url"),
    ):
        if given is not None and given != known:
            raise Misuse(f"{path} was created with another {option}; leave it out, or use a new directory")
    return directory


def _show(status: NodeStatus) -> None:
    screen = console()
    screen.print(f"[bold]Node[/] {status.directory} ({status.purpose}), exchange time {status.clock}")
    screen.print(f"Kafka {status.bootstrap_servers or 'down'} · tables {status.store}", highlight=False)
    if not status.processes:
        screen.print("It is down; `exchange up` starts it.")
        return
    processes = Table(
        "process", "pid", "state", "restarts", "longest hold", title="Processes", title_justify="left"
    )
    for process in status.processes:
        processes.add_row(
            process.name,
            str(process.pid or "–"),
            process.state,
            str(process.restarts),
            f"{process.loop_lag_max_s * 1_000:.0f} ms",
        )
    screen.print(processes)
    table = Table(
        "partition", "leader", "claim", "facts", "waiting", "behind", "ignored",
        title="Partitions", title_justify="left",
        caption="waiting: commands not yet answered · behind: journal records not yet in the tables",
    )  # fmt: skip
    for part in status.partitions:
        table.add_row(
            f"{part.context}/{part.partition}",
            part.leader if part.led and part.leader else "[red]not led[/]",
            _number(part.claim),
            _number(part.seq),
            _number(part.commands_lag),
            _number(part.tables_lag),
            str(part.ignored) if not part.ignored else f"[red]{part.ignored}[/]",
        )
    screen.print(table)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
