"""Several partitions read as one: what lies there by time, then what comes as it comes."""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Protocol

from exchange.kernel.errors import Misuse
from streams.fetched import Record
from streams.log import PartitionLog
from streams.tailing.journals import JournalTail
from streams.tailing.others import CommandTail, ProductTail
from streams.tailing.seen import Group
from streams.tailing.wanted import Wanted
from streams.topics import commands_topic, journal_topic, stream_specs, stream_topic

Place = tuple[str, int]

_NEAR_RECORDS = 500
_PROBE_RECORDS = 20
_WINDOW_TIMES = 8
_WINDOW_RECORDS_MIN = 500


class PartitionTail(Protocol):
    """How one partition of some kind of topic is read."""

    async def begin(self, offset: int) -> int:
        """Be ready to read from `offset` on; give the offset to really read from, which is not above it."""
        ...

    def take(self, records: Iterable[Record]) -> list[Group]:
        """What the next records say."""
        ...

    def at(self, record: Record) -> int | None:
        """The time a record says, if times rise with offsets here."""
        ...


async def refuse_unknown_streams(bootstrap_servers: str, places: Iterable[Place]) -> None:
    """Raises: Misuse for a stream that has no topic, naming those that have."""
    wanted = {topic for topic, _ in places if topic.startswith(stream_topic(""))}
    if wanted:
        known = [spec.name for spec in await stream_specs(bootstrap_servers)]
        if missing := sorted(wanted - set(known)):
            raise Misuse(f"there is no {missing[0]}; there are {', '.join(known) or 'no streams'}")


async def tail(
    bootstrap_servers: str,
    places: Sequence[Place],
    wanted: Wanted,
    *,
    last: int | None,
    follow: bool,
    raw: bool = False,
    shift_us: int = 0,
) -> AsyncGenerator[Group, None]:
    """The wanted records, those of one outcome together.

    Shape: what lies there by time, only the `last` so many if given; with `follow` then what comes, for ever.
    Raises: Unavailable without Kafka; InvariantBroken where a journal has a hole.
    """
    async with AsyncExitStack() as stack:
        reading = []
        for topic, partition in places:
            log = await stack.enter_async_context(
                PartitionLog(bootstrap_servers, topic, partition, fetch_wait_ms=20)
            )
            reading.append(_Reading(log, _tail_of(log, raw, shift_us), wanted, await log.end()))
        async for group in _history(reading, last):
            yield group
        if follow:
            async with aclosing(_coming(reading)) as coming:
                async for group in coming:
                    yield group


def _tail_of(log: PartitionLog, raw: bool, shift_us: int) -> PartitionTail:
    topic = str(log.place.topic)
    if topic.startswith(stream_topic("")):
        return ProductTail(log, raw=raw)
    if topic.endswith(commands_topic("")):
        return CommandTail(log, shift_us)
    assert topic.endswith(journal_topic(""))
    return JournalTail(log, raw=raw)


class _Reading:
    """One partition being read: up to `end` first, on from there later."""

    def __init__(self, log: PartitionLog, tail: PartitionTail, wanted: Wanted, end: int) -> None:
        self.log = log
        self._tail = tail
        self._wanted = wanted
        self._end = end

    async def all(self) -> AsyncIterator[Group]:
        """Everything wanted that lies there."""
        start = await self._start()
        async for group in self._from(start):
            yield group

    async def last(self, count: int) -> Sequence[Group]:
        """The last wanted records, at least `count` if there are so many, looked for from the end backwards."""
        lowest = await self._start()
        window = max(_WINDOW_RECORDS_MIN, 2 * count)
        while True:
            start = max(lowest, self._end - window)
            found: deque[Group] = deque(maxlen=max(1, count))
            records = 0
            async for group in self._from(start):
                found.append(group)
                records += len(group)
            if start == lowest or records >= count:
                return list(found) if count else ()
            window *= _WINDOW_TIMES

    async def coming(self) -> AsyncIterator[Group]:
        """Everything wanted from the end of what lay there on."""
        async for records in self.log.tail(self._end):
            for group in map(self._wanted.of, self._tail.take(records)):
                if group:
                    yield group

    async def _from(self, offset: int) -> AsyncIterator[Group]:
        async for records in self.log.read(await self._tail.begin(offset), self._end):
            for group in map(self._wanted.of, self._tail.take(records)):
                if group:
                    yield group

    async def _start(self) -> int:
        """An offset before which nothing is wanted."""
        start = self._wanted.start
        if start.at_end:
            return self._end
        if start.seq is not None:
            # A fact's offset is never below its number: claims and seals take offsets too.
            return min(start.seq, self._end)
        return 0 if start.at is None else await self._before(start.at)

    async def _before(self, at: int) -> int:
        """An offset shortly before the first record of that time or later."""
        low, high = 0, self._end
        while high - low > _NEAR_RECORDS:
            middle = (low + high) // 2
            found = await self._at(middle)
            low, high = (middle, high) if found is not None and found < at else (low, middle)
        return low

    async def _at(self, offset: int) -> int | None:
        async for records in self.log.read(offset, min(offset + _PROBE_RECORDS, self._end)):
            for record in records:
                if (at := self._tail.at(record)) is not None:
                    return at
        return None


async def _history(reading: Sequence[_Reading], last: int | None) -> AsyncIterator[Group]:
    if last is None:
        async for group in _merged([each.all() for each in reading]):
            yield group
        return
    found = [list(await each.last(last)) for each in reading]
    left = sum(len(group) for groups in found for group in groups)
    for group in heapq.merge(*found, key=_order):
        # Of the outcome in which the last so many begin, only those.
        cut = min(len(group), max(0, left - last))
        left -= len(group)
        if group[cut:]:
            yield group[cut:]


def _order(group: Group) -> tuple[int, str, int, int]:
    first = group[0]
    return first.at, first.topic, first.partition, first.offset


async def _merged(sources: Sequence[AsyncIterator[Group]]) -> AsyncIterator[Group]:
    """The groups of several sources by time, each source in its own order."""
    heads: list[tuple[tuple[int, str, int, int], int, Group]] = []
    for number, source in enumerate(sources):
        if (group := await anext(source, None)) is not None:
            heads.append((_order(group), number, group))
    heapq.heapify(heads)
    while heads:
        _, number, group = heads[0]
        yield group
        following = await anext(sources[number], None)
        if following is None:
            heapq.heappop(heads)
        else:
            heapq.heapreplace(heads, (_order(following), number, following))


async def _coming(reading: Sequence[_Reading]) -> AsyncGenerator[Group, None]:
    """What comes in any partition, as it comes."""
    queue: asyncio.Queue[Group] = asyncio.Queue(maxsize=1_000)

    async def put(each: _Reading) -> None:
        async for group in each.coming():
            await queue.put(group)

    putting = [asyncio.ensure_future(put(each)) for each in reading]
    try:
        while True:
            getting = asyncio.ensure_future(queue.get())
            done, _ = await asyncio.wait([getting, *putting], return_when=asyncio.FIRST_COMPLETED)
            if getting not in done:
                getting.cancel()
                for each in done:
                    each.result()
            else:
                yield getting.result()
    finally:
        for each in putting:
            each.cancel()
        await asyncio.gather(*putting, return_exceptions=True)
