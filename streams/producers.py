"""Producers: idempotent, acknowledged by all replicas, never transactional."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from exchange.kernel.errors import Unavailable
from streams.limits import BATCH_BYTES_MAX


@asynccontextmanager
async def producing(
    bootstrap_servers: str, *, compression: str | None = None, batch_bytes: int = BATCH_BYTES_MAX
) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer, stopped in the end.

    Raises: Unavailable if Kafka does not answer.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=batch_bytes,
        max_request_size=2 * batch_bytes,
        compression_type=compression,
        # A broker that is away is waited for: a record given up on would be an outcome lost.
        request_timeout_ms=40_000,
    )
    try:
        await producer.start()
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {bootstrap_servers} does not answer: {error}") from error
    try:
        yield producer
    finally:
        await producer.stop()
