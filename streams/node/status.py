"""What a node is doing: processes, partitions, leaders, claims, lags. Read from Kafka and SQL, not from hearsay."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import psutil

from exchange.kernel.errors import ExchangeError
from exchange.kernel.time import iso
from exchange.store import VIEWS_READER, open_store, positions
from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.ends import Ends, Place, ends
from streams.node.hold import RUNS_A_NODE
from streams.node.members import led_by_members
from streams.node.readiness import living
from streams.node.reports import NODE, Report, lives, read_reports
from streams.node.words import last_words
from streams.topics import journal_topic

_PHASES = ("starting", "stopping")


class ProcessStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One process. Units: `up_s` is how long it has run, `loop_lag_max_s` the longest its loop was held."""

    name: str
    pid: int | None
    state: str
    restarts: int = 0
    up_s: int | None = None
    loop_lag_max_s: float = 0.0


class PartitionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of a context, as its topics and the tables say.

    Shape: `claim` is that of the last `Claimed` record and `leader` the worker that wrote it (None: never
    led, or Kafka does not answer); `led` whether a process that lives leads under that claim.
    Units: lags count records: commands not yet answered, journal records not yet in the tables.
    """

    context: str
    partition: int
    leader: str | None = None
    claim: int | None = None
    led: bool = False
    seq: int | None = None
    commands: int | None = None
    commands_lag: int | None = None
    journal: int | None = None
    tables_lag: int | None = None
    ignored: int = 0


class NodeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A node at one moment. Shape: `ready` is that nothing is wrong; if not, `problems` say what is."""

    node_id: str
    directory: str
    purpose: str
    state: str
    ready: bool
    problems: Sequence[str]
    bootstrap_servers: str | None
    store: str
    clock: str
    processes: Sequence[ProcessStatus]
    partitions: Sequence[PartitionStatus]


async def node_status(directory: DataDirectory) -> NodeStatus:
    """Look at everything once. A node that is down has no partitions to show."""
    reports = read_reports(directory.run)
    holder = directory.held_by()
    node = None
    if holder is not None and holder.does == RUNS_A_NODE:
        node = next((r for r in reports if r.name == NODE and r.pid == holder.pid), None)
    elif holder is not None:
        return _shown(directory, f"process {holder.pid} {holder.does}", (), ())
    if node is None:
        return _down(directory, starting=holder is not None)
    processes = _processes(directory, node, reports)
    alive = [report for report in living(node, reports) if report.fresh]
    partitions, problems = await _partitions(directory, alive, {report.name for report in reports})
    problems = [*_of_processes(directory, processes), *problems, *_of_partitions(partitions)]
    return _shown(directory, node.state, processes, partitions, problems)


def _down(directory: DataDirectory, *, starting: bool) -> NodeStatus:
    broker = EmbeddedBroker(directory.kafka)
    if starting or directory.identity.bootstrap_servers is not None or broker.pid is None:
        return _shown(directory, "starting" if starting else "down", (), ())
    kafka = ProcessStatus(name="kafka", pid=broker.pid, state="running", up_s=_up_s(broker.pid))
    problem = "the supervisor is gone, Kafka runs on; `exchange up` takes it over, `exchange down` ends it"
    return _shown(directory, "down", (kafka,), (), [problem])


def _shown(
    directory: DataDirectory,
    state: str,
    processes: Sequence[ProcessStatus],
    partitions: Sequence[PartitionStatus],
    problems: Sequence[str] = (),
) -> NodeStatus:
    identity = directory.identity
    servers = bootstrap_servers(directory) if state in ("running", "stopping") else None
    store = open_store(directory.store_url)
    store.close()
    return NodeStatus(
        node_id=identity.node_id,
        directory=str(directory.path),
        purpose=identity.purpose,
        state=state,
        ready=state == "running" and not problems,
        problems=problems,
        bootstrap_servers=servers,
        store=store.where,
        clock=iso(directory.settings("").clock.now_us() // 1_000_000 * 1_000_000),
        processes=processes,
        partitions=partitions,
    )


def _processes(directory: DataDirectory, node: Report, reports: Sequence[Report]) -> Sequence[ProcessStatus]:
    pids: Mapping[str, int | None] = node.details["processes"]
    found = [_process(NODE, node.pid, 0, node)]
    if directory.identity.bootstrap_servers is None:
        # Asked itself: the supervisor may be held up while it dies.
        pid, restarts = EmbeddedBroker(directory.kafka).pid, node.details["kafka_restarts"]
        state = "running" if pid else "down"
        found.append(ProcessStatus(name="kafka", pid=pid, state=state, restarts=restarts, up_s=_up_s(pid)))
    said = {report.name: report for report in reports}
    for name, pid in pids.items():
        found.append(_process(name, pid, node.details["restarts"][name], said.get(name)))
    others = [r for r in living(node, reports) if r.name not in pids and r.fresh]
    return [*found, *(_process(report.name, report.pid, 0, report) for report in others)]


def _process(name: str, pid: int | None, restarts: int, report: Report | None) -> ProcessStatus:
    if pid is None or not lives(pid):
        return ProcessStatus(name=name, pid=None, state="down", restarts=restarts)
    if report is None or report.pid != pid:
        state = "starting"
        return ProcessStatus(name=name, pid=pid, state=state, restarts=restarts, up_s=_up_s(pid))
    return ProcessStatus(
        name=name,
        pid=pid,
        state=report.state if report.fresh else f"silent for {time.time() - report.at:.0f} s",
        restarts=restarts,
        up_s=_up_s(pid),
        loop_lag_max_s=round(report.loop_lag_max_s, 3),
    )


def _up_s(pid: int | None) -> int | None:
    try:
        return int(time.time() - psutil.Process(pid).create_time()) if pid else None
    except psutil.Error:
        return None


async def _partitions(
    directory: DataDirectory, alive: Sequence[Report], own: Collection[str]
) -> tuple[Sequence[PartitionStatus], list[str]]:
    """Every partition, and what kept one from being looked at."""
    places = [(context, n) for context, count in directory.identity.partitions.items() for n in range(count)]
    leads = {(lead["context"], lead["partition"]): lead for lead in _details(alive, "leads")}
    shown = {(each["topic"], each["partition"]): each for each in _details(alive, "projections")}
    problems: list[str] = []
    found: Mapping[Place, Ends] = {}
    elsewhere: Mapping[Place, str] = {}
    tables: Mapping[tuple[str, int], int] | None = None
    try:
        servers = bootstrap_servers(directory)
        found = await ends(servers, places, {place: lead["claim"] for place, lead in leads.items()})
        if leads.keys() != set(places):
            # Of one's own the group may not know yet that they are gone.
            members = await led_by_members(servers)
            elsewhere = {place: slot for place, slot in members.items() if slot not in own}
    except ExchangeError as error:
        problems.append(str(error))
    try:
        tables = await asyncio.to_thread(_tables, directory)
    except ExchangeError as error:
        problems.append(str(error))
    return [
        _partition(
            place,
            found.get(place),
            leads.get(place),
            elsewhere.get(place),
            None if tables is None else tables.get((journal_topic(place[0]), place[1]), 0),
            shown.get((journal_topic(place[0]), place[1]), {}).get("ignored", 0),
        )
        for place in places
    ], problems


def _details(reports: Sequence[Report], name: str) -> list[Mapping[str, Any]]:
    return [detail for report in reports for detail in report.details.get(name, ())]


def _tables(directory: DataDirectory) -> Mapping[tuple[str, int], int]:
    """Up to which offset the tables reflect each journal partition."""
    store = open_store(directory.store_url)
    try:
        found = positions(store)
    finally:
        store.close()
    return {(p.topic, p.partition): p.position.offset for p in found if p.reader == VIEWS_READER}


def _partition(
    place: Place,
    end: Ends | None,
    lead: Mapping[str, Any] | None,
    elsewhere: str | None,
    shown: int | None,
    ignored: int,
) -> PartitionStatus:
    context, number = place
    if end is None:
        return PartitionStatus(context=context, partition=number, seq=lead["seq"] if lead else None)
    claim = end.claim if end.claim >= 0 else None
    led = lead["claim"] == claim if lead else elsewhere is not None and elsewhere == end.leader
    return PartitionStatus(
        context=context,
        partition=number,
        leader=end.leader,
        claim=claim,
        led=led,
        seq=lead["seq"] if lead else None,
        commands=end.commands,
        commands_lag=max(0, end.commands - lead["next_command"]) if lead else None,
        journal=end.journal,
        tables_lag=None if shown is None else max(0, end.journal - shown),
        ignored=ignored,
    )


def _of_processes(directory: DataDirectory, processes: Sequence[ProcessStatus]) -> list[str]:
    problems = []
    for process in processes:
        if process.state == "running" or (process.name == NODE and process.state in _PHASES):
            continue
        said = ""
        if process.restarts and process.name != "kafka":
            said = f"; before, it ended: {last_words(directory, process.name)}"
        problems.append(f"{process.name} is {process.state}{said}")
    return problems


def _of_partitions(partitions: Sequence[PartitionStatus]) -> list[str]:
    unled = [f"{each.context}/{each.partition}" for each in partitions if not each.led]
    return [f"not led: {', '.join(unled)}"] if unled else []
