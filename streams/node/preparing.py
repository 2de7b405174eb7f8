"""Topics and tables of an exchange, made where they are missing and verified where they are not."""

import asyncio
import time
from collections.abc import Callable

from exchange.kernel.errors import Unavailable
from exchange.store import migrate, open_store
from streams.node.directory import DataDirectory
from streams.node.kafka import NodeKafka

_LOOK_AGAIN_S = 1.0


def migrate_tables(directory: DataDirectory) -> None:
    """Bring the tables up to date."""
    store = open_store(directory.store_url)
    try:
        migrate(store)
    finally:
        store.close()


async def prepare(directory: DataDirectory, wait_s: float, told: Callable[[str], None]) -> None:
    """Make and verify the topics in somebody's own Kafka, then the tables; wait for both to answer.

    Raises: Misuse if a topic's settings differ; Unavailable if Kafka or the database do not answer within `wait_s`.
    """
    until = time.monotonic() + wait_s
    while True:
        try:
            await NodeKafka(directory, told).start()
            told("bringing the tables up to date")
            await asyncio.to_thread(migrate_tables, directory)
            return
        except Unavailable:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(_LOOK_AGAIN_S)
