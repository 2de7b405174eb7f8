"""Taking records from whatever iterates over them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from streams.dataplane.intake import CHUNK_BYTES, CHUNK_RECORDS, OutRecord, chunks


async def listed(count: int) -> AsyncIterator[OutRecord]:
    for number in range(count):
        yield b"k", b"v", number


@pytest.mark.parametrize("count", [0, 1, CHUNK_RECORDS, CHUNK_RECORDS * 2 + 1])
async def test_every_record_comes_once_and_in_order(count: int) -> None:
    wanted = [(b"k", b"v", number) for number in range(count)]
    for source in (wanted, listed(count)):
        assert [record async for chunk in chunks(source, 0.01) for record in chunk] == wanted


async def test_large_records_make_small_chunks() -> None:
    source = [(None, b"x" * (CHUNK_BYTES // 2), 0)] * 9
    assert [len(chunk) async for chunk in chunks(source, 0.01)] == [2, 2, 2, 2, 1]


async def test_an_async_source_that_has_nothing_gives_an_empty_chunk() -> None:
    more = asyncio.Event()

    async def source() -> AsyncIterator[OutRecord]:
        yield b"k", b"v", 0
        await more.wait()
        yield b"k", b"v", 1

    sizes = []
    async for chunk in chunks(source(), 0.01):
        sizes.append(len(chunk))
        if not chunk:
            more.set()
    assert sum(sizes) == 2
    assert 0 in sizes


async def test_what_a_source_raises_comes_after_the_records_before_it() -> None:
    async def source() -> AsyncIterator[OutRecord]:
        yield b"k", b"v", 0
        raise ValueError("the file ends here")

    seen: list[OutRecord] = []

    async def take() -> None:
        async for chunk in chunks(source(), 0.01):
            seen.extend(chunk)

    with pytest.raises(ValueError, match="ends here"):
        await take()
    assert len(seen) == 1


async def test_a_slow_plain_source_gives_what_it_has_and_leaves_others_their_turns() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def slow() -> Iterator[OutRecord]:
        for number in range(20):
            until = time.monotonic() + 0.012
            while time.monotonic() < until:
                pass
            yield b"k", b"v", number

    task = asyncio.create_task(other())
    sizes = [len(chunk) async for chunk in chunks(slow(), 0.03)]
    task.cancel()
    assert sum(sizes) == 20
    assert len(sizes) > 1
    assert turns >= len(sizes) - 1, "one after each chunk but the last"
