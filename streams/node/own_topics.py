"""The topics of a node's exchange: those of its contexts, and the streams of its products that there are."""

import asyncio
from collections.abc import Sequence

from exchange.store import open_store
from exchange.views.streams import stream_products
from streams.node.directory import DataDirectory
from streams.topics import TopicSpec, context_topics, stream_specs, verify_topics


async def own_topics(directory: DataDirectory, servers: str) -> Sequence[TopicSpec]:
    """Every topic as it must be. In the embedded Kafka all is the node's own; elsewhere a stream is, if its product is.

    Raises: Unavailable if Kafka or the database does not answer.
    """
    identity = directory.identity
    embedded = identity.bootstrap_servers is None
    products = None if embedded else await asyncio.to_thread(_products, directory)
    return [*context_topics(identity.partitions), *await stream_specs(servers, products)]


async def verify_own_topics(directory: DataDirectory, servers: str) -> None:
    """See that every topic is there and set up as it must be, and create none.

    Raises: Misuse naming what differs; Unavailable if Kafka or the database does not answer.
    """
    await verify_topics(servers, await own_topics(directory, servers), directory.identity.replication)


def _products(directory: DataDirectory) -> frozenset[str]:
    store = open_store(directory.store_url)
    try:
        return stream_products(store)
    finally:
        store.close()
