"""Whether a node is ready: everything led, answered and shown, by processes that live and have spoken just now."""

from streams.node.directory import DataDirectory
from streams.node.health import living, missing_places, troubles
from streams.node.reports import NODE, Report, read_reports


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
    if any(missing_places(directory, living(node, reports)).values()):
        return False
    return not troubles(directory, node, reports)


def supervised(node: Report) -> set[str]:
    """The names of the processes that the supervisor keeps running."""
    return set(node.details["processes"])
