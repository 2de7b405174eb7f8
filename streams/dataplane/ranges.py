"""Cutting a stream of accepted records into the ranges that are reported and compared."""

import time
from collections.abc import Sequence

import msgspec

from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import StreamRecord


class PublishedRange(msgspec.Struct, frozen=True, kw_only=True):
    """Records `first`..`last` as they were read back from the topic, all written under one claim.

    Units: `size_bytes` of keys and values; `digest` as `RangeDigest` says.
    """

    first: int
    last: int
    count: int
    size_bytes: int
    digest: bytes
    first_offset: int
    last_offset: int
    claim: int
    epoch: int


class RangeCutter:
    """Takes accepted records in order and closes a range wherever one ends.

    Shape: a range ends when it holds `records_max` records or `bytes_max` bytes, and where the claim or
    the key epoch changes.
    """

    def __init__(self, records_max: int, bytes_max: int) -> None:
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._first: StreamRecord | None = None
        self._last: StreamRecord | None = None
        self._digest = RangeDigest()
        self._opened_at = 0.0

    def add(self, records: Sequence[StreamRecord]) -> list[PublishedRange]:
        """Take the next records; give the ranges they complete."""
        closed: list[PublishedRange] = []
        begin = 0
        while begin < len(records):
            if self._first is not None and not _same_range(self._first, records[begin]):
                closed += self.close()
            end = self._end_of_fit(records, begin)
            self._take(records[begin:end])
            if self._digest.count >= self._records_max or self._digest.size_bytes >= self._bytes_max:
                closed += self.close()
            begin = end
        return closed

    def close(self) -> list[PublishedRange]:
        """End the open range, if there is one."""
        if self._first is None or self._last is None:
            return []
        closed = PublishedRange(
            first=self._first.seq,
            last=self._last.seq,
            count=self._digest.count,
            size_bytes=self._digest.size_bytes,
            digest=self._digest.digest(),
            first_offset=self._first.offset,
            last_offset=self._last.offset,
            claim=self._first.claim,
            epoch=self._first.epoch,
        )
        self._first = self._last = None
        self._digest = RangeDigest()
        return [closed]

    def age_s(self) -> float:
        """How long ago the open range's first record was taken; 0 if none is open."""
        return time.monotonic() - self._opened_at if self._first is not None else 0.0

    def _end_of_fit(self, records: Sequence[StreamRecord], begin: int) -> int:
        """Where the records from `begin` on stop belonging to one range that is not yet full."""
        head = self._first or records[begin]
        room_records = self._records_max - self._digest.count
        room_bytes = self._bytes_max - self._digest.size_bytes
        end = min(len(records), begin + room_records)
        claim, epoch = head.claim, head.epoch
        for index in range(begin, end):
            record = records[index]
            if record.claim != claim or record.epoch != epoch:
                return index
            room_bytes -= len(record.key or b"") + len(record.value or b"")
            if room_bytes <= 0:
                return index + 1
        return end

    def _take(self, records: Sequence[StreamRecord]) -> None:
        if self._first is None:
            self._first = records[0]
            self._opened_at = time.monotonic()
        self._last = records[-1]
        self._digest.add(records)


def _same_range(head: StreamRecord, record: StreamRecord) -> bool:
    return record.claim == head.claim and record.epoch == head.epoch
