"""The topics of a node's exchange: those of its contexts, the streams of its products, and whose all of it is."""

import asyncio
from collections.abc import Sequence

from exchange.store import open_store
from exchange.views.streams import stream_products
from streams.node.directory import DataDirectory
from streams.node.ownership import own
from streams.topics import TopicSpec, context_topics, identity_spec, stream_specs, verify_topics


async def own_topics(directory: DataDirectory, servers: str) -> Sequence[TopicSpec]:
    """Every topic as it must be. In the embedded Kafka all is the node's own; elsewhere a stream is, if its product is.

    Raises: Unavailable if Kafka or the database does not answer.
    """
    identity = directory.identity
    contexts = context_topics(identity.partitions)
    if identity.bootstrap_servers is None:
        return [*contexts, *await stream_specs(servers)]
    products = await asyncio.to_thread(_products, directory)
    return [*contexts, identity_spec(), *await stream_specs(servers, products)]


async def verify_own_topics(directory: DataDirectory, servers: str) -> None:
    """See that every topic is there and set up as it must be, and create none.

    Raises: Misuse naming what differs, or whose the journals are; Unavailable if Kafka or the database does not answer.
    """
    await verify_topics(servers, await own_topics(directory, servers), directory.identity.replication)
    if directory.identity.bootstrap_servers is not None:
        await own(servers, directory.identity.node_id)


def _products(directory: DataDirectory) -> frozenset[str]:
    store = open_store(directory.store_url)
    try:
        return stream_products(store)
    finally:
        store.close()
