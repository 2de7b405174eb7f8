"""The whole examination, in the order in which one thing depends on another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

from exchange.kernel.errors import ExchangeError, Misuse, NoNode
from exchange.store import open_store
from streams.broker import EmbeddedBroker
from streams.broker.layout import Layout
from streams.node.choices import choices
from streams.node.directory import FORMAT, DataDirectory, bootstrap_servers
from streams.node.doctor import kafka, machine, tables
from streams.node.doctor.finding import Examination, Finding, ok, unseen, warning, wrong
from streams.node.health import node_health
from streams.node.hold import RUNS_A_NODE
from streams.node.schema_check import verify_registry

Told = Callable[[Finding], None]


async def examine(path: Path, told: Told = lambda finding: None) -> Examination:
    """Look at everything; `told` hears each finding as it is made."""
    findings = []
    async for finding in _findings(path.expanduser().resolve()):
        findings.append(finding)
        told(finding)
    sound = not any(each.state == "wrong" for each in findings)
    return Examination(directory=str(path), sound=sound, findings=findings)


async def _findings(path: Path) -> AsyncIterator[Finding]:
    yield machine.python()
    for finding in machine.packages():
        yield finding
    yield await asyncio.to_thread(tables.schemas)
    yield machine.open_files()
    try:
        directory = DataDirectory.open(path)
    except Misuse as error:
        said, _, remedy = str(error).partition("; ")
        yield wrong("data directory", said, remedy or "name another with --data")
        yield machine.room(path)
        if isinstance(error, NoNode):
            # Who asks why a first `up` fails is not told by the directory it would have made.
            for finding in await _embedded():
                yield finding
        return
    identity = directory.identity
    yield ok("data directory", f"{path}: a {identity.purpose} node, format {FORMAT}")
    yield await asyncio.to_thread(machine.disk, directory)
    if identity.bootstrap_servers is None:
        for finding in await _embedded():
            yield finding
    async for finding in _node(directory):
        yield finding
    yield kafka.shift(identity)
    async for finding in _kafka_and_tables(directory):
        yield finding


async def _embedded() -> list[Finding]:
    """What the embedded Kafka needs of this machine."""
    return [machine.java(), await asyncio.to_thread(machine.jars)]


async def _node(directory: DataDirectory) -> AsyncIterator[Finding]:
    holder = directory.held_by()
    if holder is not None and holder.does != RUNS_A_NODE:
        yield warning("node", f"process {holder.pid} {holder.does}", "wait until it is done")
    elif holder is None and directory.identity.bootstrap_servers is None:
        broker = EmbeddedBroker(directory.kafka)
        if broker.alive:
            told = f"no supervisor, but Kafka runs on (process {broker.pid})"
            yield warning("node", told, "`exchange up` takes it over, `exchange down` ends it")
            return
        yield ok("node", "it is down")
        for finding in machine.ports(_remembered(directory)):
            yield finding
    else:
        health = await node_health(directory)
        for trouble in health.troubles:
            yield wrong("node", trouble.problem, trouble.remedy)
        if not health.troubles:
            yield ok("node", f"it is {health.state}; every partition is led, every journal followed")


def _remembered(directory: DataDirectory) -> dict[str, tuple[int, bool]]:
    found = {}
    if (identity := Layout(directory.kafka).identity()) is not None:
        found["Kafka"] = (identity.port, False)
        found["Kafka's controller"] = (identity.controller_port, False)
    chosen = choices(directory)
    if chosen.http_port is not None:
        found["HTTP"] = (chosen.http_port, chosen.http_port_asked)
    return found


async def _kafka_and_tables(directory: DataDirectory) -> AsyncIterator[Finding]:
    store = open_store(directory.store_url)
    with closing(store):
        servers, why = await _reached(directory)
        if servers is None:
            for check in ("kafka", "topics", "clock", "journals"):
                yield why if check == "kafka" else unseen(check, "Kafka does not answer")
        base = await asyncio.to_thread(tables.database, store)
        yield base
        if base.state != "wrong":
            for finding in await asyncio.to_thread(lambda: list(tables.snapshots(store))):
                yield finding
            yield await asyncio.to_thread(tables.counter, store)
            yield await asyncio.to_thread(tables.suspense, store)
        if servers is None:
            return
        yield why
        looked_at = (
            ("topics", kafka.topics(servers, directory)),
            ("journals", kafka.journals(servers, directory.identity, store)),
            ("clock", kafka.clock(servers, directory.identity)),
        )
        for check, looking in looked_at:
            try:
                async for finding in looking:
                    yield finding
            except ExchangeError as error:
                yield wrong(check, str(error), "see that Kafka runs, then look again")
        if (registry := choices(directory).schema_registry) is not None:
            yield await _registry(registry)


async def _reached(directory: DataDirectory) -> tuple[str | None, Finding]:
    embedded = directory.identity.bootstrap_servers is None
    if embedded and not EmbeddedBroker(directory.kafka).alive:
        return None, unseen("kafka", "it is down with its node; `exchange up` starts it")
    servers = bootstrap_servers(directory)
    try:
        return servers, await kafka.brokers(servers, directory.identity)
    except ExchangeError as error:
        return None, wrong("kafka", str(error), "see that Kafka runs there and can be reached from here")


async def _registry(url: str) -> Finding:
    try:
        await verify_registry(url)
    except ExchangeError as error:
        return wrong("schema registry", str(error), "`exchange up --schema-registry none` forgets it")
    return ok("schema registry", f"{url} maps every id as avro/ids.json does")
