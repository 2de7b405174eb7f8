"""The journal protocol for whoever reads: claims, seals, whole outcomes. Knows bytes and positions, no domain."""

from hashlib import blake2b
from typing import Protocol, TypeAlias

from exchange.kernel.bases import Outcome, Recorded
from exchange.kernel.errors import InvariantBroken, Unreadable
from exchange.kernel.position import JournalPosition
from exchange.kernel.protocol import Claimed, Sealed

ENGINE_VERSION = 6
"""Raised when a decider would decide differently: an older engine then no longer leads."""

_begun = blake2b(digest_size=32).copy
"""A link of the chain before anything is in it: one made anew takes more time than what it is for."""
UNKNOWN = -1
"""A `seq` not yet known, while reading from a claim to its seal."""

Control: TypeAlias = Claimed | Sealed


class FactReader(Protocol):
    """What a journal needs of a codec."""

    def decode_fact(self, value: bytes) -> Recorded | Claimed | Sealed:
        """Read one record's value."""
        ...


def read_record(
    codec: FactReader, topic: str, partition: int, offset: int, value: bytes
) -> Recorded | Control:
    """What one record of a journal says.

    Raises: InvariantBroken naming the place: nobody but the exchange writes to a journal.
    """
    try:
        return codec.decode_fact(value)
    except Unreadable as error:
        raise InvariantBroken(
            f"journal {topic}/{partition} at offset {offset}: {error}; something else wrote to this journal"
        ).about(topic=topic, partition=partition, offset=offset) from error


def chained(digest: bytes, value: bytes) -> bytes:
    """The digest of everything accepted, one value longer."""
    link = _begun()
    link.update(digest)
    link.update(value)
    return link.digest()


class JournalReader:
    """Accepts facts by the rule that the last claim leads, and hands them on one whole outcome at a time.

    Shape: `feed` takes the partition's records in order from `start.offset` on; `position` is the end of
    the last whole outcome (or claim, or seal) and may be kept; `ignored` counts records of deposed writers.
    Source: design.md, law 4.
    """

    def __init__(self, topic: str, partition: int, start: JournalPosition, codec: FactReader) -> None:
        self.topic = topic
        self.partition = partition
        self.position = start
        self.ignored = 0
        self.engine_version = 0
        self._codec = codec
        self._next_offset = start.offset
        self._outcome: list[Recorded] = []
        self._digest = start.digest

    @property
    def next_offset(self) -> int:
        """The offset of the next record to feed."""
        return self._next_offset

    def feed(self, offset: int, value: bytes | None) -> Outcome | Control | None:
        """Take one record; give the outcome it completes, or the claim or seal it is, or nothing.

        Raises: InvariantBroken on a hole, a seal that differs, or records that are not contiguous.
        """
        if offset != self._next_offset:
            raise self._broken(offset, f"record {self._next_offset} was due; the journal was cut or swapped")
        self._next_offset = offset + 1
        if value is None:
            raise self._broken(offset, "a record without a value; something else writes to this journal")
        record = read_record(self._codec, self.topic, self.partition, offset, value)
        if isinstance(record, Claimed):
            return self._claimed(offset, record)
        if isinstance(record, Sealed):
            return self._sealed(offset, record)
        return self._fact(offset, record, value)

    @property
    def plain(self) -> JournalPosition | None:
        """Where a record stands that may begin an outcome: None inside one, and between a claim and its seal."""
        return None if self._outcome or self.position.seq == UNKNOWN else self.position

    def take(self, position: JournalPosition) -> None:
        """Move on to the end of whole outcomes that somebody else has read by the same rule."""
        self.position, self._digest, self._next_offset = position, position.digest, position.offset

    def _claimed(self, offset: int, record: Claimed) -> Claimed:
        self._drop_partial()
        self.engine_version = record.engine_version
        self.position = self.position._replace(offset=offset + 1, claim=offset)
        return record

    def _sealed(self, offset: int, record: Sealed) -> Sealed | None:
        position = self.position
        if record.claim != position.claim:
            self._ignore(offset)
            return None
        if position.seq == UNKNOWN:
            self._digest = record.digest
        elif record.seq != position.seq or self._outcome:
            raise self._broken(
                offset, f"sealed at {record.seq}, read up to {position.seq}: facts are missing"
            )
        elif record.digest != self._digest:
            raise self._broken(offset, f"the seal at {record.seq} does not match what was read before it")
        self.position = JournalPosition(offset + 1, position.claim, record.seq, self._digest)
        return record

    def _fact(self, offset: int, record: Recorded, value: bytes) -> Outcome | None:
        meta = record.meta
        if meta.claim != self.position.claim or self.position.seq == UNKNOWN:
            self._ignore(offset)
            return None
        due = self.position.seq + len(self._outcome)
        if meta.seq < due:
            self._ignore(offset)
            return None
        if meta.seq > due or meta.index != len(self._outcome):
            raise self._broken(
                offset, f"fact {meta.seq} ({meta.index} of its outcome) where {due} was due: a hole"
            )
        self._outcome.append(record)
        self._digest = chained(self._digest, value)
        if meta.index < meta.last:
            return None
        outcome, self._outcome = tuple(self._outcome), []
        self.position = JournalPosition(offset + 1, self.position.claim, meta.seq + 1, self._digest)
        return outcome

    def _ignore(self, offset: int) -> None:
        self.ignored += 1
        if not self._outcome:
            self.position = self.position._replace(offset=offset + 1)

    def _drop_partial(self) -> None:
        """A claim in the middle of an outcome: Kafka appends batches whole, so this cannot be."""
        if self._outcome:
            raise self._broken(self._next_offset - 1, "a claim stands inside an outcome")

    def _broken(self, offset: int, what: str) -> InvariantBroken:
        return InvariantBroken(f"journal {self.topic}/{self.partition} at offset {offset}: {what}").about(
            topic=self.topic, partition=self.partition, offset=offset, claim=self.position.claim
        )
