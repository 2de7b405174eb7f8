"""Records in a backup come out as they went in, and nothing else does."""

from collections.abc import Sequence

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from streams.backup.segments import Damaged, SegmentWriter, Stored, stored
from streams.limits import BATCH_BYTES_MAX

BYTES = st.none() | st.binary(max_size=50)
RECORDS = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, 2**43),
        BYTES,
        BYTES,
        st.lists(st.tuples(st.text(max_size=5), BYTES), max_size=3),
    ),
    min_size=1,
    max_size=60,
)


def records(given: Sequence[Stored]) -> list[ConsumerRecord]:
    return [
        ConsumerRecord("t", 0, r.offset, r.timestamp, 0, r.key, r.value, None, 0, 0, r.headers) for r in given
    ]


def written(given: Sequence[Stored]) -> bytes:
    writer = SegmentWriter()
    batches = [*writer.take(records(given)), *writer.rest()]
    assert writer.records == len(given)
    return b"".join(batches)


@given(RECORDS, st.integers(1, 64))
def test_offsets_times_keys_values_and_headers_are_kept_also_over_gaps(
    made: list[tuple[int, int, bytes | None, bytes | None, list[tuple[str, bytes | None]]]], chunk: int
) -> None:
    offset, given = -1, []
    for step, timestamp, key, value, headers in made:
        offset += step
        given.append(Stored(offset, timestamp, key, value, tuple(headers)))
    data = written(given)
    chunks = (data[start : start + chunk] for start in range(0, len(data), chunk))
    assert [record for batch in stored(chunks) for record in batch] == given


def test_a_record_larger_than_a_batch_is_a_batch_of_its_own() -> None:
    given = [Stored(n, n, b"k", bytes([n]) * (BATCH_BYTES_MAX - 100 + 400 * n), ()) for n in range(4)]
    assert [record for batch in stored([written(given)]) for record in batch] == given


@pytest.mark.parametrize("place", [9, 20, 60, -1])
def test_a_byte_that_changed_is_found(place: int) -> None:
    data = bytearray(written([Stored(n, n, b"key", b"value", ()) for n in range(50)]))
    data[place] ^= 0x10
    with pytest.raises(Damaged):
        list(stored([bytes(data)]))


def test_bytes_that_are_missing_are_found() -> None:
    data = written([Stored(n, n, b"key", b"value", ()) for n in range(50)])
    with pytest.raises(Damaged, match="ends inside a record batch"):
        list(stored([data[:-1]]))
