"""What the auditor finds in a topic that is not as it was reported."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from streams.dataplane import audit
from streams.dataplane.claims import StreamReader
from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.dataplane.source import RawSource
from tests.unit.dataplane.test_claims import Raw, a_claim, a_record


class Topic:
    """A source over given records; nothing lies at the offsets between the last one and `end`."""

    def __init__(self, records: Sequence[Raw], markers: int = 0) -> None:
        self.topic = "stream.P"
        self.records = records
        self.markers = markers
        self.offset = 0
        self.asked = 0
        self.taken = 0

    async def end(self) -> int:
        self.asked += 1
        return len(self.records) + self.markers

    def seek(self, offset: int) -> None:
        self.offset = offset

    async def take(self, wait_s: float, records_max: int = 3) -> Sequence[Raw]:
        taken = self.records[self.offset : self.offset + records_max]
        self.offset += len(taken)
        self.taken += len(taken)
        return taken


def a_stream(count: int) -> list[Raw]:
    return [a_claim(0), *[a_record(seq + 1, 0, seq) for seq in range(count)]]


def hashed(records: Sequence[Raw], first: int, last: int) -> bytes:
    digest = RangeDigest()
    digest.add(r for r in StreamReader(STREAM_BEGINNING).accept(records).records if first <= r.seq <= last)
    return digest.digest()


async def found(topic: Topic, first: int, last: int, place: Any) -> tuple[int, bytes, StreamPosition | None]:
    digest = RangeDigest()
    end = await audit.read_range(cast(RawSource, topic), digest, first, last, place)
    return digest.count, digest.digest(), end


async def test_a_range_is_found_where_it_was_reported_and_the_next_one_from_there() -> None:
    records = a_stream(20)
    topic = Topic(records)
    count, digest, end = await found(topic, 5, 9, 6)
    assert (count, digest, end) == (5, hashed(records, 5, 9), StreamPosition(11, 0, 10))
    topic.taken = 0
    assert await found(topic, 10, 12, end) == (3, hashed(records, 10, 12), StreamPosition(14, 0, 13))
    assert topic.taken == 3


@pytest.mark.parametrize("first_offset", [0, 21, 10**12])
async def test_nothing_is_found_where_no_record_of_a_publisher_lies(first_offset: int) -> None:
    assert await found(Topic(a_stream(20)), 5, 9, first_offset) == (0, RangeDigest().digest(), None)


async def test_foreign_records_are_not_walked_over() -> None:
    topic = Topic(
        [a_claim(0), a_record(1, 0, 0), *[Raw(offset, None, b"x", ()) for offset in range(2, 5_000)]]
    )
    assert await found(topic, 0, 0, 4_999) == (0, RangeDigest().digest(), None)
    assert topic.taken == 1


async def test_what_ends_before_it_was_said_to_end_is_found_in_part() -> None:
    records = a_stream(8)
    assert await found(Topic(records), 5, 9, 6) == (3, hashed(records, 5, 7), None)
    hole = [*records, a_record(9, 0, 9)]
    assert await found(Topic(hole), 5, 9, 6) == (3, hashed(records, 5, 7), None)


async def test_a_topic_that_gives_nothing_of_what_it_says_it_holds_is_not_waited_for_for_ever() -> None:
    records = a_stream(8)
    topic = Topic(records, markers=3)
    assert await found(topic, 5, 9, 6) == (3, hashed(records, 5, 7), None)
    assert topic.asked > 1
    assert await found(Topic(records, markers=3), 5, 9, 10) == (0, RangeDigest().digest(), None)
