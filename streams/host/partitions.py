"""Whose partitions are whose: from an assignment to the positions that reading starts from, and back."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from aiokafka.errors import KafkaTimeoutError
from faust.transport.drivers.aiokafka import Consumer, ensure_aiokafka_TP
from faust.types import Message

from exchange.kernel.errors import InvariantBroken
from streams.host import TP, Generation
from streams.host.served import Served

if TYPE_CHECKING:
    from streams.app import HostApp

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """Partitions whose owners have said where to read next."""

    generation: Generation
    positions: Mapping[TP, int]


class Partitions:
    """Leads every assignment through its steps: taken over, opened for reading, ended, let go.

    A batch is handed on only between opening and end. The end is known at once (`supersede`, called before anything
    is awaited); owners hear of it next, after a `take_over` that may still run was cancelled.
    """

    def __init__(self, app: "HostApp") -> None:
        self._app = app
        self._served: list[Served] = []
        self._rebalancing = True
        self._taking: asyncio.Task[None] | None = None
        self._taken: Taken | None = None
        self._opened: Taken | None = None
        self._ran = False
        self.generation = Generation(0, frozenset())
        self.generation.end()
        self.batch_topics: dict[str, int] = {}
        """Partitions of every batch topic, by name."""

    def serve(self, served: Served) -> None:
        """Add a host with topics that no other host of this app has."""
        self._served.append(served)
        self.batch_topics.update(served.topics)

    # Steps that must not wait, called by the consumer.

    def supersede(self, *, rebalancing: bool) -> int:
        """End the current generation; return the number that messages carry from now on."""
        self._rebalancing = rebalancing
        self.end()
        self._app.consumer_generation_id += 1
        return self._app.consumer_generation_id

    def to_open(self) -> Taken | None:
        """What has been taken over and not been opened yet."""
        return None if self._is_open() else self._taken

    def open(self, taken: Taken) -> None:
        """Let batches through, unless the generation has ended since."""
        self._opened = taken
        if not self._ran:
            self._ran = True
            self._app.lag.begin()

    def accepts(self, tp: TP, message: Message) -> bool:
        """Whether a message of `tp` may be handed on now."""
        return message.generation_id == self._app.consumer_generation_id and (
            self._is_open() or tp.topic not in self.batch_topics
        )

    def _is_open(self) -> bool:
        # The end may be told by the consumer's thread at any moment: it only ever takes `_taken` away.
        return self._opened is not None and self._opened is self._taken

    # Steps that owners take part in, called by Faust's signals.

    async def on_assigned(self, *_: Any, **__: Any) -> None:
        """Have every owner take over. Faust awaits this before it seeks, and may call it twice for one assignment."""
        await self._end_taking()
        if self._rebalancing:
            return
        self.end()
        self._app.hold_flow()
        tps = frozenset(TP(*tp) for tp in self._app.consumer.assignment() if tp.topic in self.batch_topics)
        generation = self.generation = Generation(self._app.consumer_generation_id, tps)
        taking = self._taking = asyncio.ensure_future(self._take_over(generation))
        await asyncio.wait({taking})
        if (error := _failure(taking, generation)) is not None:
            # Raising is not enough: Faust takes some errors for another rebalance, and would wait for it.
            self._app.fail(error)
            raise error

    async def on_revoked(self, *_: Any, **__: Any) -> None:
        """Have every owner let go."""
        await self._end_taking()
        for served in self._served:
            await served.let_go()

    async def close(self) -> None:
        """End the generation and have every owner let go, also when one of them fails at it."""
        self.end()
        await self._end_taking()
        results = await asyncio.gather(*(served.let_go() for served in self._served), return_exceptions=True)
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure

    def end(self) -> None:
        """End the current generation; nothing is handed on until the next one is open."""
        self.generation.end()
        self._taken = self._opened = None

    async def _end_taking(self) -> None:
        taking = self._taking
        if taking is not None and not taking.done():
            taking.cancel()
            await asyncio.wait({taking})

    async def _take_over(self, generation: Generation) -> None:
        positions: dict[TP, int] = {}
        for served in self._served:
            positions.update(await served.take_over(generation))
        await self._check(positions)
        if generation.current and positions:
            self._taken = Taken(generation, positions)

    async def _check(self, positions: Mapping[TP, int]) -> None:
        """Outside of what the partition holds aiokafka would silently read from elsewhere."""
        if not positions:
            return
        first, end = await self._ends(positions)
        for tp, position in positions.items():
            if not first[tp] <= position <= end[tp]:
                raise InvariantBroken(
                    f"{tp.topic}/{tp.partition} holds offsets {first[tp]} to {end[tp]}, its owner wants to go on "
                    f"from {position}: the topic was cut back or swapped"
                )

    async def committed(self, tps: frozenset[TP]) -> Mapping[TP, int]:
        """The group's committed offsets, and the first offsets where there is none."""
        thread = cast(Consumer, self._app.consumer)._thread
        ask = thread._ensure_consumer().committed
        found = {tp: await thread.call_thread(ask, ensure_aiokafka_TP(tp)) for tp in tps}
        first, _ = await self._ends(dict.fromkeys(tps, 0))
        return {tp: first[tp] if offset is None else offset for tp, offset in found.items()}

    async def _ends(self, positions: Mapping[TP, int]) -> tuple[Mapping[TP, int], Mapping[TP, int]]:
        consumer = self._app.consumer
        while True:
            try:
                return await consumer.earliest_offsets(*positions), await consumer.highwaters(*positions)
            except KafkaTimeoutError:
                log.error("Kafka does not say what %d partitions hold; asking again", len(positions))


def _failure(taking: asyncio.Task[None], generation: Generation) -> BaseException | None:
    if not taking.cancelled():
        return taking.exception()
    return InvariantBroken("taking over was cancelled from within") if generation.current else None
