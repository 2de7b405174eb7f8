"""How long taking over a partition lasts by the number of facts in its journal, beside only reading that journal."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from exchange.kernel.partition import Partition, state_digest
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.time import HOUR
from exchange.store import Snapshot, migrate, open_store, save_snapshot
from streams.clock import Clock
from streams.codec import codec_for
from streams.deciders import all_deciders
from streams.journal import ENGINE_VERSION
from streams.leader import Leader, Snapshots
from streams.producers import producing
from streams.snapshots import StoredSnapshots
from streams.topics import context_topics, journal_topic
from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.plots import curves
from tests.benchmarks.sampling import sampled
from tests.benchmarks.split import functions_table
from tests.benchmarks.workload import FLOODED, encoded, orders, setting_up

_SLICE = 500
_SNAPSHOT_AT = 0.9
"""What part of a journal its newest snapshot holds; the rest is folded on top of it."""


class _Record(NamedTuple):
    """A command as a leader takes it."""

    offset: int
    timestamp: int
    key: bytes
    value: bytes


class _Recovered(NamedTuple):
    """How a take-over went, and what came of it; its state is let go of, so as not to weigh on the next one."""

    seconds: float
    folded: int
    next_seq: int
    digest: bytes


class _NoSnapshots:
    async def load(self, partition: Partition[Any]) -> JournalPosition:
        return BEGINNING


def measure(bench: Bench) -> Section:
    """Journals of several lengths, each recovered from its start, read bare, and recovered from a snapshot."""
    sizes = [int(size * bench.scale) for size in (10_000, 100_000, 1_000_000)]
    bench.kafka.create(*context_topics({"market": len(sizes)}))
    with bench.on_the_measured_core():
        section = asyncio.run(_Recovery(bench, sizes).measured())
    bench.kafka.delete(*(spec.name for spec in context_topics({"market": 1})))
    return section


class _Recovery:
    def __init__(self, bench: Bench, sizes: list[int]) -> None:
        self._bench = bench
        self._servers = bench.kafka.bootstrap_servers
        self._sizes = sizes
        self._store = open_store(f"sqlite:///{bench.directory / 'snapshots.sqlite'}")
        migrate(self._store)

    async def measured(self) -> Section:
        bench, sizes = self._bench, self._sizes
        state_bytes = [await self._written(number, size) for number, size in enumerate(sizes)]
        start: dict[int, list[float]] = {size: [] for size in sizes}
        bare: dict[int, list[float]] = {size: [] for size in sizes}
        snapshot: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(bench.rounds):
            for number, size in enumerate(sizes):
                begun_at_0 = await self._recovered(number, _NoSnapshots())
                bare[size].append(await self._read_bare(number))
                begun_later = await self._recovered(number, StoredSnapshots(self._store))
                self._verify(begun_at_0, begun_later, size)
                start[size].append(begun_at_0.seconds)
                snapshot[size].append(begun_later.seconds)
                bench.say(
                    f"recovery: round {turn + 1}, {size:,} facts: {start[size][-1]:.2f} s,"
                    f" bare read {bare[size][-1]:.2f} s, from a snapshot {snapshot[size][-1]:.2f} s"
                )
        seen = bench.directory / "recovery.json"
        with sampled(str(seen)):
            await self._recovered(len(sizes) - 1, _NoSnapshots())
        self._store.close()
        per_fact = {size: [seconds / size * 1e6 for seconds in start[size]] for size in sizes}
        figures = {
            f"{name}: {size:,} facts": taken[size]
            for name, taken in (("from the start", start), ("bare read", bare), ("from a snapshot", snapshot))
            for size in sizes
        }
        middle = {name: _median(taken) for name, taken in figures.items()}
        return Section(
            key="recovery",
            title="Recovery by number of facts",
            settings={
                "facts": sizes,
                "the snapshot holds": f"{_SNAPSHOT_AT:.0%} of the facts, the rest is folded",
            },
            figures=in_turn("s", figures)
            | in_turn("µs", {f"from the start, a fact of {size:,}": per_fact[size] for size in sizes}),
            ratios=[
                ratio_of(f"{size:,} facts, from the start / bare read", start[size], bare[size], at_most=5)
                for size in sizes
            ],
            tables=[
                Table(
                    "The state when it is written down",
                    ("facts", "bytes"),
                    tuple(
                        (f"{size:,}", f"{written:,}")
                        for size, written in zip(sizes, state_bytes, strict=True)
                    ),
                ),
                functions_table(f"Where the time of recovering {sizes[-1]:,} facts goes", seen),
            ],
            checked=[
                "Each recovery folded exactly the facts it had to, and from the start and from the snapshot the"
                " states have the same digest, in every round. The bare read counted every record."
            ],
            said=[
                "Taking over reads the journal, checks claims, sequence and the seals' digests, folds every fact"
                " into the state, appends a claim, reads on behind it and seals. The bare read is an aiokafka"
                " consumer that only counts records, in the same process."
            ],
            plots=[
                curves(
                    bench.plots / "recovery.svg",
                    "Recovery by number of facts",
                    "facts",
                    "seconds (median)",
                    {
                        name: (sizes, [middle[f"{name}: {size:,} facts"] for size in sizes])
                        for name in ("from the start", "bare read", "from a snapshot")
                    },
                    log_x=True,
                    log_y=True,
                )
            ],
        )

    async def _written(self, number: int, size: int) -> int:
        """Write a journal of so many facts and a snapshot on the way; give the size of its state in the end."""
        self._bench.say(f"recovery: writing a journal of {size:,} facts")
        commands = self._commands(size)
        async with producing(self._servers, compression="zstd") as producer:
            leader = await self._lead(number, producer, _NoSnapshots())
            snapped = False
            while leader.partition.intake.next_seq < size:
                await asyncio.gather(*await leader.handle(list(islice(commands, _SLICE))))
                if not snapped and leader.partition.intake.next_seq >= size * _SNAPSHOT_AT:
                    # A new leader seals where the snapshot is taken.
                    leader = await self._lead(number, producer, _NoSnapshots())
                    await self._snapshot(number, leader)
                    snapped = True
        return len(leader.partition.written_down())

    async def _snapshot(self, number: int, leader: Leader[Any]) -> None:
        partition, writer = leader.partition, leader.writer
        assert writer is not None
        end = await self._end(number)
        position = JournalPosition(end, writer.claim, writer.seq, writer.digest)
        written = partition.written_down()
        snapshot = Snapshot(
            context="market",
            partition=number,
            engine_version=ENGINE_VERSION,
            position=position,
            state_digest=state_digest(written),
            state=written,
        )
        save_snapshot(self._store, snapshot)

    def _commands(self, size: int) -> Iterator[_Record]:
        now_us = Clock().now_us()
        asked = (*setting_up(now_us + HOUR), *orders(size // 2, now_us + HOUR))
        for offset, value in enumerate(encoded(asked)):
            # Fifty in a millisecond.
            yield _Record(offset, now_us // 1_000 + offset // 50, b"M-1", value)

    async def _recovered(self, number: int, snapshots: Snapshots) -> _Recovered:
        async with producing(self._servers, compression="zstd") as producer:
            leader = await self._lead(number, producer, snapshots)
        partition = leader.partition
        digest = state_digest(partition.written_down())
        return _Recovered(leader.recovery_s, leader.folded, partition.intake.next_seq, digest)

    async def _lead(self, number: int, producer: Any, snapshots: Snapshots) -> Leader[Any]:
        leader: Leader[Any] = Leader(
            self._servers,
            all_deciders(FLOODED)["market"],
            number,
            codec_for("market"),
            producer,
            snapshots,
            Clock(),
            "bench",
        )
        await leader.take_over()
        return leader

    def _verify(self, begun_at_0: _Recovered, begun_later: _Recovered, size: int) -> None:
        folded = begun_at_0.folded, begun_at_0.next_seq, begun_later.next_seq
        if min(folded) < size or len(set(folded)) != 1 or not begun_later.folded < 0.2 * begun_at_0.folded:
            raise AssertionError(f"{folded} facts folded, {begun_later.folded} after the snapshot, of {size}")
        if begun_at_0.digest != begun_later.digest:
            raise AssertionError("from the start and from the snapshot the states differ")

    async def _end(self, number: int) -> int:
        place = TopicPartition(journal_topic("market"), number)
        async with AIOKafkaConsumer(bootstrap_servers=self._servers) as consumer:
            return int((await consumer.end_offsets([place]))[place])

    async def _read_bare(self, number: int) -> float:
        """Seconds in which aiokafka alone hands out every record of the partition, connecting included as for ours."""
        place, end, count = TopicPartition(journal_topic("market"), number), await self._end(number), 0
        began = time.perf_counter()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=4 * 1024 * 1024,
            fetch_max_bytes=8 * 1024 * 1024,
        )
        async with consumer:
            consumer.assign([place])
            while count < end:
                for records in (await consumer.getmany(timeout_ms=1_000, max_records=2_000)).values():
                    count += len(records)
        return time.perf_counter() - began


def _median(taken: list[float]) -> float:
    return sorted(taken)[len(taken) // 2]
