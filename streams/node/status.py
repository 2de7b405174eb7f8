"""What a node is doing: processes, partitions, leaders, claims, lags. Read from Kafka and SQL, not from hearsay."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import msgspec

from exchange.kernel.common import Claimed
from exchange.store import VIEWS_READER, open_store, read_position
from streams.codec import codec_for
from streams.log import PartitionLog
from streams.node.child import bootstrap_servers
from streams.node.control import process_reports
from streams.node.directory import DataDirectory
from streams.node.reports import Report
from streams.tail import nearest_claim
from streams.topics import commands_topic, journal_topic


class ProcessStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One process. Units: `loop_lag_max_s` is the longest its loop was held."""

    name: str
    pid: int | None
    state: str
    restarts: int
    loop_lag_max_s: float


class PartitionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of a context, as its topics and the tables say.

    Shape: `claim` is that of the last `Claimed` record (None: never led); `led` whether a process that
    lives says it leads under that claim.
    Units: lags count records: commands not yet answered, journal records not yet in the tables.
    """

    context: str
    partition: int
    leader: str | None
    claim: int | None
    led: bool
    seq: int | None
    commands: int
    commands_lag: int | None
    journal: int
    tables_lag: int
    ignored: int


class NodeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A node at one moment."""

    node_id: str
    directory: str
    purpose: str
    bootstrap_servers: str | None
    store: str
    clock: str
    processes: Sequence[ProcessStatus]
    partitions: Sequence[PartitionStatus]


async def node_status(directory: DataDirectory) -> NodeStatus:
    """Look at everything once. A node that is down has no partitions to show."""
    reports = {report.name: report for report in process_reports(directory)}
    running = directory.holder() is not None
    partitions: Sequence[PartitionStatus] = ()
    servers: str | None = None
    if running:
        servers = bootstrap_servers(directory)
        partitions = await _partitions(directory, servers, reports)
    identity = directory.identity
    now = datetime.fromtimestamp(directory.settings(servers or "").clock.now_us() // 1_000_000, UTC)
    return NodeStatus(
        node_id=identity.node_id,
        directory=str(directory.path),
        purpose=identity.purpose,
        bootstrap_servers=servers,
        store=open_store(directory.store_url).where,
        clock=now.isoformat().replace("+00:00", "Z"),
        processes=_processes(reports, running),
        partitions=partitions,
    )


def _processes(reports: Mapping[str, Report], running: bool) -> Sequence[ProcessStatus]:
    node = reports.get("node")
    if node is None or not running:
        return ()
    restarts: Mapping[str, int] = node.details["restarts"]
    found = [_process("node", node.pid, node.state, 0, node)]
    if node.details["kafka"] is not None:
        found.append(_process("kafka", node.details["kafka"], "running", 0, None))
    for name, pid in node.details["processes"].items():
        report = reports.get(name)
        alive = report is not None and report.pid == pid
        state = report.state if alive and report else ("starting" if pid else "down")
        found.append(_process(name, pid, state, restarts[name], report if alive else None))
    return found


def _process(name: str, pid: int | None, state: str, restarts: int, report: Report | None) -> ProcessStatus:
    lag = round(report.loop_lag_max_s, 3) if report else 0.0
    return ProcessStatus(name=name, pid=pid, state=state, restarts=restarts, loop_lag_max_s=lag)


async def _partitions(
    directory: DataDirectory, servers: str, reports: Mapping[str, Report]
) -> Sequence[PartitionStatus]:
    leads = {(lead["context"], lead["partition"]): lead for lead in _details(reports, "leads")}
    shown = {(shown["topic"], shown["partition"]): shown for shown in _details(reports, "projections")}
    return await asyncio.gather(
        *(
            _partition(directory, servers, context, number, leads.get((context, number)), shown)
            for context, count in directory.identity.partitions.items()
            for number in range(count)
        )
    )


def _details(reports: Mapping[str, Report], name: str) -> list[Mapping[str, Any]]:
    return [detail for report in reports.values() for detail in report.details.get(name, ())]


async def _partition(
    directory: DataDirectory,
    servers: str,
    context: str,
    number: int,
    lead: Mapping[str, Any] | None,
    shown: Mapping[tuple[str, int], Mapping[str, Any]],
) -> PartitionStatus:
    topic = journal_topic(context)
    async with AsyncExitStack() as stack:
        commands = await stack.enter_async_context(PartitionLog(servers, commands_topic(context), number))
        journal = await stack.enter_async_context(PartitionLog(servers, topic, number))
        commands_end, journal_end = await commands.end(), await journal.end()
        claim, leader = await _last_claim(journal, context)
    store = open_store(directory.store_url)
    position = await asyncio.to_thread(read_position, store, VIEWS_READER, topic, number)
    led = lead is not None and lead["claim"] == claim
    return PartitionStatus(
        context=context,
        partition=number,
        leader=leader,
        claim=claim,
        led=led,
        seq=lead["seq"] if lead else None,
        commands=commands_end,
        commands_lag=max(0, commands_end - lead["next_command"]) if lead else None,
        journal=journal_end,
        tables_lag=journal_end - (position.offset if position else 0),
        ignored=shown.get((topic, number), {}).get("ignored", 0),
    )


async def _last_claim(journal: PartitionLog, context: str) -> tuple[int | None, str | None]:
    codec = codec_for(context)
    place = await nearest_claim(journal, codec)
    async for records in journal.read(place.offset, place.offset + 1):
        record = codec.decode_fact(records[0].value)
        if isinstance(record, Claimed):
            return place.offset, record.worker
    return None, None
