"""One Kafka for all benchmarks, on cores of its own where there are several; spoken to by confluent-kafka."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import confluent_kafka
import psutil
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams.broker import EmbeddedBroker
from streams.topics import TopicSpec, context_topics, ensure_topics, journal_topic

_names = count()


def unique(prefix: str) -> str:
    """A name that nothing else here has."""
    return f"{prefix}-{os.getpid()}-{next(_names)}"


@cache
def cores() -> tuple[frozenset[int], frozenset[int]]:
    """The core of what is measured, and those of everything else: the same one where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return frozenset(mine[-1:]), frozenset(mine[:-1] or mine)


def pin(pid: int, to: Iterable[int]) -> None:
    """Let a process with all its threads run on these cores only."""
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, to)


class Kafka:
    """A running Kafka, and what benchmarks ask of it."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        # It cannot be closed, and would tell the terminal that Kafka has stopped.
        self._admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 2})
        self._looker = confluent_kafka.Consumer(
            {"bootstrap.servers": bootstrap_servers, "group.id": unique("looker")}
        )

    def close(self) -> None:
        """Disconnect."""
        self._looker.close()

    def create(self, *specs: TopicSpec) -> None:
        """Create topics."""
        asyncio.run(ensure_topics(self.bootstrap_servers, specs))

    def facts_topic(self, name: str) -> str:
        """A new topic of one partition with a journal's settings."""
        (_, journal) = context_topics({"market": 1})
        self.create(TopicSpec(name, 1, journal.config))
        return name

    def commands_topic(self, name: str) -> str:
        """A new topic of one partition with a command topic's settings."""
        (commands, _) = context_topics({"market": 1})
        self.create(TopicSpec(name, 1, commands.config))
        return name

    def delete(self, *topics: str) -> None:
        """Delete topics and wait until they are gone."""
        there = set(self._admin.list_topics(timeout=10).topics)
        if gone := sorted(there & set(topics)):
            for done in self._admin.delete_topics(gone).values():
                done.result()
        while there & set(topics):
            time.sleep(0.05)
            there = set(self._admin.list_topics(timeout=10).topics)

    def new_journal(self) -> str:
        """The market's journal, empty."""
        self.delete(name := journal_topic("market"))
        return self.facts_topic(name)

    def end(self, topic: str) -> int:
        """The offset after the last record of a topic of one partition."""
        return int(self._looker.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[1])

    def append(self, topic: str, values: Iterable[bytes], key: bytes | None = None) -> None:
        """Append values as fast as goes."""
        producer = confluent_kafka.Producer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "log_level": 3,
                "enable.idempotence": True,
                "linger.ms": 20,
                "queue.buffering.max.messages": 2_000_000,
                "queue.buffering.max.kbytes": 2_000_000,
            }
        )
        for value in values:
            producer.produce(topic, value, key=key, partition=0)
        producer.flush()

    def records(self, topic: str, end: int | None = None) -> Iterator[tuple[int, int, bytes | None, bytes]]:
        """All records of a topic of one partition, as (offset, timestamp in ms, key, value)."""
        end = self.end(topic) if end is None else end
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "group.id": unique("reader"),
                "enable.auto.commit": False,
            }
        )
        consumer.assign([TopicPartition(topic, 0, 0)])
        offset = 0
        while offset < end:
            for message in consumer.consume(10_000, timeout=1.0):
                offset = (message.offset() or 0) + 1
                if offset <= end:
                    yield offset - 1, message.timestamp()[1], message.key(), message.value() or b""
        consumer.close()


@contextmanager
def running(directory: Path) -> Iterator[Kafka]:
    """A Kafka of one's own while the block runs, off the core of what is measured."""
    broker = EmbeddedBroker(directory)
    asyncio.run(broker.start())
    try:
        assert broker.pid is not None
        pin(broker.pid, cores()[1])
        kafka = Kafka(broker.bootstrap_servers)
        yield kafka
        kafka.close()
    finally:
        asyncio.run(broker.stop())


def wait_until(reached: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Look until `reached()` is true. Raises: TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout_s:.0f} s")
        time.sleep(0.005)
