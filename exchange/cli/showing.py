"""A node's status as text."""

from collections.abc import Sequence

from exchange.cli.grid import laid_out
from streams.node.partitions import PartitionStatus
from streams.node.processes import ProcessStatus
from streams.node.status import NodeStatus

_NONE = "–"


def status_lines(status: NodeStatus, naming: str) -> list[str]:
    """Everything a person wants to see of a node at once. Shape: `naming` names its directory on a command line."""
    lines = [f"Node    {status.directory} ({status.purpose}), {status.state}"]
    if status.bootstrap_servers:
        lines.append(f"Kafka   {status.bootstrap_servers}")
    lines.append(f"Tables  {status.store}")
    if status.http:
        lines.append(f"HTTP    {status.http}")
    lines += [f"Time    {status.clock}"]
    if status.processes:
        lines += ["", *_processes(status.processes)]
    if status.partitions:
        lines += [
            "",
            *_partitions(status.partitions),
            "",
            "waiting: commands not yet answered",
            "unasked: journal records whose consequences the policies have not yet asked for",
            "behind: journal records not yet in the tables",
            "ignored: records of writers that no longer led",
        ]
    return [*lines, "", *_verdict(status, naming)]


def _verdict(status: NodeStatus, naming: str) -> list[str]:
    if status.ready:
        return ["✓ Every process runs, every partition is led. Lags stand above."]
    if status.problems:
        return [f"✗ {problem}" for problem in status.problems]
    if status.state == "down":
        return [f"It is down; `exchange up{naming}` starts it."]
    return [f"It is {status.state}."]


def _processes(processes: Sequence[ProcessStatus]) -> list[str]:
    rows = [
        (each.name, _text(each.pid), each.state, _since(each.up_s), each.restarts, _hold(each))
        for each in processes
    ]
    return laid_out(("process", "pid", "state", "up", "restarts", "longest hold"), rows, None)


def _partitions(partitions: Sequence[PartitionStatus]) -> list[str]:
    rows = [
        (
            f"{each.context}/{each.partition}",
            each.leader if each.led else "not led",
            *map(
                _text,
                (each.claim, each.seq, each.commands_lag, each.policies_lag, each.tables_lag, each.ignored),
            ),
        )
        for each in partitions
    ]
    titles = ("partition", "leader", "claim", "facts", "waiting", "unasked", "behind", "ignored")
    return laid_out(titles, rows, None)


def _text(value: int | None) -> str:
    return _NONE if value is None else f"{value:,}" if value < 0 or value > 99_999 else str(value)


def _hold(process: ProcessStatus) -> str:
    return f"{process.loop_lag_max_s * 1_000:,.0f} ms" if process.loop_lag_max_s else _NONE


def _since(seconds: int | None) -> str:
    if seconds is None:
        return _NONE
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
