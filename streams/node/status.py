"""What a node is doing: processes, partitions, leaders, claims, lags. Read from Kafka and SQL, not from hearsay."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.time import iso
from exchange.store import open_store
from streams.broker import EmbeddedBroker
from streams.node import partitions, processes
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.health import living
from streams.node.hold import RUNS_A_NODE
from streams.node.partitions import PartitionStatus
from streams.node.processes import ProcessStatus
from streams.node.reports import NODE, read_reports


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
    http: str | None
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
    running = processes.processes_of(directory, node, reports)
    if node.state != "running":
        return _shown(directory, node.state, running, ())
    alive = [report for report in living(node, reports) if report.fresh]
    found, unseen = await partitions.partitions_of(directory, alive, {report.name for report in reports})
    problems = [*processes.problems_of(directory, running), *unseen, *partitions.problems_of(found)]
    http = next((report.details["url"] for report in alive if "url" in report.details), None)
    return _shown(directory, node.state, running, found, problems, http)


def _down(directory: DataDirectory, *, starting: bool) -> NodeStatus:
    broker = EmbeddedBroker(directory.kafka)
    if starting or directory.identity.bootstrap_servers is not None or broker.pid is None:
        return _shown(directory, "starting" if starting else "down", (), ())
    kafka = ProcessStatus(name="kafka", pid=broker.pid, state="running", up_s=processes.up_s(broker.pid))
    problem = "the supervisor is gone, Kafka runs on; `exchange up` takes it over, `exchange down` ends it"
    return _shown(directory, "down", (kafka,), (), [problem])


def _shown(
    directory: DataDirectory,
    state: str,
    running: Sequence[ProcessStatus],
    found: Sequence[PartitionStatus],
    problems: Sequence[str] = (),
    http: str | None = None,
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
        http=http,
        clock=iso(directory.settings("").clock.now_us() // 1_000_000 * 1_000_000),
        processes=running,
        partitions=found,
    )
