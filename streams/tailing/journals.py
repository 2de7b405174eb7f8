"""A journal partition, from a known place near any offset."""

from collections.abc import Iterable, Sequence

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import Unreadable
from exchange.kernel.position import BEGINNING, NO_DIGEST, JournalPosition
from exchange.kernel.protocol import Claimed, Sealed
from streams.codec import codec_for
from streams.fetched import Record
from streams.journal import UNKNOWN, JournalReader, read_record
from streams.limits import SEAL_EVERY_FACTS
from streams.log import PartitionLog
from streams.tailing.seen import Group, Seen
from streams.topics import journal_topic
from streams.writer import CONTROL_KEY

_WINDOW_RECORDS = 2_000
_LOOK_RECORDS = 50
"""Of these each says under which claim it was written: a deposed writer's late ones are far fewer."""
_BACK_RECORDS_MAX = 2 * SEAL_EVERY_FACTS


class JournalTail:
    """The facts of one partition by the rule that the last claim leads, whole outcomes together.

    Shape: `begin` at any offset, then `take` the records from the offset it gives on.
    """

    def __init__(self, log: PartitionLog, *, raw: bool) -> None:
        self._log = log
        self._raw = raw
        self._topic, self._partition = str(log.place.topic), int(log.place.partition)
        self._codec = codec_for(self._topic.removesuffix(journal_topic("")))
        self._reader = JournalReader(self._topic, self._partition, BEGINNING, self._codec)
        self._outcome: list[Seen] = []
        self._at = 0

    async def begin(self, offset: int) -> int:
        """Be ready to read from some offset on, by reading from the one given: it is not above it."""
        place = await self._known_place(offset)
        self._reader = JournalReader(self._topic, self._partition, place, self._codec)
        self._outcome = []
        return place.offset

    def take(self, records: Iterable[Record]) -> list[Group]:
        """What the next records say. Raises: InvariantBroken where the journal has a hole."""
        return [group for record in records for group in self._take(record)]

    def at(self, record: Record) -> int | None:
        """The exchange time that a record says, if it says one."""
        said = read_record(self._codec, self._topic, self._partition, record.offset, record.value or b"")
        return said.meta.at if isinstance(said, Recorded) else None

    def _take(self, record: Record) -> list[Group]:
        before, ignored, began = self._reader.position, self._reader.ignored, len(self._outcome)
        outcome = self._reader.feed(record.offset, record.value)
        said = read_record(self._codec, self._topic, self._partition, record.offset, record.value or b"")
        self._at = _time(said) or self._at
        seen = Seen(self._topic, self._partition, record.offset, self._at, said)
        if self._reader.ignored > ignored:
            why = _why_ignored(said, before)
            # While the reader does not yet know where it stands, nobody can tell.
            return [[seen._replace(ignored=why)]] if self._raw and before.seq != UNKNOWN else []
        if not isinstance(said, Recorded):
            return [[seen]] if self._raw else []
        assert began == said.meta.index
        self._outcome.append(seen)
        if outcome is None:
            return []
        group, self._outcome = self._outcome, []
        return [group]

    async def _known_place(self, offset: int) -> JournalPosition:
        """The last place at or before `offset` from which reading may start: a seal or a claim of whoever led."""
        if offset <= _WINDOW_RECORDS:
            return BEGINNING
        leader, high = -1, offset
        while high > max(0, offset - _BACK_RECORDS_MAX):
            low = max(0, high - _WINDOW_RECORDS)
            records = [r async for slice_ in self._log.read(low, high) for r in slice_]
            named = records if leader < 0 else ()
            leader = max((self._claim(record) for record in named[-_LOOK_RECORDS:]), default=leader)
            controls = [record for record in records if record.key == CONTROL_KEY]
            leader = max((self._claim(record) for record in controls), default=leader)
            if (place := self._place_in(controls, leader)) is not None:
                return place
            high = low
        return JournalPosition(leader, UNKNOWN, UNKNOWN, NO_DIGEST) if leader >= 0 and high > 0 else BEGINNING

    def _place_in(self, controls: Sequence[Record], leader: int) -> JournalPosition | None:
        for record in reversed(controls):
            if self._claim(record) == leader:
                return JournalPosition(record.offset, leader, UNKNOWN, NO_DIGEST)
        return None

    def _claim(self, record: Record) -> int:
        """The claim that a record is or names."""
        try:
            said = self._codec.decode_fact(record.value or b"")
        except Unreadable:
            return -1
        if isinstance(said, Claimed):
            return int(record.offset)
        return said.claim if isinstance(said, Sealed) else said.meta.claim


def _time(said: Recorded | Claimed | Sealed) -> int:
    if isinstance(said, Recorded):
        return said.meta.at
    return said.claimed_at if isinstance(said, Claimed) else 0


def _why_ignored(said: Recorded | Claimed | Sealed, position: JournalPosition) -> str:
    claim = said.meta.claim if isinstance(said, Recorded) else getattr(said, "claim", UNKNOWN)
    if claim != position.claim:
        return f"written under claim {claim}, but claim {position.claim} leads"
    seq = said.meta.seq if isinstance(said, Recorded) else UNKNOWN
    return f"fact {seq} was there already; {position.seq} was due"
