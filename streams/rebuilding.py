"""Folding the tables anew from the journals."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Store, migrate, open_store, read_position, save
from exchange.views import VIEWS, project_batch
from exchange.views.dump import dump_digest, wipe
from streams.codec import codec_for
from streams.folding import accepted
from streams.journal import JournalReader
from streams.log import PartitionLog
from streams.settings import ExchangeSettings
from streams.topics import journal_topic

Places = Mapping[tuple[str, int], JournalPosition]
_LOOK_EVERY_S = 0.1
_WAIT_S_MAX = 600.0


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


def places(settings: ExchangeSettings, store: Store) -> Places:
    """How far the tables reflect each journal partition."""
    return {
        (context, number): read_position(store, VIEWS_READER, journal_topic(context), number) or BEGINNING
        for context, count in settings.partitions.items()
        for number in range(count)
    }


async def refold(settings: ExchangeSettings, store: Store, until: Places) -> None:
    """Bring the tables in `store` from where they are to the places `until`.

    Raises: Unavailable without Kafka; InvariantBroken if a journal is not what it was.
    """
    for (context, number), end in until.items():
        topic = journal_topic(context)
        start = await asyncio.to_thread(read_position, store, VIEWS_READER, topic, number) or BEGINNING
        reader = JournalReader(topic, number, start, codec_for(context))
        async with PartitionLog(settings.bootstrap_servers, topic, number) as journal:
            async for records in journal.read(start.offset, end.offset):
                outcomes, _ = accepted(reader, records)
                changes = project_batch(VIEWS, context, number, outcomes)
                first, start = start, reader.position
                await asyncio.to_thread(save, store, VIEWS_READER, topic, number, first, start, changes)


async def check(settings: ExchangeSettings) -> Rebuilt:
    """Fold the journals into a database of its own and compare it with the tables, which stay as they are."""
    live = open_store(settings.store_url)
    until = await asyncio.to_thread(places, settings, live)
    before = await asyncio.to_thread(dump_digest, live)
    async with _scratch() as scratch:
        await refold(settings, scratch, until)
        after = await asyncio.to_thread(dump_digest, scratch)
    comparable = until == await asyncio.to_thread(places, settings, live)
    return Rebuilt(before, after, _facts(until), comparable)


async def rebuild(settings: ExchangeSettings) -> Rebuilt:
    """Wipe the tables and fold them anew. No projections may be running on them meanwhile."""
    store = open_store(settings.store_url)
    until = await asyncio.to_thread(places, settings, store)
    before = await asyncio.to_thread(dump_digest, store)
    await asyncio.to_thread(wipe, store)
    await refold(settings, store, until)
    return Rebuilt(before, await asyncio.to_thread(dump_digest, store), _facts(until), True)


async def rebuild_behind(settings: ExchangeSettings, restart: Callable[[], None]) -> Rebuilt:
    """Wipe the tables under running projections, have these restarted, and wait until they are back.

    Raises: Misuse if they are not at rest; Unavailable if they do not come back.
    """
    store = open_store(settings.store_url)
    until = await asyncio.to_thread(places, settings, store)
    before = await asyncio.to_thread(dump_digest, store)
    if until != await asyncio.to_thread(places, settings, store):
        raise Misuse(
            "facts arrive while the tables are read; rebuild when the exchange is quieter, or stop it"
        )
    await asyncio.to_thread(wipe, store)
    # What they know of their position is void now; what they would save under it is refused.
    restart()
    waited_s = 0.0
    while not _reached(await asyncio.to_thread(places, settings, store), until):
        await asyncio.sleep(_LOOK_EVERY_S)
        waited_s += _LOOK_EVERY_S
        if waited_s > _WAIT_S_MAX:
            raise Unavailable(
                "the projections do not come back; see whether their worker runs, then ask again"
            )
    after = await asyncio.to_thread(dump_digest, store)
    comparable = until == await asyncio.to_thread(places, settings, store)
    return Rebuilt(before, after, _facts(until), comparable)


def _reached(now: Places, wanted: Places) -> bool:
    return all(now[place].offset >= position.offset for place, position in wanted.items())


def _facts(until: Places) -> int:
    return sum(position.seq for position in until.values())


@asynccontextmanager
async def _scratch() -> AsyncIterator[Store]:
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{Path(directory) / 'scratch.sqlite'}")
        await asyncio.to_thread(migrate, store)
        try:
            yield store
        finally:
            store.close()
