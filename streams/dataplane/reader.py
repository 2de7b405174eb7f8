"""Reading one stream: its accepted records in order, from a known position, with every gap named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from exchange.kernel.errors import InvariantBroken
from streams.dataplane.claims import Accepted, StreamReader, stamped_claim
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.dataplane.source import RawSource
from streams.fetched import Record

_WAIT_S = 1.0


class StreamTail:
    """One stream from a position on.

    Shape: `take` gives what a slice of raw records amounts to; after a gap it gives that gap again, read
    anew, for as long as it is there. `position` may be kept and started from again.
    """

    def __init__(self, source: RawSource, start: StreamPosition) -> None:
        self._source = source
        self._reader = StreamReader(start)
        source.seek(start.offset)

    @property
    def position(self) -> StreamPosition:
        """Where reading stands."""
        return self._reader.position

    @property
    def ignored(self) -> int:
        """Records of deposed publishers and of other layouts seen so far."""
        return self._reader.ignored

    async def end(self) -> int:
        """The offset after the stream's last record."""
        return await self._source.end()

    async def take(self, wait_s: float = _WAIT_S) -> Accepted:
        """What comes next; nothing if nothing comes within `wait_s`.

        Units: seconds. Raises: Unavailable, InvariantBroken as the source does.
        """
        accepted = self._reader.accept(await self._source.take(wait_s))
        if accepted.gap is not None:
            self._source.seek(self.position.offset)
        return accepted

    async def through(self, end: int) -> AsyncIterator[Accepted]:
        """Everything before offset `end`, ending early at a gap."""
        while self.position.offset < end:
            accepted = await self.take()
            yield accepted
            if accepted.gap is not None:
                return


@asynccontextmanager
async def stream_tail(
    bootstrap_servers: str, product_id: str, start: StreamPosition
) -> AsyncIterator[StreamTail]:
    """Open one stream for reading from a known position.

    Raises: Misuse if it has no topic, Unavailable if Kafka cannot be reached.
    """
    async with RawSource(bootstrap_servers, product_id) as source:
        yield StreamTail(source, start)


async def start_of_claim(source: RawSource, before: int) -> StreamPosition:
    """A known position from which the records just before offset `before` can be read by the claim rule.

    Shape: the claim that the nearest stamped record before `before` names: a claim is always valid as such,
    and the first record written under it says its sequence number. The beginning, if there is none.
    """
    offset = before - 1
    while offset >= 0:
        claim = stamped_claim(await _one(source, offset))
        if claim is not None and claim < offset:
            return StreamPosition(claim, -1, None) if claim else STREAM_BEGINNING
        offset -= 1
    return STREAM_BEGINNING


async def known_tail(source: RawSource) -> StreamTail:
    """A stream read to its end with as little reading as a known sequence number there takes."""
    end = await source.end()
    before = end
    while True:
        start = await start_of_claim(source, before)
        tail = StreamTail(source, start)
        async for accepted in tail.through(end):
            refuse_gap(source.topic, accepted)
        if tail.position.seq is not None:
            return tail
        before = start.offset


def refuse_gap(topic: str, accepted: Accepted) -> None:
    """Go no further where the leading publisher's records have a hole.

    Raises: InvariantBroken.
    """
    if accepted.gap is not None:
        offset, expected, found = accepted.gap
        raise InvariantBroken(
            f"topic {topic} at offset {offset}: record {expected} was due, {found} is there"
        )


async def _one(source: RawSource, offset: int) -> Record:
    source.seek(offset)
    while not (records := await source.take(_WAIT_S, 1)):
        pass
    return records[0]
