"""From a command to its visible fact at a constant rate, beside two bare hops through the same Kafka."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from statistics import quantiles

from aiokafka import ConsumerRecord

from exchange.kernel.position import BEGINNING
from exchange.kernel.time import HOUR
from exchange.store import migrate, open_store
from streams.clock import Clock
from streams.codec import codec_for
from streams.journal import JournalReader
from streams.settings import ExchangeSettings
from streams.topics import commands_topic, context_topics, journal_topic
from tests.benchmarks import process
from tests.benchmarks.bench import Bench
from tests.benchmarks.kafka import unique
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.open_loop import Loop
from tests.benchmarks.peers.hop import Hop
from tests.benchmarks.plots import curves
from tests.benchmarks.workload import FLOODED, encoded, orders, setting_up

RATES = (100, 500, 1_000)
_WARM_UP_S = 1
OURS, BARE = "ours", "two bare hops"


class Facts(Loop):
    """Commands in; answered when the last fact of their outcome is accepted by the rule of every reader."""

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(bootstrap_servers, commands_topic("market"), journal_topic("market"))
        self._reader = JournalReader(journal_topic("market"), 0, BEGINNING, codec_for("market"))
        self.facts = 0

    def number_of(self, record: ConsumerRecord) -> int | None:
        outcome = self._reader.feed(record.offset, record.value)
        if not isinstance(outcome, tuple):
            return None
        self.facts += len(outcome)
        return outcome[0].meta.cause


class Hops(Loop):
    """Values in; answered when the same bytes come out behind the hop."""

    def __init__(self, bootstrap_servers: str, asks: str, answers: str) -> None:
        super().__init__(bootstrap_servers, asks, answers)
        self._answered = 0

    def number_of(self, record: ConsumerRecord) -> int | None:
        self._answered += 1
        return self._answered - 1


def measure(bench: Bench) -> Section:
    """Both sides run all the time; the load goes to one after the other."""
    settings = ExchangeSettings(
        bootstrap_servers=bench.kafka.bootstrap_servers,
        store_url=f"sqlite:///{bench.directory / 'worker.sqlite'}",
        commands_per_second=FLOODED,
    )
    store = open_store(settings.store_url)
    migrate(store)
    store.close()
    topics = context_topics(settings.partitions)
    bench.kafka.create(*topics)
    asks, answers = bench.kafka.commands_topic(unique("hop")), bench.kafka.facts_topic(unique("hop"))
    hop = Hop(settings.bootstrap_servers, asks, answers)
    worker = process.running("tests.benchmarks.ours.worker", settings)
    with worker as ours, process.running("tests.benchmarks.peers.hop", hop) as bare:
        taken, busy, parts = asyncio.run(_measured(bench, hop, {OURS: ours, BARE: bare}))
    bench.kafka.delete(asks, answers, *(spec.name for spec in topics))
    return _section(bench, settings, taken, busy, _stages_table(parts))


Taken = dict[tuple[int, str], list[list[float]]]
Busy = dict[tuple[int, str], list[float]]
Stages = dict[tuple[int, str], list[tuple[float, float, float]]]
"""Milliseconds until Kafka had the command, until the answer was put into a batch, until it was read."""


async def _measured(
    bench: Bench, hop: Hop, processes: Mapping[str, process.Process]
) -> tuple[Taken, Busy, Stages]:
    taken: Taken = {(rate, side): [] for rate in RATES for side in (OURS, BARE)}
    busy: Busy = {each: [] for each in taken}
    spans: dict[tuple[int, str], list[range]] = {each: [] for each in taken}
    wall_s = time.time() - time.perf_counter()
    seconds = max(1.0, 5 * bench.scale)
    async with (
        Facts(hop.bootstrap_servers) as ours,
        Hops(hop.bootstrap_servers, hop.source, hop.target) as bare,
    ):
        valid_until = Clock().now_us() + 24 * HOUR
        told = list(encoded(setting_up(valid_until)))
        await ours.run(told, 100)
        set_up_facts, asked = ours.facts, 0
        values = encoded(orders(10**9, valid_until))
        for number in range(bench.rounds):
            for rate in RATES:
                for name, loop in ((OURS, ours), (BARE, bare)):
                    warm, measured = rate * _WARM_UP_S, int(rate * seconds)
                    await loop.run(_next(values, warm), rate)
                    first, before_s = len(loop.due), processes[name].cpu_s
                    latencies = await loop.run(_next(values, measured), rate)
                    assert processes[name].alive()
                    busy[rate, name].append((processes[name].cpu_s - before_s) / measured * 1e6)
                    asked += warm + measured if loop is ours else 0
                    taken[rate, name].append(latencies)
                    spans[rate, name].append(range(first, len(loop.due)))
                    bench.say(
                        f"latency: round {number + 1}, {rate}/s, {name}: p50 {_at(latencies, 50):.2f} ms,"
                        f" p99 {_at(latencies, 99):.2f} ms"
                    )
        if ours.facts != set_up_facts + 2 * asked:
            raise AssertionError(f"{ours.facts - set_up_facts} facts of {asked} commands; each has two")
        stages: Stages = {}
        for name, loop, topic in ((OURS, ours, commands_topic("market")), (BARE, bare, hop.source)):
            appended_ms = [at_ms for _, at_ms, _, _ in bench.kafka.records(topic, len(loop.due))]
            stages |= {
                (rate, name): [
                    _stages(loop, appended_ms, wall_s, number)
                    for span in spans[rate, name]
                    for number in span
                ]
                for rate in RATES
            }
    return taken, busy, stages


def _stages(loop: Loop, appended_ms: Sequence[int], wall_s: float, number: int) -> tuple[float, float, float]:
    due_ms, came_ms = (wall_s + loop.due[number]) * 1e3, (wall_s + loop.came[number]) * 1e3
    appended, written = appended_ms[number], loop.written_ms[number]
    return appended - due_ms, written - appended, came_ms - written


def _stages_table(stages: Stages) -> Table:
    rows = [
        (f"{side} at {rate}/s", *(f"{_at([each[place] for each in taken], 50):.1f}" for place in range(3)))
        for (rate, side), taken in sorted(stages.items())
    ]
    head = ("", "until Kafka has it", "until it is decided or passed on", "until its answer is read")
    return Table("Where the time goes: medians, ms", head, tuple(rows))


def _section(bench: Bench, settings: ExchangeSettings, taken: Taken, busy: Busy, stages: Table) -> Section:
    figures = {}
    for percent in (50, 99):
        figures |= {
            f"{side}: p{percent} at {rate}/s": [_at(latencies, percent) for latencies in rounds]
            for (rate, side), rounds in taken.items()
        }
    return Section(
        key="latency",
        title="From a command to its visible fact",
        settings={
            "rates": [f"{rate}/s" for rate in RATES],
            "seconds a round, rate and side": max(1.0, 5 * bench.scale),
            "partitions": dict(settings.partitions),
        },
        figures={
            **in_turn("ms", figures),
            **in_turn(
                "µs", {f"{side}: CPU a command at {rate}/s": used for (rate, side), used in busy.items()}
            ),
        },
        ratios=[
            ratio_of(
                f"p{percent} at {rate}/s, ours / two bare hops",
                figures[f"{OURS}: p{percent} at {rate}/s"],
                figures[f"{BARE}: p{percent} at {rate}/s"],
                at_most=1.5 if percent == 50 else None,
            )
            for rate in RATES
            for percent in (50, 99)
        ],
        tables=[stages],
        checked=[
            "Every command had one outcome of two facts, in order, accepted by the journal's rule; every value came"
            " back from the hop, in order. An answer that is missing or out of order ends the run."
        ],
        said=[
            "Open loop: values are due at a constant rate and latency counts from when each was due, so what waits"
            " because something before it was slow counts as waiting. Ours is the worker of a node with its"
            " policies and all its partitions; the hop is a consumer and a producer of aiokafka. Sender and reader"
            " are one process, the same for both sides; readers of ours decode facts and check claims, sequence and"
            " digest."
        ],
        plots=[
            *(_ecdf(bench, rate, taken) for rate in RATES),
            curves(
                bench.plots / "latency.svg",
                "Median latency by rate",
                "commands/s",
                "ms",
                {
                    side: (RATES, [_at(_all(taken[rate, side]), 50) for rate in RATES])
                    for side in (OURS, BARE)
                },
            ),
        ],
        data={
            "percentiles": {
                f"{side} at {rate}/s": {
                    str(p): _at(_all(rounds), p) for p in (1, 5, 10, 25, 50, 75, 90, 95, 99)
                }
                for (rate, side), rounds in taken.items()
            }
        },
    )


def _ecdf(bench: Bench, rate: int, taken: Taken) -> str:
    lines = {}
    for side in (OURS, BARE):
        ordered = sorted(_all(taken[rate, side]))
        step = max(1, len(ordered) // 400)
        shares = [(number + 1) / len(ordered) for number in range(len(ordered))]
        lines[side] = (ordered[::step], shares[::step])
    path = bench.plots / f"latency-{rate}.svg"
    return curves(
        path, f"Latency at {rate}/s", "ms from the scheduled time", "share answered", lines, log_x=True
    )


def _next(values: Iterator[bytes], count: int) -> list[bytes]:
    return list(islice(values, count))


def _all(rounds: list[list[float]]) -> list[float]:
    return list(chain.from_iterable(rounds))


def _at(latencies: list[float], percent: int) -> float:
    return quantiles(latencies, n=100, method="inclusive")[percent - 1]
