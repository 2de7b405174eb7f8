"""Work for the database, done in threads: never left behind by a cancellation, tried again when it is away."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from exchange.kernel.errors import Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import Change, Store, read_position, save
from streams.metrics.instruments import STORE_WAITS

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_PAUSE_S = 0.2
_PAUSE_S_MAX = 5.0


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in a thread. Cancelled, it waits for the call's end first: what a thread does cannot be undone."""
    running = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


async def patiently(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in a thread, again and again while the database is away."""
    pause_s = _PAUSE_S
    while True:
        try:
            return await in_thread(call, *args, **kwargs)
        except Unavailable as error:
            STORE_WAITS.inc()
            log.error("waiting for the database: %s", error, extra={"pause_s": pause_s})
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _PAUSE_S_MAX)


async def save_patiently(
    store: Store,
    reader: str,
    topic: str,
    partition: int,
    first: JournalPosition,
    end: JournalPosition,
    changes: Sequence[Change],
) -> None:
    """Save rows and position, waiting for a database that is away.

    A commit whose answer was lost has happened or not; the position says which.
    """

    def once() -> None:
        if saved_before and (read_position(store, reader, topic, partition) or BEGINNING) == end:
            return
        saved_before.append(True)
        save(store, reader, topic, partition, first, end, changes)

    saved_before: list[bool] = []
    await patiently(once)
