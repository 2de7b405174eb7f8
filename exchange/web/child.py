"""A worker as a process of a node: `python -m exchange.web.child ROLE --data DIRECTORY --slot NAME`.

It serves its own metrics and health on loopback, at any free port; its report says which.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from exchange.web.listening import Address
from exchange.web.worker import watching
from streams.broker.ports import LOOPBACK
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.supervised import Work, run_supervised
from streams.settings import ExchangeSettings
from streams.worker import Watch, run_deciders, run_projections


def _in_a_node(run: Callable[[ExchangeSettings, str, asyncio.Event, Watch], Awaitable[None]]) -> Work:
    async def work(directory: DataDirectory, slot: str, stop: asyncio.Event) -> None:
        settings = directory.settings(bootstrap_servers(directory))
        await run(settings, slot, stop, watching(directory, slot, Address(LOOPBACK, 0)))

    return work


ROLES = {"deciders": _in_a_node(run_deciders), "projections": _in_a_node(run_projections)}


if __name__ == "__main__":
    sys.exit(run_supervised("exchange.web.child", ROLES))
