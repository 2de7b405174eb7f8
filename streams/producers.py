"""Producers: idempotent, acknowledged by all replicas, never transactional."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from exchange.kernel.errors import Unavailable
from streams.limits import BATCH_BYTES_MAX


@asynccontextmanager
async def producing(
    bootstrap_servers: str, *, compression: str | None = None, stop_s: float | None = None
) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer, stopped in the end; what it has not sent after `stop_s` is given up then.

    Raises: Unavailable if Kafka does not answer.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES_MAX,
        max_request_size=2 * BATCH_BYTES_MAX,
        compression_type=compression,
        # A broker that is away is waited for: a record given up on would be an outcome lost.
        request_timeout_ms=40_000,
    )
    try:
        await producer.start()
    except BaseException as error:
        await stop_producer(producer, stop_s)
        if isinstance(error, KafkaError | OSError):
            raise Unavailable(f"Kafka at {bootstrap_servers} does not answer: {error}") from error
        raise
    try:
        yield producer
    finally:
        await stop_producer(producer, stop_s)


async def stop_producer(producer: AIOKafkaProducer, stop_s: float | None) -> None:
    """Stop a producer; where Kafka stands still, within `stop_s`."""
    stopping = asyncio.ensure_future(producer.stop())
    try:
        await asyncio.wait([stopping], timeout=stop_s)
    finally:
        if not stopping.done():
            # It waits for what is in flight for as long as Kafka takes: only its failure lets it end.
            producer._message_accumulator.fail_all(ProducerClosed())
            await producer.client.close()
    await stopping
