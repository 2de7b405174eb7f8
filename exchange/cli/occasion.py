"""A node's Kafka for a command that works while the node is down."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.cli.steps import Steps
    from streams.node.directory import DataDirectory


@asynccontextmanager
async def kafka_of(directory: "DataDirectory", steps: "Steps", what_for: str) -> AsyncIterator[None]:
    """Kafka as it runs, or started for the occasion: the directory is held meanwhile, `what_for` says why."""
    from streams.node.occasion import kafka_running

    async with AsyncExitStack() as stack:
        if directory.holder() is None:
            stack.enter_context(directory.held(what_for))
            await stack.enter_async_context(kafka_running(directory, steps.told))
        yield
