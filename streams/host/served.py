"""One host in the app: the agent that feeds it, and what it holds."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from faust.streams import Stream
from faust.types import StreamT

from exchange.kernel.errors import InvariantBroken
from streams.host import TP, Event, Generation, PartitionHost, Records

GRACE_S = 1.0
"""What a host may still need to finish one batch after it was told to let go: a save, an append."""


class Served:
    """Feeds a `PartitionHost` batch by batch, and sees to it that nothing of it runs on once it has let go."""

    def __init__(self, host: PartitionHost, topics: Mapping[str, int]) -> None:
        self.topics = topics
        self._host = host
        self._held: frozenset[TP] = frozenset()
        self._number = 0
        self._letting_go = asyncio.Lock()
        self._work: asyncio.Task[None] | None = None
        self._abandoned: asyncio.Task[None] | None = None

    async def take_over(self, generation: Generation) -> Mapping[TP, int]:
        """Let go of what is still held, then have the host say where each of its partitions is read from.

        Raises: InvariantBroken when it did not say it for exactly its partitions.
        """
        await self.let_go()
        mine = frozenset(tp for tp in generation.tps if tp.topic in self.topics)
        if not mine:
            return {}
        # Held from here on, also when taking over fails or is cancelled: letting go undoes it.
        self._held, self._number = mine, generation.number
        positions = await self._host.take_over(mine, generation)
        if positions.keys() != mine:
            raise InvariantBroken(
                f"{type(self._host).__name__} took over {_named(mine)} but gave positions for "
                f"{_named(positions.keys())}"
            )
        return positions

    async def let_go(self) -> None:
        """Tell the host that it loses what it holds, and see its `handle` to the end, or end it."""
        async with self._letting_go:  # a stop that meets a rebalance waits for its end
            held, self._held = self._held, frozenset()
            if not held:
                return
            try:
                await self._host.let_go(held)
            finally:
                await self._abandon()

    async def feed(self, stream: StreamT[Any]) -> None:
        """The agent: hand every batch to the host, one after the other, acknowledging nothing by itself."""
        async for event in cast(Stream[Any], stream).noack().events():
            self._work = asyncio.ensure_future(self._handle(event))
            try:
                await self._work
            except asyncio.CancelledError:
                if self._abandoned is not self._work:
                    raise

    async def _handle(self, event: Event) -> None:
        # Looked at here, in the task's own first step: before that the partition could still be let go.
        message = event.message
        if message.generation_id == self._number and message.tp in self._held:
            await self._host.handle(message.tp, cast(Records, message.value), event)

    async def _abandon(self) -> None:
        work = self._work
        if work is not None and not work.done():
            self._abandoned = work
            _, late = await asyncio.wait({work}, timeout=GRACE_S)
            if late:
                work.cancel()
                await asyncio.wait(late)


def _named(tps: Any) -> str:
    return ", ".join(sorted(f"{tp.topic}/{tp.partition}" for tp in tps)) or "none"
