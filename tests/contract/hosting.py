"""What the contract tests of the Faust host share, and the smallest owner of partitions one can write."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.app import HostApp, HostSettings, build_app, running
from streams.host import TP, Event, Generation, Records
from tests.support import eventually

Handle = Callable[[TP, Records, Event], Awaitable[None]]


class Recorder:
    """An owner that reads from `start` (or the first record), notes everything and acknowledges at once."""

    def __init__(self, start: Mapping[TP, int] | None = None, handle: Handle | None = None) -> None:
        self.start = start or {}
        self.generations: list[Generation] = []
        self.let_go_of: list[frozenset[TP]] = []
        self.held: frozenset[TP] = frozenset()
        self.batches: list[tuple[TP, Records]] = []
        self.events: list[Event] = []
        self._handle = handle or acknowledge

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        self.generations.append(generation)
        self.held = tps
        return {tp: self.start.get(tp, 0) for tp in tps}

    async def let_go(self, tps: frozenset[TP]) -> None:
        self.let_go_of.append(tps)
        self.held = frozenset()

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        self.batches.append((tp, records))
        self.events.append(event)
        await self._handle(tp, records, event)

    def offsets(self, tp: TP) -> list[int]:
        return [record.offset for where, records in self.batches if where == tp for record in records]


class Follower(Recorder):
    """An owner that keeps no position of its own: it goes on from what its group committed."""

    app: HostApp

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        await super().take_over(tps, generation)
        return await self.app.committed(tps)


async def acknowledge(tp: TP, records: Records, event: Event) -> None:
    event.ack()


async def keep(tp: TP, records: Records, event: Event) -> None:
    """Acknowledge nothing: the test does."""


def settings(bootstrap: str, **changes: Any) -> HostSettings:
    return HostSettings(**{"bootstrap_servers": bootstrap, "group": f"group-{uuid.uuid4()}", **changes})


def hosting(how: HostSettings, host: Recorder, topics: Mapping[str, int]) -> HostApp:
    app = build_app(how)
    app.serve(host, topics)
    if isinstance(host, Follower):
        host.app = app
    return app


async def a_topic(bootstrap: str, partitions: int = 1) -> str:
    name = f"topic-{uuid.uuid4()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1)])
        await eventually(lambda: _exists(admin, name, partitions))
    finally:
        await admin.close()
    return name


async def _exists(admin: AIOKafkaAdminClient, name: str, partitions: int) -> bool:
    found = await admin.describe_topics([name])
    return len(found[0]["partitions"]) == partitions


async def append(bootstrap: str, topic: str, values: Sequence[bytes], partition: int = 0) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        sent = [await producer.send(topic, value, partition=partition) for value in values]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


def numbers(count: int, first: int = 0) -> list[bytes]:
    return [str(number).encode() for number in range(first, first + count)]


async def committed(bootstrap: str, group: str) -> dict[TP, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return {TP(*tp): int(stored.offset) for tp, stored in found.items() if stored.offset >= 0}


async def _until_killed(bootstrap: str, topic: str, group: str, slot: str, session_timeout_s: str) -> None:
    how = settings(bootstrap, group=group, slot=slot or None, session_timeout_s=float(session_timeout_s))
    host = Recorder()
    async with running(hosting(how, host, {topic: 1})):
        await eventually(lambda: host.batches, timeout_s=120)
        print("reading", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_until_killed(*sys.argv[1:]))
