"""A worker as a process of a node: `python -m streams.node.child ROLE --data DIRECTORY --slot NAME`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.reporting import keep_reporting
from streams.node.supervised import Work, run_supervised
from streams.settings import ExchangeSettings
from streams.worker import Watch, run_deciders, run_projections


def _in_a_node(run: Callable[[ExchangeSettings, str, asyncio.Event, Watch], Awaitable[None]]) -> Work:
    async def work(directory: DataDirectory, slot: str, stop: asyncio.Event) -> None:
        settings = directory.settings(bootstrap_servers(directory))
        await run(settings, slot, stop, partial(keep_reporting, directory.run, slot))

    return work


ROLES = {"deciders": _in_a_node(run_deciders), "projections": _in_a_node(run_projections)}


if __name__ == "__main__":
    sys.exit(run_supervised("streams.node.child", ROLES))
