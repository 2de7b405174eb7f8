"""The metrics of a whole node, its own and each living worker's, with a `process` label: one target is enough."""

import asyncio
from collections.abc import Iterable, Iterator

import aiohttp
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from streams.metrics.instruments import REGISTRY
from streams.node.directory import DataDirectory
from streams.node.gauges import NodeReading
from streams.node.health import living, node_health
from streams.node.reports import NODE, Report, lives, read_reports

_ANSWER_S_MAX = 2.0


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """The families as they were gathered."""
        yield from self._families


async def node_metrics(directory: DataDirectory, slot: str) -> bytes:
    """All of it as Prometheus's text. Shape: `slot` is whoever asks, whose own registry is told too."""
    reports = read_reports(directory.run)
    node = next((report for report in reports if report.name == NODE), None)
    alive = living(node, reports) if node else [report for report in reports if lives(report.pid)]
    workers = [each for each in alive if "listens" in each.details]
    health, texts = await asyncio.gather(node_health(directory), asyncio.gather(*map(_scraped, workers)))
    answered = dict(zip((each.name for each in workers), texts, strict=True))
    own = NodeReading(
        directory, node, reports, health, {name: text is not None for name, text in answered.items()}
    )
    families: dict[str, Metric] = {}
    _merge(families, own.collect(), NODE)
    _merge(families, REGISTRY.collect(), slot)
    for name, text in answered.items():
        _merge(families, text_string_to_metric_families(text or ""), name)
    registry = CollectorRegistry()
    registry.register(_Families(families.values()))
    return generate_latest(registry)


def _merge(families: dict[str, Metric], found: Iterable[Metric], process: str) -> None:
    """Add what one process says to the families, under its name; what nobody has counted yet is left out."""
    for family in found:
        known = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        for sample in family.samples:
            labels = sample.labels if "process" in sample.labels else {"process": process, **sample.labels}
            known.samples.append(sample._replace(labels=labels))


async def _scraped(report: Report) -> str | None:
    """What a worker says, None if it does not in time."""
    try:
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S_MAX)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.get(f"{report.details['listens']}/metrics") as answer,
        ):
            return await answer.text() if answer.status == 200 else None
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
