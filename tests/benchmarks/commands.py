"""Commands decided through real Kafka on one core, beside three plain deciders."""

import time

import msgspec

from exchange.kernel.protocol import Claimed, Sealed
from exchange.kernel.time import HOUR
from streams.codec import codec_for
from streams.limits import SEAL_EVERY_FACTS
from streams.topics import commands_topic, journal_topic
from tests.benchmarks import process
from tests.benchmarks.bench import Bench
from tests.benchmarks.kafka import Kafka, cores, unique, wait_until
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.peers.deciding import Job
from tests.benchmarks.plots import bars, parts
from tests.benchmarks.split import Split, split_of
from tests.benchmarks.workload import Check, encoded, orders, outcomes_of, setting_up

OURS = "ours"
WARM_UP = 2_000


class Side(msgspec.Struct, frozen=True):
    """One way of deciding. Shape: `measured` commands, after the same number to set up and to warm."""

    name: str
    module: str
    measured: int
    arguments: tuple[str, ...] = ()


class Run(msgspec.Struct, frozen=True):
    """What one run of one side took."""

    commands_per_s: float
    cpu_us: float


def sides(scale: float) -> list[Side]:
    """Ours, then the peers; those that are slower get fewer commands, so that each runs for seconds."""
    peers = "tests.benchmarks.peers"
    return [
        Side(OURS, "tests.benchmarks.ours.decider", int(60_000 * scale)),
        Side("Faust agent", f"{peers}.faust_agent", int(8_000 * scale), ("worker", "--loglevel", "warn")),
        Side("aiokafka loop", f"{peers}.aiokafka_loop", int(25_000 * scale)),
        Side("confluent-kafka loop", f"{peers}.confluent_loop", int(25_000 * scale)),
    ]


class Commands:
    """The commands of one size in their topic, and what has to come of them."""

    def __init__(self, kafka: Kafka, topic: str, measured: int) -> None:
        self._kafka = kafka
        self.topic = topic
        now_us = time.time_ns() // 1_000
        asked = [*setting_up(now_us + 24 * HOUR), *orders(WARM_UP + measured, now_us + 24 * HOUR)]
        self.first = len(asked) - measured
        kafka.append(kafka.commands_topic(topic), encoded(asked), key=b"M-1")
        records = [(offset, at_ms, value) for offset, at_ms, _, value in kafka.records(topic)]
        assert len(records) == len(asked)
        check, self.sizes = Check(), []
        for outcome in outcomes_of(records):
            self.sizes.append(len(outcome))
            for recorded in outcome:
                check.take(recorded)
        self.expected = check.result()
        assert set(self.sizes[self.first :]) == {2}, "every measured command has two facts"

    @property
    def facts(self) -> int:
        """How many facts there have to be."""
        return sum(self.sizes)

    @property
    def journal_end(self) -> int:
        """Where our journal ends: a claim and a seal come first, seals in between."""
        seals, since = 0, 0
        for size in self.sizes:
            since += size
            if since >= SEAL_EVERY_FACTS:
                seals, since = seals + 1, 0
        return 2 + self.facts + seals


def run(kafka: Kafka, side: Side, commands: Commands, profile: str | None = None) -> Run:
    """Let one side decide everything, then look whether it decided right.

    Shape: from the first measured command being decided until the last fact can be read.
    """
    ours = side.name == OURS
    facts = kafka.new_journal() if ours else kafka.facts_topic(unique("facts"))
    end = commands.journal_end if ours else commands.facts
    job = Job(kafka.bootstrap_servers, commands.topic, facts, unique("group"), commands.first, profile)
    with process.running(side.module, job, side.arguments) as running:
        began = running.said()
        wait_until(lambda: running.alive() and kafka.end(facts) >= end)
        ended_s, cpu_s = time.monotonic(), running.cpu_s
    verify(kafka, side, facts, commands)
    if not ours:
        kafka.delete(facts)
    return Run(
        commands_per_s=side.measured / (ended_s - began["at_s"]),
        cpu_us=(cpu_s - began["cpu_s"]) / side.measured * 1e6,
    )


def verify(kafka: Kafka, side: Side, topic: str, commands: Commands) -> None:
    """Every fact is there once and says what it has to say, before any time is believed."""
    check, decode = Check(), codec_for("market").decode_fact
    for _, _, _, value in kafka.records(topic):
        record = decode(value)
        if not isinstance(record, Claimed | Sealed):
            check.take(record)
    if check.result() != commands.expected:
        raise AssertionError(f"{side.name} decided {check.result()} where {commands.expected} was right")


def measure(bench: Bench) -> Section:
    """All sides in turn, round by round; then ours again while it is looked at."""
    kafka, compared = bench.kafka, sides(bench.scale)
    bench.say(f"commands: preparing {sum(side.measured for side in compared):,} commands")
    topics = {
        side.name: Commands(
            kafka, commands_topic("market") if side.name == OURS else unique("commands"), side.measured
        )
        for side in compared
    }
    runs: dict[str, list[Run]] = {side.name: [] for side in compared}
    for number in range(bench.rounds):
        for side in compared:
            done = run(kafka, side, topics[side.name])
            runs[side.name].append(done)
            bench.say(
                f"commands: round {number + 1}, {side.name}: {done.commands_per_s:,.0f}/s,"
                f" {done.cpu_us:.1f} µs CPU each"
            )
    seen = [bench.directory / f"looks-{number}.json" for number in range(min(bench.rounds, 3))]
    looked_at = [run(kafka, compared[0], topics[OURS], str(path)).cpu_us for path in seen]
    kafka.delete(journal_topic("market"), *(commands.topic for commands in topics.values()))
    split = split_of(*seen)
    cpu_us = sum(looked_at) / len(looked_at)
    for name, share in split.parts.items():
        bench.say(f"commands: {name:<12} {share * cpu_us:6.1f} µs a command, {share:.1%}")
    return Section(
        key="commands",
        title="Commands decided through real Kafka on one core",
        settings={
            "commands measured": {side.name: side.measured for side in compared},
            "core of the deciding process": sorted(cores()[0]),
            "cores of Kafka and everything else": sorted(cores()[1]),
        },
        figures={
            **in_turn(
                "commands/s",
                {f"{name}: throughput": [r.commands_per_s for r in done] for name, done in runs.items()},
            ),
            **in_turn(
                "µs", {f"{name}: CPU a command": [r.cpu_us for r in done] for name, done in runs.items()}
            ),
        },
        ratios=[
            ratio
            for side in compared[1:]
            for ratio in (
                ratio_of(
                    f"throughput, ours / {side.name}",
                    [r.commands_per_s for r in runs[OURS]],
                    [r.commands_per_s for r in runs[side.name]],
                    at_least=10 if side is compared[1] else None,
                ),
                ratio_of(
                    f"CPU a command, {side.name} / ours",
                    [r.cpu_us for r in runs[side.name]],
                    [r.cpu_us for r in runs[OURS]],
                    at_least=10 if side is compared[1] else None,
                ),
            )
        ],
        tables=[_split_table(split, cpu_us), _functions_table(split, cpu_us)],
        checked=[
            "Every fact of every run was read back and compared with what the decider says in this process: count,"
            " sums of money reserved and released, digest over all facts. All sides agree, in every round."
        ],
        said=[
            f"The split comes from {len(seen)} runs of ours whose stack was looked at every millisecond"
            f" ({split.looks:,} looks while it was busy); its parts add up to the CPU that these runs took.",
        ],
        plots=[
            bars(
                bench.plots / "commands.svg",
                "Commands decided on one core",
                "commands/s",
                {name: [r.commands_per_s for r in done] for name, done in runs.items()},
            ),
            parts(
                bench.plots / "commands-split.svg",
                "Where our decider's time goes",
                "µs a command",
                {name: share * cpu_us for name, share in split.parts.items()},
            ),
        ],
        data={"split": msgspec.to_builtins(split), "split_cpu_us": cpu_us},
    )


def _split_table(split: Split, cpu_us: float) -> Table:
    rows = [(name, f"{share * cpu_us:.1f}", f"{share:.1%}") for name, share in split.parts.items()]
    total = ("together", f"{sum(split.parts.values()) * cpu_us:.1f}", f"{sum(split.parts.values()):.1%}")
    return Table("The split of the decider's time", ("part", "µs a command", "share"), (*rows, total))


def _functions_table(split: Split, cpu_us: float) -> Table:
    rows = [
        (name, f"{share * cpu_us:.1f}", f"{share:.1%}") for name, share in list(split.functions.items())[:12]
    ]
    return Table(
        "The functions that take most, by themselves", ("function", "µs a command", "share"), tuple(rows)
    )
