"""Folding the tables anew from the journals, and comparing them with what the journals say."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, PositionMoved, Store, migrate, open_store, read_position, save
from exchange.views import VIEWS, project_batch
from exchange.views.dump import dump, wipe
from exchange.views.view import View
from streams.codec import codec_for
from streams.folding import accepted
from streams.journal import JournalReader
from streams.log import PartitionLog
from streams.settings import ExchangeSettings
from streams.topics import journal_topic

Places = Mapping[tuple[str, int], JournalPosition]
Told = Callable[[str, int, int], None]
"""Hears what is being done, how many facts are folded, and how many there are."""

_LOOK_EVERY_S = 0.1
_SILENT_S_MAX = 120.0


class Rebuilt(NamedTuple):
    """The digests of the tables' canonical dump before and after, and how many facts were folded.

    Shape: `comparable` is false where facts came meanwhile, so that the digests say nothing.
    """

    before: str
    after: str
    facts: int
    comparable: bool

    @property
    def equal(self) -> bool:
        """Whether the tables came back as they were."""
        return self.before == self.after


def _untold(step: str, done: int, of: int) -> None:
    """Nobody listens."""


async def check(settings: ExchangeSettings, told: Told = _untold) -> Rebuilt:
    """Fold the journals into a database of its own and compare it with the tables, which stay as they are.

    Shape: the tables are read at one moment and the journals folded up to where they stood then, so that
    projections may run on meanwhile.
    """
    with _opened(settings) as live:
        before, until = await asyncio.to_thread(_dumped, settings, live)
    async with _scratch() as scratch:
        await refold(settings, scratch, until, told)
        after, _ = await asyncio.to_thread(_dumped, settings, scratch)
    return Rebuilt(before, after, _facts(until), True)


async def rebuild(settings: ExchangeSettings, told: Told = _untold) -> Rebuilt:
    """Wipe the tables and fold them anew. No projections may be running on them meanwhile.

    Raises: Misuse if they do.
    """
    with _opened(settings) as store:
        await asyncio.to_thread(migrate, store)
        before, until = await asyncio.to_thread(_dumped, settings, store)
        await asyncio.to_thread(wipe, store)
        try:
            await refold(settings, store, until, told)
        except PositionMoved as error:
            raise Misuse(
                f"the projections of {store.where} run elsewhere and write to it too; stop them, then rebuild again"
            ) from error
        after, _ = await asyncio.to_thread(_dumped, settings, store)
    return Rebuilt(before, after, _facts(until), True)


async def rebuild_behind(
    settings: ExchangeSettings, restart: Callable[[], None], told: Told = _untold
) -> Rebuilt:
    """Wipe the tables under running projections, have these restarted, and wait until they are back.

    Raises: Unavailable if they do not come back.
    """
    with _opened(settings) as store:
        before, until = await asyncio.to_thread(_dumped, settings, store)
        await asyncio.to_thread(wipe, store)
        # What they know of their position is void now; what they would save under it is refused.
        restart()
        await _back(settings, store, until, told)
        after, now = await asyncio.to_thread(_dumped, settings, store)
    return Rebuilt(before, after, _facts(until), now == until)


@asynccontextmanager
async def folded_anew(
    settings: ExchangeSettings, views: Sequence[View], told: Told = _untold
) -> AsyncIterator[Store]:
    """A database of its own with the tables of `views`, folded from the journals up to where the tables stand.

    Raises: as `refold`.
    """
    contexts = {context for view in views for context in view.contexts}
    with _opened(settings) as live:
        stand = await asyncio.to_thread(_places, settings, live)
    until = {place: position for place, position in stand.items() if place[0] in contexts}
    async with _scratch() as scratch:
        await refold(settings, scratch, until, told, views)
        yield scratch


async def refold(
    settings: ExchangeSettings,
    store: Store,
    until: Places,
    told: Told = _untold,
    views: Sequence[View] = VIEWS,
) -> None:
    """Bring the tables in `store` from where they are to the places `until`.

    Raises: Unavailable without Kafka; InvariantBroken if a journal is not what it was.
    """
    done, of = 0, _facts(until)
    told(_FOLDING, done, of)
    for (context, number), end in until.items():
        topic = journal_topic(context)
        start = await asyncio.to_thread(read_position, store, VIEWS_READER, topic, number) or BEGINNING
        reader = JournalReader(topic, number, start, codec_for(context))
        async with PartitionLog(settings.bootstrap_servers, topic, number) as journal:
            async for records in journal.read(start.offset, end.offset):
                outcomes, _ = accepted(reader, records)
                changes = project_batch(views, context, number, outcomes)
                first, start = start, reader.position
                await asyncio.to_thread(save, store, VIEWS_READER, topic, number, first, start, changes)
                told(_FOLDING, done + start.seq, of)
        done += end.seq


_FOLDING = "folding the journals"


async def _back(settings: ExchangeSettings, store: Store, until: Places, told: Told) -> None:
    """Wait until running projections have brought the tables back to where they were."""
    of, most, since = _facts(until), 0, time.monotonic()
    told(_FOLDING, 0, of)
    while True:
        now = await asyncio.to_thread(_places, settings, store)
        if all(now[place].offset >= position.offset for place, position in until.items()):
            return
        if (done := _facts(now)) > most:
            most, since = done, time.monotonic()
            told(_FOLDING, done, of)
        if time.monotonic() - since > _SILENT_S_MAX:
            raise Unavailable(
                f"the projections do not come back: {most} of {of} facts are shown; see whether their worker runs"
                " (`exchange status`), then ask again"
            )
        await asyncio.sleep(_LOOK_EVERY_S)


def _places(settings: ExchangeSettings, store: Store) -> Places:
    """How far the tables reflect each journal partition."""
    return {
        (context, number): read_position(store, VIEWS_READER, journal_topic(context), number) or BEGINNING
        for context, count in settings.partitions.items()
        for number in range(count)
    }


def _dumped(settings: ExchangeSettings, store: Store) -> tuple[str, Places]:
    """The digest of the tables' dump, and the places they reflect: both of one moment, for the dump ends with these."""
    digest = blake2b(digest_size=32)
    found: dict[tuple[str, int], JournalPosition] = {}
    for line in dump(store):
        digest.update(line.encode())
        digest.update(b"\n")
        if line.startswith('{"table":"progress"'):
            row = msgspec.json.decode(line)["row"]
            if row["reader"] == VIEWS_READER:
                found[row["topic"], row["partition"]] = _position(row)
    return digest.hexdigest(), {
        (context, number): found.get((journal_topic(context), number), BEGINNING)
        for context, count in settings.partitions.items()
        for number in range(count)
    }


def _position(row: Mapping[str, Any]) -> JournalPosition:
    return JournalPosition(row["next_offset"], row["claim"], row["seq"], bytes.fromhex(row["digest"]))


def _facts(until: Places) -> int:
    return sum(position.seq for position in until.values())


@contextmanager
def _opened(settings: ExchangeSettings) -> Iterator[Store]:
    store = open_store(settings.store_url)
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def _scratch() -> AsyncIterator[Store]:
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{Path(directory) / 'scratch.sqlite'}")
        await asyncio.to_thread(migrate, store)
        try:
            yield store
        finally:
            store.close()
