"""Keeping how far a reader has come, apart from its reading."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from exchange.kernel.position import JournalPosition
from exchange.store import PositionMoved, Store, read_position
from streams.threads import patiently, save_patiently

_REST_S = 0.05
_LAST_SAVE_S = 1.0

Save = Callable[[JournalPosition, JournalPosition], Awaitable[JournalPosition]]
"""Moves a stored position from where it was to where it is; where it stands then."""


Acknowledge = Callable[[], object]


class PositionKeeper:
    """Saves the newest position of one reader in one journal partition, then acknowledges the batches before it.

    Shape: the first position is saved at once, later ones at most every 50 ms: a save for every small batch would
    take more of the loop than the batch. `saved` is what is stored. A failure is told to `fail`.
    """

    def __init__(self, save: Save, saved: JournalPosition, fail: Callable[[BaseException], None]) -> None:
        self.saved = saved
        self._save = save
        self._fail = fail
        self._end = saved
        self._done: list[Acknowledge] = []
        self._closing = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    def reached(self, end: JournalPosition, acknowledge: Acknowledge) -> None:
        """Take down that everything up to `end`, the end of a batch, is done; after `close` it is not kept."""
        if self._closing.is_set():
            return
        self._end = end
        self._done.append(acknowledge)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Save what was reached, and nothing more.

        A database that is away is not waited for; a save that has begun is, for it cannot be undone.
        """
        self._closing.set()
        if self._keeping is not None:
            _, late = await asyncio.wait({self._keeping}, timeout=_LAST_SAVE_S)
            for keeping in late:
                keeping.cancel()
                await asyncio.wait({keeping})

    async def _keep(self) -> None:
        try:
            while self._done:
                done, self._done, end = self._done, [], self._end
                if end.offset > self.saved.offset:
                    self.saved = await self._save(self.saved, end)
                for acknowledge in done:
                    acknowledge()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_REST_S):
                        await self._closing.wait()
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the process
            self._fail(error)


async def save_farthest(
    store: Store, reader: str, topic: str, partition: int, first: JournalPosition, end: JournalPosition
) -> JournalPosition:
    """Save a position that nothing else is saved with, or leave one that is farther; where the reader stands then.

    Shape: for readers whose work may be done twice. A worker that was stopped and evicted saves what it had done when
    it goes on, also beside the one that took over: both have come as far as they say.
    Raises: PositionMoved if the position went back.
    """
    while True:
        try:
            await save_patiently(store, reader, topic, partition, first, end, ())
        except PositionMoved:
            stored = await patiently(read_position, store, reader, topic, partition)
            if stored is None or stored.offset <= first.offset:
                raise
            if stored.offset >= end.offset:
                return stored
            first = stored
        else:
            return end
