"""Asks a Kafka whether it is there and who it is."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka_access import access_to

_ANSWER_MS_MAX = 5_000


async def cluster_id_at(bootstrap_servers: str) -> str | None:
    """The id of the cluster that answers there with a broker ready for clients, or None."""
    host, port = bootstrap_servers.rsplit(":", 1)
    try:
        # A bare connection first: the client would log every refusal while Kafka is still on its way.
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        admin = AIOKafkaAdminClient(**access_to(bootstrap_servers), request_timeout_ms=_ANSWER_MS_MAX)
        try:
            await admin.start()
            cluster = await admin.describe_cluster()
        finally:
            await admin.close()
    except (OSError, KafkaError, TimeoutError):
        return None
    return str(cluster["cluster_id"]) if cluster["brokers"] else None
