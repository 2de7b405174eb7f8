"""A node's processes: which there are, and what is wrong with one."""

import shutil
import time
from collections.abc import Mapping, Sequence

import msgspec
import psutil

from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory
from streams.node.health import living
from streams.node.reports import NODE, Report, lives
from streams.node.words import last_words

_LITTLE_BYTES = 10_000_000


class ProcessStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One process. Units: `up_s` is how long it has run, `loop_lag_max_s` the longest its loop was held
    since its first partitions were open."""

    name: str
    pid: int | None
    state: str
    restarts: int = 0
    up_s: int | None = None
    loop_lag_max_s: float = 0.0


def processes_of(
    directory: DataDirectory, node: Report, reports: Sequence[Report]
) -> Sequence[ProcessStatus]:
    """Every process that the supervisor keeps, and workers beside them that report here."""
    pids: Mapping[str, int | None] = node.details["processes"]
    found = [_process(NODE, node.pid, 0, node)]
    if directory.identity.bootstrap_servers is None:
        # Asked itself: the supervisor may be held up while it dies.
        pid, restarts = EmbeddedBroker(directory.kafka).pid, node.details["kafka_restarts"]
        state = "running" if pid else "down"
        found.append(ProcessStatus(name="kafka", pid=pid, state=state, restarts=restarts, up_s=up_s(pid)))
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
        return ProcessStatus(name=name, pid=pid, state=state, restarts=restarts, up_s=up_s(pid))
    return ProcessStatus(
        name=name,
        pid=pid,
        state=report.state if report.fresh else f"silent for {time.time() - report.at:.0f} s",
        restarts=restarts,
        up_s=up_s(pid),
        loop_lag_max_s=round(report.loop_lag_max_s, 3),
    )


def up_s(pid: int | None) -> int | None:
    try:
        return int(time.time() - psutil.Process(pid).create_time()) if pid else None
    except psutil.Error:
        return None


def _full(directory: DataDirectory) -> str | None:
    """What to say of a disk on which nothing can be written any more: everything else follows from it."""
    free = shutil.disk_usage(directory.path).free
    if free >= _LITTLE_BYTES:
        return None
    return f"{directory.path} has {free // 1_000_000} MB left; free some space there, and everything goes on"


def problems_of(directory: DataDirectory, processes: Sequence[ProcessStatus]) -> list[str]:
    """What is not as it should be, in words."""
    problems = [full] if (full := _full(directory)) else []
    for process in processes:
        if process.state == "running":
            continue
        said = ""
        if process.restarts and process.name != "kafka":
            said = f"; before, it ended: {last_words(directory, process.name)}"
        problems.append(f"{process.name} is {process.state}{said}")
    return problems
