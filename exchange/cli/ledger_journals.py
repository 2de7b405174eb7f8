"""What `ledger` asks of tables and journals together: of a node that is down, Kafka is started for the occasion."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from streams.ledger_closes import Node
    from streams.ledger_journal import Told
    from streams.node.directory import DataDirectory

T = TypeVar("T")


def with_journals(directory: "DataDirectory", quiet: bool, ask: "Callable[[Node, Told], Awaitable[T]]") -> T:
    """Ask something of a node's tables and journals, and tell how far it is.

    Raises: Misuse where there are no tables.
    """
    from exchange.cli.moving import telling
    from exchange.cli.occasion import kafka_of
    from exchange.cli.steps import Steps
    from exchange.store import open_store
    from streams.ledger_closes import Node
    from streams.node.directory import bootstrap_servers

    async def run(steps: Steps) -> T:
        async with kafka_of(directory, steps, "looks through the ledger"):
            settings = directory.settings(bootstrap_servers(directory))
            with closing(open_store(settings.store_url)) as store:
                store.refuse_missing()
                node = Node(directory.identity.node_id, settings, store, directory.path / "closes")
                return await ask(node, telling(steps, "facts"))

    with Steps(quiet=quiet) as steps:
        return asyncio.run(run(steps))
