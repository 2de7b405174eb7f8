"""Taking records from whatever iterates over them."""

import asyncio
from collections.abc import AsyncIterator

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
