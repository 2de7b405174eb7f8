"""Feeding a host: nothing is handed on once its partition was let go, not even in the same turn of the loop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any

from streams.host import TP, Event, Generation, Records
from streams.host.served import Served

PLACE = TP("market.journal", 0)


class Host:
    """Knows what it holds, as every real host does."""

    def __init__(self) -> None:
        self.held: frozenset[TP] = frozenset()
        self.handled = 0

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        self.held = tps
        return dict.fromkeys(tps, 0)

    async def let_go(self, tps: frozenset[TP]) -> None:
        self.held -= tps

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        assert tp in self.held
        self.handled += 1


class Stream:
    """Gives a batch whenever it is told to."""

    def __init__(self) -> None:
        self.next: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def noack(self) -> "Stream":
        return self

    async def events(self) -> AsyncIterator[Any]:
        while True:
            await self.next
            self.next = asyncio.get_running_loop().create_future()
            yield SimpleNamespace(message=SimpleNamespace(tp=PLACE, generation_id=1, value=[]))


async def test_a_batch_is_handed_on_while_its_partition_is_held_and_not_in_the_turn_that_lets_it_go() -> None:
    host = Host()
    served = Served(host, {PLACE.topic: 1})
    await served.take_over(Generation(1, frozenset({PLACE})))
    stream: Any = Stream()
    feeding = asyncio.create_task(served.feed(stream))
    await asyncio.sleep(0.01)
    stream.next.set_result(None)
    await asyncio.sleep(0.01)
    assert host.handled == 1

    stream.next.set_result(None)
    await asyncio.gather(asyncio.create_task(served.let_go()))
    await asyncio.sleep(0.01)
    assert not feeding.done()
    assert host.handled == 1
    feeding.cancel()
    await asyncio.wait({feeding})
