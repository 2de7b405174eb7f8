"""Digests of ranges, and where ranges are cut."""

from hashlib import blake2b
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STAMP_HEADER, Headers, StreamRecord, stamp
from streams.dataplane.ranges import PublishedRange, RangeCutter


def a_record(
    seq: int, *, key: bytes | None = b"k", value: bytes | None = b"v", claim: int = 0
) -> StreamRecord:
    headers: Headers = ((STAMP_HEADER, stamp(claim, seq, 7, 0)),)
    return StreamRecord(seq, key, value, 7, 0, seq + 1, claim, headers)


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def test_the_digest_is_over_exactly_the_documented_bytes() -> None:
    header = stamp(3, 41, 9, 0)
    record = StreamRecord(41, b"key", None, 9, 0, 50, 3, ((STAMP_HEADER, header), ("x-é", None), ("y", b"")))
    spelled = (
        u32(8) + (41).to_bytes(8, "big") + u32(3) + b"key" + u32(0xFFFFFFFF)
        + u32(3)
        + u32(8) + b"corridor" + u32(28) + header
        + u32(4) + "x-é".encode() + u32(0xFFFFFFFF)
        + u32(1) + b"y" + u32(0)
    )  # fmt: skip
    digest = RangeDigest()
    digest.add([record])
    assert digest.digest() == blake2b(spelled, digest_size=32).digest()
    assert (digest.count, digest.size_bytes) == (1, 3)


def test_the_usual_record_is_spelled_like_every_other() -> None:
    record = a_record(5, key=None, value=b"abc")
    header = record.headers[0][1] or b""
    spelled = (
        u32(8) + (5).to_bytes(8, "big") + u32(0xFFFFFFFF) + u32(3) + b"abc"
        + u32(1) + u32(8) + b"corridor" + u32(28) + header
    )  # fmt: skip
    digest = RangeDigest()
    digest.add([record])
    assert digest.digest() == blake2b(spelled, digest_size=32).digest()


@given(st.lists(st.tuples(st.none() | st.binary(max_size=5), st.none() | st.binary(max_size=5))), st.data())
def test_a_digest_does_not_depend_on_how_the_records_came(
    given_records: list[tuple[bytes | None, bytes | None]], data: st.DataObject
) -> None:
    records = [a_record(seq, key=key, value=value) for seq, (key, value) in enumerate(given_records)]
    cut = data.draw(st.integers(0, len(records)))
    whole, parts = RangeDigest(), RangeDigest()
    whole.add(records)
    parts.add(records[:cut])
    parts.add(records[cut:])
    assert whole.digest() == parts.digest()


def test_moving_a_byte_from_key_to_value_changes_the_digest() -> None:
    one, other = RangeDigest(), RangeDigest()
    one.add([a_record(0, key=b"ab", value=b"c")])
    other.add([a_record(0, key=b"a", value=b"bc")])
    assert one.digest() != other.digest()


def cut_all(cutter: RangeCutter, records: list[StreamRecord], slice_size: int) -> list[PublishedRange]:
    closed: list[PublishedRange] = []
    for begin in range(0, len(records), slice_size):
        closed += cutter.add(records[begin : begin + slice_size])
    return closed + cutter.close()


@given(
    st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 1)), max_size=60),
    st.integers(1, 10),
    st.integers(1, 100),
    st.integers(1, 60),
)
def test_ranges_follow_each_other_within_their_bounds_however_the_records_come(
    given_records: list[tuple[bytes, int]], records_max: int, bytes_max: int, slice_size: int
) -> None:
    claim = 0
    records = []
    for seq, (value, step) in enumerate(given_records):
        claim += step
        records.append(a_record(seq, key=None, value=value, claim=claim))
    ranges = cut_all(RangeCutter(records_max, bytes_max), records, slice_size)

    assert ranges == cut_all(RangeCutter(records_max, bytes_max), records, 1)
    assert sum(r.count for r in ranges) == len(records)
    for before, after in pairwise(ranges):
        assert before.last + 1 == after.first
    for closed in ranges:
        mine = records[closed.first : closed.last + 1]
        digest = RangeDigest()
        digest.add(mine)
        assert (closed.digest, closed.count, closed.size_bytes) == (
            digest.digest(),
            digest.count,
            digest.size_bytes,
        )
        assert closed.count <= records_max
        assert closed.size_bytes - len(mine[-1].value or b"") < bytes_max
        assert {record.claim for record in mine} == {closed.claim}
        assert (closed.first_offset, closed.last_offset) == (mine[0].offset, mine[-1].offset)
