"""What a worker reads off when it is scraped: what it holds now, how far behind it is, how its loop does."""

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.health import FOLLOWED
from streams.journal import ENGINE_VERSION
from streams.vitals import Vitals

_PLACE = ("context", "partition")
_READER = ("reader", "context", "partition")


def build_info() -> Metric:
    """Which version of what this process runs."""
    labels = {
        "version": version("corridor"),
        "engine": str(ENGINE_VERSION),
        "python": platform.python_version(),
        "faust": version("faust-streaming"),
        "aiokafka": version("aiokafka"),
    }
    family = GaugeMetricFamily(
        "corridor_build_info",
        "Always 1; the labels are versions: of Corridor, of the engine that decides, of what carries records.",
        labels=[*labels],
    )
    family.add_metric([*labels.values()], 1)
    return family


class Families:
    """The gauges that are read off, empty; a family that stays empty is still told with its help."""

    def __init__(self) -> None:
        self.led = GaugeMetricFamily(
            "corridor_partition_led",
            "1 where this process leads the partition; their sum is to be 1.",
            labels=_PLACE,
        )
        self.claim = GaugeMetricFamily(
            "corridor_partition_claim", "The offset of the claim this process leads under.", labels=_PLACE
        )
        self.followed = GaugeMetricFamily(
            "corridor_journal_followed",
            "1 where this process reads the journal partition, for policies or for projections.",
            labels=_READER,
        )
        self.waiting = GaugeMetricFamily(
            "corridor_commands_waiting", "Commands in the topic that are not yet decided.", labels=_PLACE
        )
        self.behind = GaugeMetricFamily(
            "corridor_journal_behind_records",
            "Journal records of which the rows or the policies' commands are not yet durable.",
            labels=_READER,
        )
        self.stalled = GaugeMetricFamily(
            "corridor_stalled_seconds",
            "For how long a partition has been behind without moving; reader is leads, policies or projections.",
            labels=_READER,
        )

    def all(self) -> tuple[Metric, ...]:
        return (self.led, self.claim, self.followed, self.waiting, self.behind, self.stalled)


class WorkerReading(Collector):
    """The gauges of one worker. Shape: zeros for every partition it might hold, so that a sum is never absent."""

    def __init__(self, vitals: Vitals, partitions: Mapping[str, int]) -> None:
        self._vitals = vitals
        self._places = [(context, number) for context, count in partitions.items() for number in range(count)]

    def collect(self) -> Iterator[Metric]:
        """Every family of gauges."""
        families, details = Families(), self._vitals.details()
        for part in FOLLOWED.keys() & details.keys():
            held = {(each["context"], each["partition"]): each for each in details[part]}
            for place in self._places:
                _add(families, part, place, held.get(place))
        yield from families.all()
        lag = self._vitals.app.lag
        yield _gauge("corridor_loop_lag_seconds", "The longest the event loop was held in about the last second.",
                     lag.recent_s)  # fmt: skip
        yield _gauge(
            "corridor_loop_lag_max_seconds",
            "The longest the event loop was held since its first partitions were open.",
            lag.max_s,
        )
        yield _gauge(
            "corridor_kafka_unseen_seconds",
            "Since Kafka last said where the partitions of this process end.",
            self._vitals.unseen_s,
        )
        yield _gauge(
            "corridor_worker_ready", "1 while this process holds its partitions and none stands still.",
            int(self._vitals.health().ready),
        )  # fmt: skip
        yield build_info()


def _add(families: Families, part: str, place: tuple[str, int], held: Mapping[str, Any] | None) -> None:
    labels = [place[0], str(place[1])]
    presence, name = (families.led, labels) if part == "leads" else (families.followed, [part, *labels])
    presence.add_metric(name, 0 if held is None else 1)
    if held is None:
        return
    if part == "leads":
        families.claim.add_metric(labels, held["claim"])
        families.waiting.add_metric(labels, held.get("behind", 0))
    else:
        families.behind.add_metric(name, held.get("behind", 0))
    families.stalled.add_metric([part, *labels], held.get("stalled_s", 0.0))


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value)
