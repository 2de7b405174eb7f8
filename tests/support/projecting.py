"""Projecting a journal's ledger in small batches, in this process or in one that may be killed."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context

from sqlalchemy import event

from exchange.kernel.bases import Outcome
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Store, open_store, read_position
from exchange.views import project_batch
from exchange.views.settlement import SETTLEMENT
from streams.threads import save_patiently
from tests.unit.views.story import Journal, position_after

_AT_ONCE = 3
"""Outcomes a transaction."""


def shown(store: Store, journal: Journal) -> JournalPosition:
    """Up to where the tables show a journal."""
    return read_position(store, VIEWS_READER, _topic(journal), journal.partition) or BEGINNING


async def project(store: Store, journal: Journal, between: Callable[[int], None] = lambda seq: None) -> None:
    """Go on from where the tables stand to the journal's end, waiting while the database is away.

    Shape: `between` hears after each transaction up to which fact they stand.
    """
    start = await asyncio.to_thread(shown, store, journal)
    for outcomes in _batches([each for each in journal.outcomes if each[0].meta.seq >= start.seq]):
        changes = project_batch((SETTLEMENT,), journal.context, journal.partition, outcomes)
        end = position_after(outcomes, start)
        await save_patiently(store, VIEWS_READER, _topic(journal), journal.partition, start, end, changes)
        start = end
        between(start.seq)


def killed(url: str, journal: Journal, after: int, within: bool) -> None:
    """Project in a process that is killed when `after` facts are shown: at once, or with the next batch uncommitted."""
    context = get_context("forkserver")
    # What it needs is loaded once, and not by each process again.
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_until_killed, args=(url, journal, after, within), daemon=True)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"it ended with {process.exitcode} before it was killed"


def _until_killed(url: str, journal: Journal, after: int, within: bool) -> None:
    store = open_store(url)

    def kill(*given: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def between(seq: int) -> None:
        if seq >= after and not within:
            kill()
        elif seq >= after:
            event.listen(store.engine, "commit", kill)

    asyncio.run(project(store, journal, between))


def _batches(outcomes: Sequence[Outcome]) -> Iterator[Sequence[Outcome]]:
    for first in range(0, len(outcomes), _AT_ONCE):
        yield outcomes[first : first + _AT_ONCE]


def _topic(journal: Journal) -> str:
    return f"{journal.context}.journal"
