"""`up`, `status`, `down`: a node and its processes."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import UNAVAILABLE
from exchange.cli.options import as_json, data, example, naming, opened
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.node.directory import DataDirectory


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
@click.option(
    "--schema-registry",
    metavar="URL",
    help="Start only if this registry maps every schema id as avro/ids.json does; `none` forgets it.",
)
@click.option("--foreground", is_flag=True, help="Stay in this terminal until Ctrl-C.")
@as_json
def up(
    data: Path,
    bootstrap_servers: str | None,
    store_url: str | None,
    replication: int,
    http_port: int | None,
    schema_registry: str | None,
    foreground: bool,
    as_json: bool,
) -> None:
    """Start a durable node in the background: Kafka, deciders and policies, projections, HTTP.

    The first time, the directory is created for the given Kafka and database; later it knows them. What dies
    is started again as long as the node's own process lives; if that is killed, the next `up` goes on. Nothing
    is lost.
    """
    from exchange.cli.steps import Steps

    directory = _directory(data, bootstrap_servers, store_url, replication)
    _choose(directory, http_port, schema_registry)
    if directory.identity.bootstrap_servers is None:
        _fetch_jars()
    if foreground:
        _stay(directory)
        return
    from streams.node.control import bring_up

    began = time.monotonic()
    with Steps(quiet=as_json) as steps:
        asyncio.run(bring_up(directory, steps.told))
    _tell_up(data, directory, time.monotonic() - began, as_json)


def _tell_up(data: Path, directory: "DataDirectory", seconds: float, as_json: bool) -> None:
    from streams.broker.ports import LOOPBACK
    from streams.node.directory import bootstrap_servers
    from streams.node.http_port import http_port

    if as_json:
        _print_json(directory)
        return
    click.echo(
        f"The node in {data} is up after {seconds:.1f} s: every partition is led, Kafka answers at"
        f" {bootstrap_servers(directory)}, HTTP at {LOOPBACK}:{http_port(directory)}.\n\nNext:\n"
        f"  exchange status{naming(data)}\n  exchange down{naming(data)}"
    )


def _choose(directory: "DataDirectory", http_port: int | None, schema_registry: str | None) -> None:
    """Remember what was asked for, unless a node runs with what was chosen before."""
    from msgspec.structs import replace

    from streams.node.choices import choices, remember
    from streams.node.hold import in_use

    if http_port is None and schema_registry is None:
        return
    if (holder := directory.held_by()) is not None:
        raise in_use(directory.path, holder)
    chosen = choices(directory)
    if http_port is not None:
        chosen = replace(chosen, http_port=http_port or None, http_port_asked=bool(http_port))
    if schema_registry is not None:
        chosen = replace(chosen, schema_registry=_address(schema_registry))
    remember(directory, chosen)


def _address(schema_registry: str) -> str | None:
    from streams.external_registry import ExternalRegistry

    return None if schema_registry == "none" else ExternalRegistry(schema_registry, {}).url


def _fetch_jars() -> None:
    """Here and not in the background, where nobody would see it."""
    from streams.broker.download import ensure_jars

    ensure_jars()


def _stay(directory: "DataDirectory") -> None:
    from streams.node.logs import log_to_terminal
    from streams.node.supervisor import supervise

    log_to_terminal()
    asyncio.run(supervise(directory, lambda step: click.echo(f"  … {step}", err=True)))


@click.command(epilog=example("exchange down --data ./node"))
@data
def down(data: Path) -> None:
    """Stop a node in order; nothing is lost, and `up` goes on from here."""
    from exchange.cli.steps import Steps
    from streams.node.control import bring_down

    directory = opened(data)
    with Steps() as steps:
        if directory.holder() is not None:
            steps.told("stopping the workers, then Kafka")
        ended = asyncio.run(bring_down(directory))
    if ended:
        click.echo(f"The node in {data} is down; `exchange up{naming(data)}` goes on from here.")
    else:
        click.echo(f"The node in {data} was not running.")


@click.command(
    epilog=example(
        "exchange status --data ./node",
        "exchange status --json | jq '.partitions[] | select(.led | not)'",
    )
)
@data
@as_json
def status(data: Path, as_json: bool) -> int:
    """Show every process, partition, leader, claim and lag.

    It ends with 0 if the node runs and nothing is wrong, else with 3.
    """
    from exchange.cli.showing import status_lines
    from streams.node.status import node_status

    directory = opened(data)
    found = asyncio.run(node_status(directory))
    if as_json:
        _print_json(directory, found)
    else:
        click.echo("\n".join(status_lines(found, naming(data))))
    return 0 if found.ready else UNAVAILABLE


def _print_json(directory: "DataDirectory", found: object = None) -> None:
    import msgspec

    from streams.node.status import node_status

    click.echo(msgspec.json.encode(found or asyncio.run(node_status(directory))))


def _directory(
    path: Path, bootstrap_servers: str | None, store_url: str | None, replication: int
) -> "DataDirectory":
    from streams.node.directory import DataDirectory

    if not (path / "node.json").exists():
        return _created(path, bootstrap_servers, store_url, replication)
    directory = DataDirectory.open(path)
    identity = directory.identity
    for given, known, option in (
        (bootstrap_servers, identity.bootstrap_servers, "--bootstrap-servers"),
        (store_url, identity.store_url, "--store-url"),
        (None if replication == 1 else replication, identity.replication, "--replication"),
    ):
        if given is not None and given != known:
            raise Misuse(f"{path} was created with another {option}; leave it out, or use a new directory")
    return directory


def _created(
    path: Path, bootstrap_servers: str | None, store_url: str | None, replication: int
) -> "DataDirectory":
    from streams.node.directory import DataDirectory
    from streams.settings import DEFAULT_PARTITIONS

    if bootstrap_servers is None and replication > 1:
        raise Misuse("the embedded Kafka is one broker: --replication needs --bootstrap-servers")
    if store_url is not None:
        from exchange.store import open_store

        open_store(store_url).close()
    return DataDirectory.create(
        path,
        created_at=time.time_ns() // 1_000,
        partitions=DEFAULT_PARTITIONS,
        bootstrap_servers=bootstrap_servers,
        store_url=store_url,
        replication=replication,
    )
