"""What a node says of its processes, partitions and disk, read off when it is scraped."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.health import FOLLOWED, Health
from streams.node.directory import DataDirectory
from streams.node.health import living
from streams.node.reports import Report, lives

_PROCESS = ("process",)
_NO_DETAILS = {"processes": {}, "restarts": {}, "kafka_restarts": 0}


class NodeReading(Collector):
    """The gauges of a node.

    Shape: it leads and follows nothing itself and says so, so that sums over processes are there also when no
    worker is; `answered` tells of each worker whether it could be scraped.
    """

    def __init__(
        self,
        directory: DataDirectory,
        node: Report | None,
        reports: Sequence[Report],
        health: Health,
        answered: Mapping[str, bool],
    ) -> None:
        self._directory = directory
        self._node = node
        self._alive = (
            [*living(node, reports), node] if node else [each for each in reports if lives(each.pid)]
        )
        self._health = health
        self._answered = answered

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield GaugeMetricFamily(
            "corridor_node_ready", "1 while /ready of the node says so.", int(self._health.ready)
        )
        yield GaugeMetricFamily(
            "corridor_node_troubles", "How many things /health of the node names.", len(self._health.troubles)
        )
        yield from self._processes()
        yield from self._baseline()
        usage = shutil.disk_usage(self._directory.path)
        yield GaugeMetricFamily(
            "corridor_disk_size_bytes", "Size of the disk that the data directory is on.", usage.total
        )
        yield GaugeMetricFamily("corridor_disk_free_bytes", "Room left on that disk.", usage.free)

    def _processes(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("corridor_process_up", "1 while a process of the node runs.", labels=_PROCESS)
        restarts = CounterMetricFamily(
            "corridor_process_restarts", "Times the supervisor had to start a process again.", labels=_PROCESS
        )
        silent = GaugeMetricFamily(
            "corridor_process_silent_seconds", "Since a process last reported.", labels=_PROCESS
        )
        scraped = GaugeMetricFamily(
            "corridor_process_scraped", "1 if a worker's own metrics are in this answer.", labels=_PROCESS
        )
        details: Mapping[str, Any] = self._node.details if self._node else _NO_DETAILS
        for name, pid in details["processes"].items():
            up.add_metric([name], int(pid is not None and lives(pid)))
            restarts.add_metric([name], details["restarts"][name])
        if self._directory.identity.bootstrap_servers is None:
            up.add_metric(["kafka"], int(details.get("kafka") is not None))
            restarts.add_metric(["kafka"], details["kafka_restarts"])
        for report in self._alive:
            silent.add_metric([report.name], max(0.0, time.time() - report.at))
        for name, answered in self._answered.items():
            scraped.add_metric([name], int(answered))
        yield from (up, restarts, silent, scraped)

    def _baseline(self) -> Iterator[Metric]:
        led = GaugeMetricFamily(
            "corridor_partition_led",
            "1 where this process leads the partition; their sum is to be 1.",
            labels=("context", "partition"),
        )
        followed = GaugeMetricFamily(
            "corridor_journal_followed",
            "1 where this process reads the journal partition, for policies or for projections.",
            labels=("reader", "context", "partition"),
        )
        for context, count in self._directory.identity.partitions.items():
            for number in map(str, range(count)):
                led.add_metric([context, number], 0)
                for part in FOLLOWED.keys() - {"leads"}:
                    followed.add_metric([part, context, number], 0)
        yield from (led, followed)
