"""Everything the code exports, as a scrape would name it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client.metrics_core import Metric

from streams.health import Health
from streams.loop_lag import LoopLag
from streams.metrics.instruments import REGISTRY
from streams.metrics.reading import WorkerReading
from streams.node.directory import DataDirectory
from streams.node.gauges import NodeReading

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}


class _App:
    lag = LoopLag()


class _Vitals:
    """A worker's vitals where nothing runs."""

    app = _App()
    unseen_s = 0.0

    def details(self) -> dict[str, Any]:
        return {"leads": [], "policies": [], "projections": []}

    def health(self) -> Health:
        return Health(name="w", state="running", healthy=True, ready=True, troubles=())


def families(scratch: Path) -> Iterator[Metric]:
    """Every family: counted by a process, read off a worker, read off a node."""
    directory = DataDirectory.create(scratch, created_at=0)
    vitals: Any = _Vitals()
    yield from REGISTRY.collect()
    yield from WorkerReading(vitals, directory.identity.partitions).collect()
    yield from NodeReading(directory, None, [], vitals.health(), {}).collect()


def series_of(family: Metric) -> set[str]:
    """The names that samples of a family have."""
    return {f"{family.name}{suffix}" for suffix in _SUFFIXES.get(family.type, ("",))}
