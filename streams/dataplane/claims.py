"""Whose records of a stream count: the last claim leads, and its sequence numbers are contiguous."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from exchange.kernel.errors import Misuse
from streams.dataplane.layout import (
    CLAIM_HEADER,
    STAMP,
    STAMP_HEADER,
    StreamClaim,
    StreamPosition,
    StreamRecord,
    read_claim,
)


class StreamTaken(Misuse):
    """Another publisher took the stream over: this one has to stop, and its later records do not count."""

    remedy = "Publish a product from one place at a time; `--first-seq` goes on where the other one stopped."


class RawRecord(Protocol):
    """A record as it lies in the topic."""

    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Gap(NamedTuple):
    """The leading claim's record at `offset` has `found` where `expected` was due: records are missing."""

    offset: int
    expected: int
    found: int


class SeenClaim(NamedTuple):
    """A publisher took the stream over by the record at `offset`."""

    offset: int
    claim: StreamClaim


class Accepted(NamedTuple):
    """What some raw records amount to.

    Shape: `records` count, in order; `claims` were among them; `gap` is where reading had to stop.
    """

    records: list[StreamRecord]
    claims: list[SeenClaim]
    gap: Gap | None


class StreamReader:
    """Law 4 on a stream. Pure: it is fed raw records in the order of their offsets and knows no Kafka.

    Shape: a record counts if it belongs to the last claim before it and its sequence number is the next
    one. Another claim's record, a lower number or a record of another layout is counted in `ignored`.
    A higher number of the leading claim is a gap: nothing from there on is taken, and `position` stays before it.
    """

    __slots__ = ("ignored", "position")

    def __init__(self, start: StreamPosition) -> None:
        self.position = start
        self.ignored = 0

    def accept(self, raws: Iterable[RawRecord]) -> Accepted:
        """Take the next raw records, or those before a gap."""
        offset, claim, seq = self.position
        accepted = Accepted([], [], None)
        put, unpack, size = accepted.records.append, STAMP.unpack, STAMP.size
        for raw in raws:
            headers = raw.headers
            stamp = headers[0][1] if headers and headers[0][0] == STAMP_HEADER else _stamp_of(headers)
            if stamp is None or len(stamp) != size:
                if any(name == CLAIM_HEADER for name, _ in headers):
                    claim = raw.offset
                    accepted.claims.append(SeenClaim(claim, read_claim(raw.value)))
                else:
                    self.ignored += 1
            else:
                of, number, event_time, epoch = unpack(stamp)
                if of != claim or (seq is not None and number < seq):
                    self.ignored += 1
                elif seq is not None and number > seq:
                    accepted = accepted._replace(gap=Gap(raw.offset, seq, number))
                    break
                else:
                    put(
                        StreamRecord(
                            number, raw.key, raw.value, event_time, epoch, raw.offset, of, tuple(headers)
                        )
                    )
                    seq = number + 1
            offset = raw.offset + 1
        self.position = StreamPosition(offset, claim, seq)
        return accepted


def _stamp_of(headers: Sequence[tuple[str, bytes | None]]) -> bytes | None:
    for name, value in headers:
        if name == STAMP_HEADER:
            return value
    return None


def stamped_claim(raw: RawRecord) -> int | None:
    """The claim that a record says it was written under; None for a claim itself or another layout."""
    stamp = _stamp_of(raw.headers)
    return STAMP.unpack(stamp)[0] if stamp is not None and len(stamp) == STAMP.size else None
