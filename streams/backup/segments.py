"""Records as they lie in a backup: Kafka's own record batches, one after another, as in a log segment.

Offsets, timestamps, keys, values and headers are kept, also where offsets leave a gap. Producers' ids are not: in
another cluster they would be somebody else's.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from streams.fetched import Record
from streams.limits import BATCH_BYTES_MAX

Headers = Sequence[tuple[str, bytes | None]]

_HEAD = struct.Struct(">qi")
_BATCH_BYTES_MAX = 64 << 20
_ZSTD: int = DefaultRecordBatch.CODEC_ZSTD


class Stored(NamedTuple):
    """One record. Units: `timestamp` is milliseconds since the Unix epoch."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Damaged(Exception):
    """Bytes that are not what was written."""


class SegmentWriter:
    """Turns records into batches of about 256 KiB before compression. Shape: `take` and `rest` give whole batches."""

    def __init__(self) -> None:
        self.records = 0
        self._batch: DefaultRecordBatchBuilder | None = None
        self._base = 0

    def take(self, records: Iterable[Record]) -> Iterator[bytes]:
        """Add records, in the order of their offsets."""
        for record in records:
            if not self._add(record):
                yield from self.rest()
                self._add(record)
            self.records += 1

    def rest(self) -> Iterator[bytes]:
        """What is not yet given out."""
        if self._batch is not None:
            built, self._batch = bytearray(self._batch.build()), None
            # A producer leaves the first offset to the broker; a segment says it.
            built[:8] = self._base.to_bytes(8, "big")
            yield bytes(built)

    def _add(self, record: Record) -> bool:
        if self._batch is None:
            self._batch, self._base = (
                DefaultRecordBatchBuilder(2, _ZSTD, 0, -1, -1, -1, BATCH_BYTES_MAX),
                record.offset,
            )
        added = self._batch.append(
            record.offset - self._base,
            timestamp=record.timestamp,
            key=record.key,
            value=record.value,
            headers=list(record.headers),
        )
        return added is not None


def stored(chunks: Iterable[bytes]) -> Iterator[list[Stored]]:
    """The records of a member, a batch at a time. Raises: Damaged where bytes are missing or other ones."""
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        while (size := _batch_size(rest)) is not None and size <= len(rest):
            batch = bytes(rest[:size])
            del rest[:size]
            yield _records(batch)
    if rest:
        raise Damaged(f"it ends inside a record batch, {len(rest)} bytes after the last whole one")


def _batch_size(data: bytearray) -> int | None:
    if len(data) < _HEAD.size:
        return None
    _, length = _HEAD.unpack_from(data)
    if not 0 < length < _BATCH_BYTES_MAX:
        raise Damaged(f"a record batch claims to have {length} bytes")
    return _HEAD.size + int(length)


def _records(data: bytes) -> list[Stored]:
    batch = MemoryRecords(data).next_batch()
    if batch is None or not batch.validate_crc():
        raise Damaged("the checksum of a record batch does not match")
    return [Stored(r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in batch]
