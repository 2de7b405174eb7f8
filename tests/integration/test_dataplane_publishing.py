"""Publishing and reading streams on a real Kafka."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse
from streams.broker import EmbeddedBroker
from streams.dataplane.audit import hash_range
from streams.dataplane.claims import StreamTaken
from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition, StreamRecord
from streams.dataplane.publisher import Progress, Publisher, PublisherLimits
from streams.dataplane.ranges import PublishedRange
from streams.dataplane.reader import stream_tail
from streams.dataplane.writer import StreamWriter
from streams.topics import ensure_topics, stream_spec
from tests.support import unique_name

SMALL = PublisherLimits(range_records=1_000, ahead_records=2_000)


def some_records(first: int, count: int) -> Iterator[tuple[bytes, bytes, int]]:
    for number in range(first, first + count):
        yield b"key-%d" % number, b"value of record %d" % number, 1_700_000_000_000_000 + number


@pytest.fixture
async def product(bootstrap: str) -> str:
    product = unique_name("P")
    await ensure_topics(bootstrap, [stream_spec(product)])
    return product


def a_publisher(bootstrap: str, product: str, **given: object) -> Publisher:
    settings = {"seller": "SE-01", "worker": "w1", "start": STREAM_BEGINNING, "limits": SMALL, **given}
    return Publisher(bootstrap, product, **settings)  # type: ignore[arg-type]


async def read_all(
    bootstrap: str, product: str, start: StreamPosition = STREAM_BEGINNING
) -> tuple[list[StreamRecord], int]:
    records: list[StreamRecord] = []
    async with stream_tail(bootstrap, product, start) as tail:
        async for accepted in tail.through(await tail.end()):
            assert accepted.gap is None
            records += accepted.records
        return records, tail.ignored


async def test_what_is_published_is_read_in_order_and_both_digests_agree(
    bootstrap: str, product: str
) -> None:
    told: list[Progress] = []
    async with a_publisher(bootstrap, product) as publisher:
        ranges = [r async for r in publisher.publish(some_records(0, 3_500), told.append)]
    records, ignored = await read_all(bootstrap, product)

    assert ignored == 0
    assert [record.seq for record in records] == list(range(3_500))
    assert [(r.key, r.value, r.event_time) for r in records] == list(some_records(0, 3_500))
    assert [(r.first, r.last, r.count) for r in ranges] == [
        (0, 999, 1_000),
        (1_000, 1_999, 1_000),
        (2_000, 2_999, 1_000),
        (3_000, 3_499, 500),
    ]
    assert told[-1].records == 3_500
    for reported in ranges:
        mine = RangeDigest()
        mine.add(records[reported.first : reported.last + 1])
        audited = await hash_range(bootstrap, product, reported.first, reported.last, reported.first_offset)
        assert mine.digest() == reported.digest == audited.digest
        assert (mine.count, mine.size_bytes) == (reported.count, reported.size_bytes)
        assert audited.records == reported.count


async def test_a_second_publication_goes_on_where_the_first_ended(bootstrap: str, product: str) -> None:
    async with a_publisher(bootstrap, product) as publisher:
        first = [r async for r in publisher.publish(some_records(0, 100))]
    reported = StreamPosition(first[-1].last_offset + 1, first[-1].claim, first[-1].last + 1)
    for start in (reported, None):
        async with a_publisher(bootstrap, product, start=start) as publisher:
            begin = publisher.next_seq
            more = [r async for r in publisher.publish(some_records(begin, 100))]
        assert [(r.first, r.last) for r in more] == [(begin, begin + 99)]
    records, ignored = await read_all(bootstrap, product)
    assert [record.key for record in records] == [b"key-%d" % number for number in range(300)]
    assert ignored == 0


async def test_what_a_crashed_publisher_left_unreported_comes_out_of_the_next_one(
    bootstrap: str, product: str
) -> None:
    async with a_publisher(bootstrap, product) as publisher:
        async for _ in publisher.publish(some_records(0, 2_500)):
            break
    async with a_publisher(bootstrap, product) as publisher:
        begin = publisher.next_seq
        ranges = [r async for r in publisher.publish(some_records(begin, 10))]
    assert begin >= 1_000
    assert ranges[0].first == 0
    assert all(a.last + 1 == b.first for a, b in pairwise(ranges))
    assert ranges[-1].last == begin + 9
    assert len({r.claim for r in ranges}) == 2
    records, _ = await read_all(bootstrap, product)
    assert [record.seq for record in records] == list(range(begin + 10))


async def test_a_paused_publisher_that_was_replaced_stops_and_what_it_appends_does_not_count(
    bootstrap: str, product: str
) -> None:
    resumed = asyncio.Event()

    async def paused_source() -> AsyncIterator[tuple[bytes, bytes, int]]:
        for record in some_records(0, 500):
            yield record
        await resumed.wait()
        for number in range(500, 600):
            yield b"late", b"late %d" % number, 0

    async def publish_paused() -> list[PublishedRange]:
        async with a_publisher(bootstrap, product, worker="paused") as paused:
            started.set()
            return [r async for r in paused.publish(paused_source())]

    started = asyncio.Event()
    late = asyncio.create_task(publish_paused())
    await started.wait()
    async with a_publisher(bootstrap, product, worker="next") as replacing:
        begin = replacing.next_seq
        ranges = [r async for r in replacing.publish(some_records(begin, 700))]
        resumed.set()
        with pytest.raises(StreamTaken, match="worker next"):
            await late
        ranges += [r async for r in replacing.publish(some_records(begin + 700, 100))]

    records, _ = await read_all(bootstrap, product)
    assert [record.key for record in records] == [b"key-%d" % number for number in range(begin + 800)]
    assert sum(r.count for r in ranges) == begin + 800
    last = ranges[-1]
    audited = await hash_range(bootstrap, product, last.first, last.last, last.first_offset)
    assert audited == (last.count, last.digest)


async def test_records_appended_under_a_deposed_claim_lie_there_and_count_for_nobody(
    bootstrap: str, product: str
) -> None:
    async with StreamWriter(bootstrap, product) as deposed:
        async with a_publisher(bootstrap, product, worker="old") as old:
            _ = [r async for r in old.publish(some_records(0, 10))]
            deposed.claim, deposed.next_seq = old.claim, old.next_seq
        async with a_publisher(bootstrap, product, worker="new") as new:
            for _ in range(5):
                deposed.append((b"late", b"late", 0))
            await deposed.settle()
            ranges = [r async for r in new.publish(some_records(10, 10))]
    records, ignored = await read_all(bootstrap, product)
    assert [record.key for record in records] == [b"key-%d" % number for number in range(20)]
    assert ignored == 5
    assert (ranges[-1].first, ranges[-1].last) == (10, 19)
    counted = RangeDigest()
    counted.add(records[10:15])
    from_a_deposed_record = ranges[-1].first_offset - 1
    audited = await hash_range(bootstrap, product, 10, 14, from_a_deposed_record)
    assert audited == (5, counted.digest())
    async with a_publisher(bootstrap, product, start=None) as third:
        assert third.next_seq == 20


async def test_an_endless_async_source_reports_its_ranges_by_time_and_is_held_back(
    bootstrap: str, product: str
) -> None:
    taken = 0

    async def endless() -> AsyncIterator[tuple[bytes, bytes, int]]:
        nonlocal taken
        while True:
            yield b"k", b"v" * 1_000, taken
            taken += 1

    limits = PublisherLimits(range_records=10_000, range_s=0.2, linger_s=0.02, ahead_records=1_000)
    async with a_publisher(bootstrap, product, limits=limits) as publisher:
        async for _ in publisher.publish(endless()):
            seen = taken
            await asyncio.sleep(0.3)
            # While nobody takes the next range, the source is not asked for more than two chunks.
            assert taken - seen <= 2_000
            break


async def test_records_that_are_none_are_refused_by_name(bootstrap: str, product: str) -> None:
    for bad, said in [
        ((b"k", b"x" * 1_000_000, 0), "at most 900000"),
        (("k", b"v", 0), "give bytes"),
        ((b"k", b"v", -1), "must not be negative"),
        ((None, None, 0), "neither key nor value"),
        ((b"k", b"v"), "event_time"),
    ]:
        async with a_publisher(bootstrap, product) as publisher:
            with pytest.raises(Misuse, match=said):
                async for _ in publisher.publish([bad]):  # type: ignore[list-item]
                    pass


async def test_a_stream_without_a_topic_is_named(bootstrap: str) -> None:
    with pytest.raises(Misuse, match=r"stream\.nowhere does not exist"):
        async with stream_tail(bootstrap, "nowhere", STREAM_BEGINNING):
            pass


async def test_a_broker_killed_while_records_are_published_and_read_loses_none_of_them(
    tmp_path: Path,
) -> None:
    broker = EmbeddedBroker(tmp_path / "kafka")
    await broker.start()
    try:
        bootstrap, product = broker.bootstrap_servers, "P-1"
        await ensure_topics(bootstrap, [stream_spec(product)])
        halfway, up_again = asyncio.Event(), asyncio.Event()

        async def source() -> AsyncIterator[tuple[bytes, bytes, int]]:
            for number, record in enumerate(some_records(0, 20_000)):
                if number == 10_000:
                    halfway.set()
                yield record
            await up_again.wait()
            for record in some_records(20_000, 5_000):
                yield record

        async def publish() -> list[PublishedRange]:
            # Killed and started anew beside other tests, a broker may be away for more than the usual ten seconds.
            async with a_publisher(bootstrap, product, standstill_s=60.0) as publisher:
                return [r async for r in publisher.publish(source())]

        publishing = asyncio.create_task(publish())
        await halfway.wait()
        broker.kill()
        await broker.start()
        up_again.set()
        ranges = await publishing
        records, ignored = await read_all(bootstrap, product)
    finally:
        await broker.stop()
    assert [record.key for record in records] == [b"key-%d" % number for number in range(25_000)]
    assert sum(r.count for r in ranges) == 25_000
    assert ignored == 0


async def test_the_auditor_finds_nothing_of_what_is_not_there_as_reported(
    bootstrap: str, product: str
) -> None:
    nothing = (0, RangeDigest().digest())
    assert await hash_range(bootstrap, unique_name("P"), 0, 9, 1) == nothing
    assert await hash_range(bootstrap, product, 0, 9, 1) == nothing
    async with a_publisher(bootstrap, product) as publisher:
        (reported,) = [r async for r in publisher.publish(some_records(0, 10))]
    for first, last, first_offset in ((0, 9, 0), (0, 9, 500), (10, 19, 5)):
        assert await hash_range(bootstrap, product, first, last, first_offset) == nothing
    assert await hash_range(bootstrap, product, 0, 9, 1) == (10, reported.digest)
