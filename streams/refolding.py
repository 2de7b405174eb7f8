"""Folding a journal into a partition's state as fast as Python goes.

What most of a journal is, whole outcomes of the claim that leads, is read here: of their metas only the first, since the
others repeat it but for their places. Whatever else comes, or is in doubt, goes the simple way through the
journal's reader, which also says what is wrong (tests/properties/test_refolding_twins.py holds both against each other).
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Protocol

from exchange.kernel.bases import Fact, FactMeta
from exchange.kernel.partition import Partition
from exchange.kernel.position import JournalPosition
from streams.codec import Codec
from streams.journal import JournalReader
from streams.record_read import UNREAD, places_reader

_HEAD_BYTES = 5
_INDEX_MAX = 63
"""A place in an outcome up to which it is one byte."""

_read_meta = places_reader(FactMeta, ("seq", "cause", "index", "at"))


class Record(Protocol):
    """What is needed of a record of a journal."""

    @property
    def offset(self) -> int: ...

    @property
    def value(self) -> bytes | None: ...


def refold(reader: JournalReader, records: Sequence[Record], partition: Partition[Any], codec: Codec) -> int:
    """Feed `records` to `reader` and fold what it accepts; give the number of facts folded. Raises: as `reader.feed`."""
    before = partition.intake.next_seq
    place = 0
    while place < len(records):
        place = _whole_outcomes(reader, records, place, partition, codec)
        if place < len(records):
            read = reader.feed(records[place].offset, records[place].value)
            if isinstance(read, tuple):
                for recorded in read:
                    partition.fold(recorded)
            place += 1
    return partition.intake.next_seq - before


def _whole_outcomes(
    reader: JournalReader, records: Sequence[Record], place: int, partition: Partition[Any], codec: Codec
) -> int:
    """Fold outcomes from `place` on as long as they are plainly the next ones; give the place of what is not."""
    if (position := reader.plain) is None:
        return place
    began, (offset, claim, seq, digest) = place, position
    readers, fold, count = codec.fact_readers, partition.fold_whole, len(records)
    while place < count:
        record = records[place]
        value = record.value
        if record.offset != offset or value is None:
            break
        # Nothing is folded in here: what a fold raises is no doubt about bytes.
        try:
            read = readers[value[:_HEAD_BYTES]]
            meta, at, at_seq, at_cause, at_index, at_at = _read_meta(value, _HEAD_BYTES)
            last = meta.last
            if meta.claim != claim or meta.seq != seq or meta.index or place + last >= count:
                break
            _, fact = read(value, at)
            facts, next_digest = [fact], blake2b(digest + value, digest_size=32).digest()
            if last:
                first = value[_HEAD_BYTES]
                if last > _INDEX_MAX or (first & 127) + 2 * last > 127:
                    break
                places, rest, end_of_meta = value[6:at_cause], value[at_index:at_at] + b"\0\0", at_at + 2
                for index in range(1, last + 1):
                    record = records[place + index]
                    value = record.value
                    if (
                        record.offset != offset + index
                        or value[_HEAD_BYTES] != first + 2 * index
                        or value[6:at_cause] != places
                        or value[at_cause] != 2 * index
                        or value[at_index:end_of_meta] != rest
                    ):
                        break
                    _, fact = readers[value[:_HEAD_BYTES]](value, end_of_meta)
                    facts.append(fact)
                    next_digest = blake2b(next_digest + value, digest_size=32).digest()
                if len(facts) <= last:
                    break
        except (TypeError, *UNREAD):
            break
        fold(meta, facts)
        last += 1
        place, offset, seq, digest = place + last, offset + last, seq + last, next_digest
    if place > began:
        reader.take(JournalPosition(offset, claim, seq, digest))
    return place
