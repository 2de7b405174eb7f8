"""Publishing to a stream: take it over, append, and read back what really lies there."""

import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from exchange.kernel.errors import InvariantBroken, Misuse
from streams.dataplane.claims import Accepted, StreamTaken
from streams.dataplane.intake import OutRecord, Records, chunks
from streams.dataplane.layout import StreamClaim, StreamPosition
from streams.dataplane.ranges import PublishedRange, RangeCutter
from streams.dataplane.reader import StreamTail, known_tail, refuse_gap
from streams.dataplane.source import RawSource
from streams.dataplane.writer import StreamWriter
from streams.deadline import DEADLINE_S, Standstill


class PublisherLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much makes a range, and how far writing may run ahead of reading back.

    Units: `linger_s` is how long a record of an async source waits for company, `range_s` how long
    such a source's range stays open; a source that is not async never waits, its ranges end by size only.
    """

    range_records: int = 50_000
    range_bytes: int = 16 * 1024 * 1024
    range_s: float = 5.0
    linger_s: float = 0.05
    ahead_records: int = 20_000

    def __post_init__(self) -> None:
        if min(self.range_records, self.range_bytes, self.ahead_records) < 1:
            raise Misuse(
                "a range holds at least one record and one byte, and at least one record may be ahead"
            )
        if self.linger_s <= 0 or self.range_s <= 0:
            raise Misuse("linger_s and range_s are seconds above 0")


DEFAULT_LIMITS = PublisherLimits()


class Progress(NamedTuple):
    """How far a publication is: records of it that lie in the topic, their bytes, and how fast that goes."""

    records: int
    size_bytes: int
    records_per_s: int


OnProgress = Callable[[Progress], None]
_PROGRESS_EVERY_S = 0.1
_READ_BACK_WAIT_S = 1.0


class Publisher:
    """Publishes one product's stream. An async context manager; entering it takes the stream over.

    Shape: `start` is the end of what has been reported (the beginning, if nothing was): what lies
    after it under earlier claims comes out of `publish` as ranges first. Without `start` the stream's
    tail says where to go on, and nothing earlier comes out. Units: `standstill_s` is how long Kafka may
    stand still; what the records' source takes is not counted.
    Raises: StreamTaken if another publisher takes the stream over; Misuse, Unavailable as they say.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        product_id: str,
        *,
        seller: str,
        worker: str,
        start: StreamPosition | None = None,
        limits: PublisherLimits = DEFAULT_LIMITS,
        standstill_s: float = DEADLINE_S,
    ) -> None:
        self._claim = StreamClaim(seller=seller, worker=worker, token=secrets.token_hex(16))
        self._start = start
        self._limits = limits
        self._source = RawSource(bootstrap_servers, product_id)
        self._writer = StreamWriter(bootstrap_servers, product_id)
        self._cutter = RangeCutter(limits.range_records, limits.range_bytes)
        self._closed: list[PublishedRange] = []
        self._standstill = Standstill(
            standstill_s,
            f"topic {self._source.topic}: what was given last may or may not lie there (publish again with first_seq,"
            " and what lies there is skipped); Kafka",
        )
        self._stack = AsyncExitStack()
        self._tail: StreamTail | None = None

    async def __aenter__(self) -> Self:
        async with self._standstill, AsyncExitStack() as stack:
            await stack.enter_async_context(self._source)
            await stack.enter_async_context(self._writer)
            self._tail = await self._take_over()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def next_seq(self) -> int:
        """The sequence number of the next record to be published."""
        return self._writer.next_seq

    @property
    def claim(self) -> int:
        """The offset of one's own claim."""
        return self._writer.claim

    async def publish(
        self, records: Records, progress: OnProgress | None = None
    ) -> AsyncGenerator[PublishedRange, None]:
        """Append records and give the ranges in which they lie, as read back from the topic.

        Shape: records are `(key, value, event_time)`. Everything given is durable and in a range when
        the iteration ends; if it stops earlier, the next publisher of this product finds what is there.
        """
        tail = self._leading()
        meter = _Meter(self.next_seq, progress)
        for closed in self._take_closed():
            yield closed
        live = isinstance(records, AsyncIterable)
        async for chunk in chunks(records, self._limits.linger_s):
            async with self._standstill:
                await self._append(chunk, tail, meter)
            if live and self._cutter.age_s() > self._limits.range_s:
                self._closed += self._cutter.close()
            for closed in self._take_closed():
                yield closed
        async with self._standstill:
            await self._writer.settle()
            while self._behind(tail) > 0:
                await self._read_back(tail, _READ_BACK_WAIT_S, meter)
        meter.finish()
        self._closed += self._cutter.close()
        for closed in self._take_closed():
            yield closed

    async def _append(self, chunk: Sequence[OutRecord], tail: StreamTail, meter: "_Meter") -> None:
        """Append a chunk and read back what has come to lie there, far enough not to run ahead of it."""
        for record in chunk:
            if not self._writer.append(record):
                await self._writer.flush()
                self._standstill.moved()
                self._writer.append(record)
        if self._writer.age_s() >= self._limits.linger_s:
            await self._writer.flush()
        while self._behind(tail) > self._limits.ahead_records:
            await self._read_back(tail, _READ_BACK_WAIT_S, meter)
        await self._read_back(tail, 0, meter)

    async def _take_over(self) -> StreamTail:
        if self._start is None:
            tail = await known_tail(self._source)
        else:
            tail = StreamTail(self._source, self._start)
            if await tail.end() < self._start.offset:
                raise InvariantBroken(
                    f"topic {self._source.topic} ends at offset {await tail.end()}, but what was reported of it"
                    f" reaches up to {self._start.offset}: it was cut back or swapped"
                )
            await self._fold(tail)
        await self._writer.append_claim(self._claim)
        last = await self._fold(tail)
        if last != self._claim or tail.position.seq is None:
            raise self._taken(tail, last)
        self._writer.claim = tail.position.claim
        self._writer.next_seq = tail.position.seq
        self._closed += self._cutter.close()
        return tail

    async def _fold(self, tail: StreamTail) -> StreamClaim:
        """Read to an end that is read now; say who claimed last on the way."""
        last, offset = StreamClaim(seller="", worker=""), tail.position.offset
        async for accepted in tail.through(await tail.end()):
            refuse_gap(self._source.topic, accepted)
            if tail.position.offset > offset:
                offset = tail.position.offset
                self._standstill.moved()
            if accepted.claims:
                last = accepted.claims[-1].claim
            if self._start is not None:
                self._closed += self._cutter.add(accepted.records)
        return last

    async def _read_back(self, tail: StreamTail, wait_s: float, meter: "_Meter") -> None:
        await self._writer.check()
        accepted = await tail.take(wait_s)
        refuse_gap(self._source.topic, accepted)
        self._closed += self._cutter.add(accepted.records)
        if accepted.records:
            self._standstill.moved()
        meter.count(accepted)
        if accepted.claims:
            raise self._taken(tail, accepted.claims[-1].claim)

    def _behind(self, tail: StreamTail) -> int:
        """How many records were sent and not yet read back."""
        return self._writer.sent_seq - (tail.position.seq or 0)

    def _take_closed(self) -> list[PublishedRange]:
        closed, self._closed = self._closed, []
        return closed

    def _leading(self) -> StreamTail:
        if self._tail is None:
            raise Misuse("the publisher has not taken its stream over; use it in `async with`")
        return self._tail

    def _taken(self, tail: StreamTail, by: StreamClaim) -> StreamTaken:
        return StreamTaken(
            f"topic {self._source.topic}: {by.seller or 'another publisher'} (worker {by.worker or 'unknown'}) took the"
            f" stream over at offset {tail.position.claim}; published up to record {(tail.position.seq or 0) - 1}."
            " Publish from one place at a time; start again to go on from there"
        )


class _Meter:
    """Counts what was read back and tells it now and then."""

    def __init__(self, first: int, progress: OnProgress | None) -> None:
        self._progress = progress
        self._first = first
        self._records = self._size_bytes = 0
        self._begun_at = self._told_at = time.monotonic()

    def count(self, accepted: Accepted) -> None:
        if self._progress is None:
            return
        for record in accepted.records:
            if record.seq >= self._first:
                self._records += 1
                self._size_bytes += len(record.key or b"") + len(record.value or b"")
        if time.monotonic() - self._told_at >= _PROGRESS_EVERY_S:
            self._tell()

    def finish(self) -> None:
        self._tell()

    def _tell(self) -> None:
        if self._progress is None:
            return
        self._told_at = time.monotonic()
        elapsed_s = max(self._told_at - self._begun_at, 1e-6)
        self._progress(Progress(self._records, self._size_bytes, int(self._records / elapsed_s)))
