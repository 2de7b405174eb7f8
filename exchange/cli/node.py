"""`up`, `down`: a node and its processes."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from exchange.cli.options import as_json, data, dry_run, example, log_format, naming, opened, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.cli.plan import Plan
    from streams.node.directory import DataDirectory, Identity


@click.command(
    epilog=example(
        "exchange up --data ./node",
        "exchange up --bootstrap-servers kafka-1:9092,kafka-2:9092 --replication 3 \\",
        "            --store-url postgresql+psycopg://exchange@db/exchange",
    )
)
@data
@click.option("--bootstrap-servers", metavar="HOST:PORT,…", help="This Kafka instead of the embedded one.")
@click.option("--store-url", metavar="URL", help="This database instead of SQLite: postgresql+psycopg://…")
@click.option(
    "--replication",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    metavar="N",
    help="Copies of each topic.",
)
@click.option(
    "--http-port",
    type=click.IntRange(0, 65_535),
    metavar="N",
    help="Serve HTTP at this port of 127.0.0.1 from now on; 0: any free one.  [default: as last time]",
)
@log_format
@click.option(
    "--schema-registry",
    metavar="URL",
    help="Start only if this registry maps every schema id as avro/ids.json does; `none` forgets it.",
)
@click.option("--foreground", is_flag=True, help="Stay in this terminal until Ctrl-C.")
@dry_run
@as_json
def up(
    data: Path,
    bootstrap_servers: str | None,
    store_url: str | None,
    replication: int,
    http_port: int | None,
    log_format: str | None,
    schema_registry: str | None,
    foreground: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Start a durable node in the background: Kafka, deciders and policies, projections, HTTP.

    The first time, the directory is created for the given Kafka and database; later it knows them. What dies
    is started again as long as the node's own process lives; if that is killed, the next `up` goes on. Nothing
    is lost. With --foreground and --json its log is JSON, one object a line on standard error.

    A Kafka with TLS or SASL: EXCHANGE_KAFKA_CONFIG names a file, in the form of Kafka's own clients, that says
    how it lets in; every other command that reaches it wants the same.
    """
    from exchange.cli.choosing import Asked, choose, chosen
    from exchange.cli.steps import Steps

    wanted = wanted_node(data, bootstrap_servers, store_url, replication)
    asked = Asked(http_port, schema_registry, log_format)
    choices = chosen(wanted, asked)
    if dry_run:
        from exchange.cli.plan import show_plan
        from exchange.cli.up_plan import up_plan

        show_plan(up_plan(wanted, choices), as_json)
        return
    _see_what_it_needs(wanted)
    directory = directory_of(wanted)
    choose(directory, asked)
    if directory.identity.bootstrap_servers is None:
        from exchange.cli.jars import fetch_jars

        # Here and not in the background, where nobody would see it.
        fetch_jars(quiet=as_json)
    if foreground:
        _stay(directory, as_json)
        return
    from streams.node.control import bring_up

    began = time.monotonic()
    with Steps(quiet=as_json) as steps:
        asyncio.run(bring_up(directory, steps.told, lambda done, of: steps.moved(done, of, "facts")))
    _tell_up(data, directory, time.monotonic() - began, as_json)


def _tell_up(data: Path, directory: "DataDirectory", seconds: float, as_json: bool) -> None:
    from streams.broker.ports import LOOPBACK
    from streams.node.directory import bootstrap_servers
    from streams.node.http_port import http_port
    from streams.node.status import node_status

    if as_json:
        print_json(asyncio.run(node_status(directory)))
        return
    click.echo(
        f"The node in {data} is up after {seconds:.1f} s: every partition is led, Kafka answers at"
        f" {bootstrap_servers(directory)}, HTTP at {LOOPBACK}:{http_port(directory)}.\n\nNext:\n"
        f"  exchange status{naming(data)}\n  exchange down{naming(data)}"
    )


def _see_what_it_needs(wanted: "Wanted") -> None:
    """Before anything is made: what is missing here is said here, not in the background."""
    from streams.broker.java import find_java
    from streams.broker.reach import see_kafka

    if wanted.servers is None:
        find_java()
    else:
        asyncio.run(see_kafka(wanted.servers))


def _stay(directory: "DataDirectory", as_json: bool) -> None:
    from streams.node.choices import choices
    from streams.node.log_form import JSON
    from streams.node.logs import log_to_terminal
    from streams.node.reports import NODE
    from streams.node.space import see_space
    from streams.node.supervisor import log, supervise

    see_space(directory.path)
    log_to_terminal(NODE, JSON if as_json else choices(directory).log_format)
    told = log.info if as_json else lambda step: click.echo(f"  … {step}", err=True)
    asyncio.run(supervise(directory, told))


@click.command(epilog=example("exchange down --data ./node"))
@data
@dry_run
@as_json
def down(data: Path, dry_run: bool, as_json: bool) -> None:
    """Stop a node in order; nothing is lost, and `up` goes on from here."""
    from exchange.cli.steps import Steps
    from streams.node.control import bring_down

    directory = opened(data)
    if dry_run:
        from exchange.cli.plan import show_plan

        show_plan(_down_plan(directory), as_json)
        return
    with Steps(quiet=as_json) as steps:
        if directory.holder() is not None:
            steps.told("stopping the workers, then Kafka")
        ended = asyncio.run(bring_down(directory))
    if as_json:
        print_json({"directory": str(directory.path), "was_running": ended})
    elif ended:
        click.echo(f"The node in {data} is down; `exchange up{naming(data)}` goes on from here.")
    else:
        click.echo(f"The node in {data} was not running.")


def _down_plan(directory: "DataDirectory") -> "Plan":
    from exchange.cli.plan import Plan
    from streams.node.hold import RUNS_A_NODE, in_use
    from streams.node.status import node_status

    holder = directory.held_by()
    if holder is not None and holder.does != RUNS_A_NODE:
        raise in_use(directory.path, holder)
    running = [each for each in asyncio.run(node_status(directory)).processes if each.pid is not None]
    would = [f"stop {each.name} (process {each.pid})" for each in reversed(running)]
    processes = {each.name: each.pid for each in running}
    return Plan(would or ["do nothing: it does not run"], (), (), {"processes": processes})


class Wanted(NamedTuple):
    """The node that `up` is asked for. Shape: `known` is what the directory was created as, None for a new one."""

    path: Path
    known: "Identity | None"
    servers: str | None
    store_url: str | None
    replication: int


def wanted_node(path: Path, bootstrap_servers: str | None, store_url: str | None, replication: int) -> Wanted:
    """The node that is asked for, new or known. Raises: Misuse if the directory knows another Kafka or database."""
    if not (path / "node.json").exists():
        if bootstrap_servers is None and replication > 1:
            raise Misuse("the embedded Kafka is one broker: --replication needs --bootstrap-servers")
        if store_url is not None:
            from exchange.store import open_store

            open_store(store_url).close()
        return Wanted(path, None, bootstrap_servers, store_url, replication)
    known = opened(path).identity
    for given, is_known, option in (
        (bootstrap_servers, known.bootstrap_servers, "--bootstrap-servers"),
        (store_url, known.store_url, "--store-url"),
        (None if replication == 1 else replication, known.replication, "--replication"),
    ):
        if given is not None and given != is_known:
            raise Misuse(f"{path} was created with another {option}; leave it out, or use a new directory")
    return Wanted(path, known, known.bootstrap_servers, known.store_url, known.replication)


def directory_of(wanted: Wanted) -> "DataDirectory":
    """The node's directory, made if it is new."""
    from streams.node.directory import DataDirectory
    from streams.node.space import see_space
    from streams.settings import DEFAULT_PARTITIONS

    if wanted.known is not None:
        return DataDirectory.open(wanted.path)
    see_space(wanted.path.expanduser().resolve())
    return DataDirectory.create(
        wanted.path,
        created_at=time.time_ns() // 1_000,
        partitions=DEFAULT_PARTITIONS,
        bootstrap_servers=wanted.servers,
        store_url=wanted.store_url,
        replication=wanted.replication,
    )
