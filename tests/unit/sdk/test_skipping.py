"""Publishing again: what lies in the stream already is skipped, and nothing may be left out."""

from collections.abc import AsyncIterator

import pytest

from exchange.kernel.errors import Misuse
from exchange.sdk.publishing import _skipping
from streams.dataplane.intake import OutRecord, chunks

RECORDS: list[OutRecord] = [(b"k", b"v", number) for number in range(10)]


async def listed() -> AsyncIterator[OutRecord]:
    for record in RECORDS:
        yield record


@pytest.mark.parametrize(("begin", "first_seq", "skipped"), [(0, 0, 0), (4, 0, 4), (7, 5, 2), (30, 0, 10)])
async def test_records_before_the_streams_end_are_skipped(begin: int, first_seq: int, skipped: int) -> None:
    for source in (RECORDS, listed()):
        rest = chunks(_skipping(source, begin, first_seq), 0.01)
        assert [record async for chunk in rest for record in chunk] == RECORDS[skipped:]


def test_records_that_would_leave_a_gap_are_refused() -> None:
    with pytest.raises(Misuse, match="would leave a gap"):
        _skipping(RECORDS, 4, 5)
