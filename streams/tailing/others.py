"""A command topic's partition and a product's stream, from near any offset."""

from collections.abc import Iterable

from exchange.kernel.errors import InvariantBroken, Unreadable
from streams.codec import codec_for
from streams.dataplane.claims import StreamReader, stamped_claim
from streams.dataplane.layout import CLAIM_HEADER, STREAM_BEGINNING, StreamPosition, read_claim
from streams.dataplane.reader import refuse_gap
from streams.fetched import Record
from streams.log import PartitionLog
from streams.tailing.seen import Given, Group, Seen, Unread
from streams.topics import commands_topic

_LOOK_RECORDS = 50


class CommandTail:
    """The commands of one partition, in the order in which they are decided. Units: `shift_us` is the clock's."""

    def __init__(self, log: PartitionLog, shift_us: int) -> None:
        self._topic, self._partition = str(log.place.topic), int(log.place.partition)
        self._codec = codec_for(self._topic.removesuffix(commands_topic("")))
        self._shift_us = shift_us

    async def begin(self, offset: int) -> int:
        """Commands stand for themselves: reading may start anywhere."""
        return offset

    def take(self, records: Iterable[Record]) -> list[Group]:
        """What the next records ask."""
        return [[self._seen(record)] for record in records]

    def at(self, record: Record) -> int:
        """When a command came."""
        return int(record.timestamp) * 1_000 + self._shift_us

    def _seen(self, record: Record) -> Seen:
        said: Given | Unread
        try:
            said = Given(*self._codec.decode_command(record.value or b""))
        except Unreadable as error:
            said = Unread(str(error))
        return Seen(self._topic, self._partition, record.offset, self.at(record), said)


class ProductTail:
    """The records of a product's stream that count."""

    def __init__(self, log: PartitionLog, *, raw: bool) -> None:
        self._log = log
        self._raw = raw
        self._topic, self._partition = str(log.place.topic), int(log.place.partition)
        self._reader = StreamReader(STREAM_BEGINNING)

    async def begin(self, offset: int) -> int:
        """Start under the claim that the records around `offset` name."""
        if offset <= _LOOK_RECORDS:
            self._reader = StreamReader(STREAM_BEGINNING)
            return 0
        claims = [
            claim
            async for records in self._log.read(offset - _LOOK_RECORDS, offset)
            for record in records
            if (claim := _claim(self._topic, record)) is not None
        ]
        if not claims:
            self._reader = StreamReader(STREAM_BEGINNING)
            return 0
        self._reader = StreamReader(StreamPosition(offset, max(claims), None))
        return offset

    def take(self, records: Iterable[Record]) -> list[Group]:
        """The next records. Raises: InvariantBroken where the stream has a hole."""
        records = list(records)
        accepted = self._reader.accept(records)
        refuse_gap(self._topic, accepted)
        found = {each.offset: each for each in accepted.records}
        groups: list[Group] = []
        for record in records:
            if (each := found.get(record.offset)) is not None:
                groups.append([Seen(self._topic, self._partition, record.offset, each.event_time, each)])
            elif self._raw:
                groups.append([self._other(record)])
        return groups

    def at(self, record: Record) -> None:
        """Event times need not rise: they do not say where to start."""
        return

    def _other(self, record: Record) -> Seen:
        at = int(record.timestamp) * 1_000
        if any(name == CLAIM_HEADER for name, _ in record.headers):
            said = read_claim(record.value)
            who = f"{said.worker} takes the stream over for {said.seller}"
            return Seen(self._topic, self._partition, record.offset, at, Unread(who))
        claim, leads = stamped_claim(record), self._reader.position.claim
        why = (
            "of another layout" if claim is None else f"written under claim {claim}, but claim {leads} leads"
        )
        return Seen(self._topic, self._partition, record.offset, at, Unread("a record"), why)


def _claim(topic: str, record: Record) -> int | None:
    if any(name == CLAIM_HEADER for name, _ in record.headers):
        return int(record.offset)
    claim = stamped_claim(record)
    if claim is not None and claim > record.offset:
        raise InvariantBroken(f"{topic} at offset {record.offset}: written under a later claim {claim}")
    return claim
