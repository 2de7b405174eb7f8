"""`worker`: one more worker for an exchange, in the foreground."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from exchange.cli.options import (
    as_json_lines,
    data,
    dry_run,
    example,
    identity,
    listen,
    log_format,
    opened_as,
    token_file,
)
from exchange.cli.words import CONTEXTS
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.node.directory import DataDirectory
    from streams.worker import Watch

_SLOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@click.command(
    epilog=example(
        "exchange worker deciders --slot deciders-1 --data ./node",
        "exchange worker projections --slot projections-1 --bootstrap-servers k1:9092",
    )
)
@data
@click.argument("role", type=click.Choice(["deciders", "projections"]))
@click.option(
    "--slot", required=True, metavar="NAME", help="This worker's own name in its group, stable over restarts."
)
@click.option(
    "--bootstrap-servers", metavar="HOST:PORT,…", help="Kafka as seen from here.  [default: the node's]"
)
@click.option(
    "--contexts", metavar="NAME,…", default=",".join(CONTEXTS), show_default=True, help="What to decide."
)
@click.option(
    "--schema-registry",
    metavar="URL",
    help="Start only if this registry maps every schema id as avro/ids.json does.  [default: the node's]",
)
@identity
@listen
@token_file
@log_format
@dry_run
@as_json_lines
def worker(
    data: Path,
    role: str,
    slot: str,
    bootstrap_servers: str | None,
    contexts: str,
    schema_registry: str | None,
    identity: Path | None,
    listen: str,
    token_file: Path | None,
    log_format: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Run one more worker in this terminal until Ctrl-C; partitions move to it by themselves.

    It needs the exchange's data directory, or on another machine a copy of its node.json (--identity). What it does
    is logged to standard error, one line (or with --json one object) each. It serves /metrics, /health and /ready
    of itself.
    """
    from exchange.web.guard import read_token
    from exchange.web.listening import address_of, refuse_open_door
    from exchange.web.worker import watching
    from streams.node.choices import choices
    from streams.node.directory import bootstrap_servers as known_servers
    from streams.node.log_form import JSON
    from streams.node.logs import log_to_terminal

    chosen = [name.strip() for name in contexts.split(",")]
    if unknown := [name for name in chosen if name not in CONTEXTS]:
        raise Misuse(f"context {unknown[0]!r} is unknown; use some of {', '.join(CONTEXTS)}")
    directory = opened_as(data, identity, rehearsed=dry_run)
    refuse_slot(directory, slot)
    _refuse_other_tables(directory)
    address, token = address_of(listen), read_token(token_file) if token_file else None
    refuse_open_door(address, token)
    servers = bootstrap_servers or known_servers(directory)
    registry = schema_registry or choices(directory).schema_registry
    wanted = _Wanted(directory, role, slot, servers, chosen, registry)
    if dry_run:
        _plan(wanted, as_json)
        return
    log_to_terminal(slot, JSON if as_json else log_format or choices(directory).log_format)
    watch = watching(directory, slot, address, token)
    asyncio.run(_run(wanted, watch))


class _Wanted(NamedTuple):
    """The worker that was asked for."""

    directory: "DataDirectory"
    role: str
    slot: str
    servers: str
    contexts: list[str]
    schema_registry: str | None


def _plan(wanted: _Wanted, as_json: bool) -> None:
    from exchange.cli.plan import Plan, show_plan
    from streams.broker.reach import see_kafka
    from streams.node.schema_check import verify_registry

    directory, role, slot, servers, contexts, registry = wanted
    if registry is not None:
        asyncio.run(verify_registry(registry))
    asyncio.run(see_kafka(servers))
    decides = f" of {', '.join(contexts)}" if role == "deciders" else ""
    would = [f"join the {role}{decides} as {slot} and take partitions over until Ctrl-C"]
    if not (directory.path / "node.json").exists():
        would.insert(0, f"create {directory.path} for workers of node {directory.identity.node_id}")
    checked = [f"no process of this node is called {slot}", f"Kafka answers at {servers}"]
    if registry is not None:
        checked.append(f"{registry} maps every schema id as avro/ids.json does")
    show_plan(Plan(would, checked, (), {"role": role, "slot": slot, "contexts": contexts}), as_json)


async def _run(wanted: _Wanted, watch: "Watch") -> None:
    from streams.node.own_topics import verify_own_topics
    from streams.node.schema_check import verify_registry
    from streams.node.stopping import Stop
    from streams.worker import run_deciders, run_projections

    directory, role, slot, servers, contexts, registry = wanted
    if registry is not None:
        await verify_registry(registry)
    await verify_own_topics(directory, servers)
    stop = Stop(slot).event
    settings = directory.settings(servers)
    try:
        if role == "deciders":
            await run_deciders(settings, slot, stop, watch, contexts)
        else:
            await run_projections(settings, slot, stop, watch)
    finally:
        (directory.run / f"{slot}.json").unlink(missing_ok=True)


def refuse_slot(directory: "DataDirectory", slot: str) -> None:
    """Two processes of one name would take each other's partitions for ever."""
    from streams.node.readiness import process_reports
    from streams.node.reports import NODE

    if not _SLOT.fullmatch(slot) or slot == NODE:
        raise Misuse(f"slot {slot!r}: up to 64 letters, digits, dots, dashes; and not {NODE!r}")
    for report in process_reports(directory):
        if report.name == slot:
            raise Misuse(f"slot {slot} is process {report.pid}'s; give each worker a name of its own")


def _refuse_other_tables(directory: "DataDirectory") -> None:
    """A worker with a database of its own would show and remember other things than the rest."""
    if directory.identity.store_url is None and not (directory.path / "exchange.sqlite").exists():
        raise Misuse(
            f"{directory.path} has no tables: those of this exchange are a SQLite file on the node's machine, and"
            " workers elsewhere cannot share it; create the exchange with --store-url postgresql+psycopg://…"
        )
