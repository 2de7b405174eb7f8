"""Taking a seller's records from whatever iterates over them, in chunks, without holding the loop or the memory."""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import TypeAlias

OutRecord: TypeAlias = tuple[bytes | None, bytes | None, int]
"""Key, value, event time in microseconds since the Unix epoch."""
Records: TypeAlias = Iterable[OutRecord] | AsyncIterable[OutRecord]

CHUNK_RECORDS = 1_000
CHUNK_BYTES = 1024 * 1024
_SLICE_S = 0.01


async def chunks(records: Records, linger_s: float) -> AsyncIterator[list[OutRecord]]:
    """Give the records in chunks; an empty one whenever an async source has had nothing for `linger_s`.

    Shape: at most two chunks of 1,000 records or 1 MiB are ever held, however fast an async source is.
    A plain iterable that blocks between two records blocks the loop for as long: give an async one then.
    """
    if isinstance(records, AsyncIterable):
        async for chunk in _pumped(records, linger_s):
            yield chunk
        return
    async for chunk in _stepped(records, linger_s):
        yield chunk


async def _stepped(records: Iterable[OutRecord], linger_s: float) -> AsyncIterator[list[OutRecord]]:
    """A plain iterable in chunks; one that takes its time gives smaller ones, and the loop its turns."""
    held = _Chunk()
    taken_at = turned_at = time.monotonic()
    for record in records:
        held.put(record)
        now = time.monotonic()
        if held.full or now - taken_at > linger_s:
            yield held.take()
            await asyncio.sleep(0)
            taken_at = turned_at = time.monotonic()
        elif now - turned_at > _SLICE_S:
            await asyncio.sleep(0)
            turned_at = time.monotonic()
    if held.records:
        yield held.take()


class _Chunk:
    """Records held until they are taken."""

    def __init__(self) -> None:
        self.records: list[OutRecord] = []
        self._size_bytes = 0

    def put(self, record: OutRecord) -> None:
        self.records.append(record)
        self._size_bytes += _value_size(record)

    @property
    def full(self) -> bool:
        return len(self.records) >= CHUNK_RECORDS or self._size_bytes >= CHUNK_BYTES

    def take(self) -> list[OutRecord]:
        taken, self.records, self._size_bytes = self.records, [], 0
        return taken


async def _pumped(records: AsyncIterable[OutRecord], linger_s: float) -> AsyncIterator[list[OutRecord]]:
    held = _Chunk()
    ready, room = asyncio.Event(), asyncio.Event()

    async def pump() -> None:
        since = time.monotonic()
        async for record in records:
            held.put(record)
            ready.set()
            if held.full:
                room.clear()
                await room.wait()
            elif time.monotonic() - since > _SLICE_S:
                # A source that never waits by itself would keep everything else waiting.
                await asyncio.sleep(0)
                since = time.monotonic()

    task = asyncio.create_task(pump())
    task.add_done_callback(lambda _: ready.set())
    try:
        while not task.done() or held.records:
            try:
                await asyncio.wait_for(ready.wait(), linger_s)
            except TimeoutError:
                yield []
                continue
            ready.clear()
            taken = held.take()
            room.set()
            if taken:
                yield taken
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _value_size(record: object) -> int:
    """Of anything at all: what is no record is refused where it is written, not here."""
    if isinstance(record, tuple) and len(record) == 3 and isinstance(record[1], bytes):
        return len(record[1])
    return 0
