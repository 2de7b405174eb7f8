"""Folding a journal into a partition's state as fast as Python goes.

What most of a journal is, whole outcomes of the claim that leads, is read here: of their metas only the first, since
the others repeat it but for their places. Whatever else comes, or is in doubt, goes the simple way through the
journal's reader, which also says what is wrong. tests/properties/test_refolding_twins.py holds both against each other.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from exchange.kernel.bases import Fact, FactMeta
from exchange.kernel.partition import Partition
from exchange.kernel.position import JournalPosition
from streams.codec import Codec
from streams.journal import JournalReader, chained
from streams.record_read import UNREAD, ReadBoth, places_reader

_HEAD_BYTES = 5
_read_meta = places_reader(FactMeta, ("cause", "index", "at"))


class Record(Protocol):
    """What is needed of a record of a journal."""

    @property
    def offset(self) -> int: ...

    @property
    def value(self) -> bytes | None: ...


def refold(reader: JournalReader, records: Sequence[Record], partition: Partition[Any], codec: Codec) -> int:
    """Feed `records` to `reader`, fold what it accepts, give the number of facts. Raises: as `reader.feed`."""
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
    readers, outcomes = codec.fact_readers, list[tuple[FactMeta, Sequence[Fact]]]()
    while place < len(records) and records[place].offset == offset:
        try:
            outcome = _outcome(records, place, digest, readers)
        except UNREAD:
            break
        if outcome is None:
            break
        meta, facts, digest_after = outcome
        if meta.claim != claim or meta.seq != seq:
            break
        outcomes.append((meta, facts))
        count = meta.last + 1
        place, offset, seq, digest = place + count, offset + count, seq + count, digest_after
    if place > began:
        reader.take(JournalPosition(offset, claim, seq, digest))
    # All are read before the first is folded: a processor does one after the other faster than both in turn.
    fold = partition.fold_whole
    for meta, facts in outcomes:
        fold(meta, facts)
    return place


def _outcome(
    records: Sequence[Record], place: int, digest: bytes, readers: Mapping[bytes, ReadBoth]
) -> tuple[FactMeta, Sequence[Fact], bytes] | None:
    """The outcome that begins at `place`: its first meta, its facts, the digest after it. None if in doubt."""
    value = _value(records[place])
    read = readers[value[:_HEAD_BYTES]]
    meta, at, *places = _read_meta(value, _HEAD_BYTES)
    if meta.index or place + meta.last >= len(records):
        return None
    _, fact = read(value, at)
    digest = chained(digest, value)
    if not meta.last:
        return meta, (fact,), digest
    facts, digest = _rest(records[place : place + meta.last + 1], fact, digest, readers, *places)
    return None if len(facts) <= meta.last else (meta, facts, digest)


def _rest(
    records: Sequence[Record],
    fact: Fact,
    digest: bytes,
    readers: Mapping[bytes, ReadBoth],
    at_cause: int,
    at_index: int,
    at_at: int,
) -> tuple[list[Fact], bytes]:
    """All facts of an outcome, of which `fact` is the first, as far as their metas are the first one over again.

    Shape: `seq` and `index` count on, in one byte each; content and source are the first one's only.
    """
    facts, value = [fact], _value(records[0])
    first, causes, others, end = (
        value[_HEAD_BYTES],
        value[6:at_cause],
        value[at_index:at_at] + b"\0\0",
        at_at + 2,
    )
    if (first & 127) + 2 * len(records) > 127:
        return facts, digest
    offset = records[0].offset
    for index in range(1, len(records)):
        value = _value(records[index])
        if (
            records[index].offset != offset + index
            or value[_HEAD_BYTES] != first + 2 * index
            or value[6:at_cause] != causes
            or value[at_cause] != 2 * index
            or value[at_index:end] != others
        ):
            break
        facts.append(readers[value[:_HEAD_BYTES]](value, end)[1])
        digest = chained(digest, value)
    return facts, digest


def _value(record: Record) -> bytes:
    if record.value is None:
        raise ValueError("a record without a value")
    return record.value
