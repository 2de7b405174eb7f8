"""A node's Kafka for work that needs nothing else of the node."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory


@asynccontextmanager
async def kafka_running(directory: DataDirectory, told: Callable[[str], None]) -> AsyncIterator[None]:
    """The node's Kafka, started for the occasion unless it runs or is somebody else's."""
    broker = EmbeddedBroker(directory.kafka)
    if directory.identity.bootstrap_servers is not None or broker.alive:
        yield
        return
    told("starting Kafka")
    await broker.start()
    try:
        yield
    finally:
        told("stopping Kafka")
        await broker.stop()
