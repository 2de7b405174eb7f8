"""The ledger held against the journals: every entry anew from its fact, and each journal the one that was closed on."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Store, read_position
from exchange.views.ledger.books import Fault
from exchange.views.ledger.comparing import CONTEXTS, differing
from exchange.views.ledger.summary import JournalHead
from streams.codec import codec_for
from streams.folding import accepted
from streams.journal import JournalReader
from streams.log import PartitionLog
from streams.settings import ExchangeSettings
from streams.topics import journal_topic

Place = tuple[str, int]
Told = Callable[[str, int, int], None]

_LOOK_EVERY_S = 0.1
_BEHIND_S_MAX = 10.0
_COMPARING = "comparing the ledger with the journals"


async def compared(
    settings: ExchangeSettings,
    store: Store,
    told: Told,
    heads: Collection[JournalHead] = (),
    since: Mapping[Place, JournalPosition] | None = None,
) -> list[Fault]:
    """What entries and postings say otherwise than the journals, up to where the tables stand.

    Shape: each of `heads` has to be a place that reading comes to with the same claim, fact and digest; partitions
    begin at `since`, or at their beginning.
    Raises: Unavailable without Kafka; InvariantBroken if a journal is not what its seals say.
    """
    faults: list[Fault] = []
    ends = await asyncio.to_thread(_positions, settings, store)
    done, of = 0, sum(end.seq for end in ends.values())
    for place, end in ends.items():
        start = (since or {}).get(place, BEGINNING)
        of_it = {each for each in heads if (each.context, each.partition) == place}
        stops = sorted((each for each in of_it if each.offset >= start.offset), key=lambda each: each.offset)
        comparison = _Comparison(settings, store, place, start)
        async with PartitionLog(settings.bootstrap_servers, journal_topic(place[0]), place[1]) as journal:
            for head in stops:
                await comparison.read(journal, head.offset)
                faults += comparison.at(head)
            await comparison.read(journal, end.offset)
        faults += comparison.faults
        done += end.seq
        told(_COMPARING, done, of)
    return faults


async def caught_up(settings: ExchangeSettings, store: Store) -> None:
    """Wait until the tables show everything that lies in the journals of the ledger now.

    Raises: Unavailable if they do not.
    """
    until = time.monotonic() + _BEHIND_S_MAX
    for place in _places(settings):
        topic = journal_topic(place[0])
        async with PartitionLog(settings.bootstrap_servers, topic, place[1]) as journal:
            end = await journal.end()
            while await _missing(store, journal, place, end):
                if time.monotonic() > until:
                    raise Unavailable(
                        f"the tables do not show everything that lies in {topic}/{place[1]}; see whether the"
                        " projections run (`exchange status`), then ask again"
                    )
                await asyncio.sleep(_LOOK_EVERY_S)


async def _missing(store: Store, journal: PartitionLog, place: Place, end: int) -> bool:
    """Whether a whole outcome lies behind what the tables show; what a deposed writer left is none."""
    topic = journal_topic(place[0])
    start = await asyncio.to_thread(read_position, store, VIEWS_READER, topic, place[1]) or BEGINNING
    reader = JournalReader(topic, place[1], start, codec_for(place[0]))
    async for records in journal.read(start.offset, end):
        if accepted(reader, records).outcomes:
            return True
    return False


class _Comparison:
    """One partition being read."""

    def __init__(
        self, settings: ExchangeSettings, store: Store, place: Place, start: JournalPosition
    ) -> None:
        self.faults: list[Fault] = []
        self._store = store
        self._place = place
        self._reader = JournalReader(journal_topic(place[0]), place[1], start, codec_for(place[0]))

    async def read(self, journal: PartitionLog, end: int) -> None:
        async for records in journal.read(self._reader.next_offset, end):
            outcomes, _ = accepted(self._reader, records)
            self.faults += await asyncio.to_thread(self._differing, outcomes)

    def at(self, head: JournalHead) -> list[Fault]:
        """What the journal is not any more."""
        position = self._reader.position
        was = (head.offset, head.claim, head.seq, head.digest)
        if was == (position.offset, position.claim, position.seq, position.digest.hex()):
            return []
        said = "the journal up to here is not the one that the day was closed on: it was cut back or swapped"
        return [Fault(f"{head.context}/{head.partition} at offset {head.offset}", said)]

    def _differing(self, outcomes: Sequence[Outcome]) -> list[Fault]:
        with self._store.reading() as connection:
            return list(differing(connection, *self._place, outcomes))


def _places(settings: ExchangeSettings) -> list[Place]:
    return [
        (context, number) for context in CONTEXTS for number in range(settings.partitions.get(context, 0))
    ]


def _positions(settings: ExchangeSettings, store: Store) -> dict[Place, JournalPosition]:
    return {
        place: read_position(store, VIEWS_READER, journal_topic(place[0]), place[1]) or BEGINNING
        for place in _places(settings)
    }
