"""Whether a node is ready: everything led, answered and shown, by processes that live and have spoken just now."""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.node.directory import DataDirectory
from streams.node.reports import NODE, Report, lives, read_reports
from streams.topics import journal_topic


def process_reports(directory: DataDirectory) -> list[Report]:
    """Every process of the node that has spoken just now."""
    return [report for report in read_reports(directory.run) if report.fresh]


def is_ready(directory: DataDirectory, since: float = 0.0) -> bool:
    """Whether every partition is led and every journal followed, by what was said at `since` or later.

    Shape: what a process said before it was replaced by another does not count, nor do workers without Kafka.
    """
    reports = [report for report in process_reports(directory) if report.at >= since]
    node = next((report for report in reports if report.name == NODE), None)
    if node is None or node.state != "running":
        return False
    if node.details["kafka"] is None and directory.identity.bootstrap_servers is None:
        return False
    alive = living(node, reports)
    wanted = {
        (journal_topic(context), number)
        for context, count in directory.identity.partitions.items()
        for number in range(count)
    }
    return all(
        wanted <= _places(alive, what) for what in ("leads", "policies", "projections")
    ) and supervised(node) <= {report.name for report in alive}


def supervised(node: Report) -> set[str]:
    """The names of the processes that the supervisor keeps running."""
    return set(node.details["processes"])


def living(node: Report, reports: Iterable[Report]) -> list[Report]:
    """The reports of workers, without those of processes that were replaced or have ended."""
    pids: Mapping[str, int | None] = node.details["processes"]
    return [
        each
        for each in reports
        if each.name != NODE and pids.get(each.name, each.pid) == each.pid and lives(each.pid)
    ]


def _places(reports: Iterable[Report], what: str) -> set[tuple[str, int]]:
    return {_place(detail) for report in reports for detail in report.details.get(what, ())}


def _place(detail: Mapping[str, Any]) -> tuple[str, int]:
    topic = detail["topic"] if "topic" in detail else journal_topic(detail["context"])
    return topic, detail["partition"]
