"""Producers: idempotent, acknowledged by all replicas, never transactional."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.kafka_access import access_to, out_of_reach
from streams.limits import BATCH_BYTES_MAX


@asynccontextmanager
async def producing(
    bootstrap_servers: str,
    *,
    compression: str | None = None,
    batch_bytes: int = BATCH_BYTES_MAX,
    stop_s: float | None = None,
) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer, stopped in the end; what is in flight is waited for, at most for `stop_s`.

    Raises: Unavailable if Kafka does not answer, NotLetIn if it does not let us in.
    """
    producer = AIOKafkaProducer(
        **access_to(bootstrap_servers),
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
    except BaseException as error:
        await stop_producer(producer, stop_s)
        if isinstance(error, KafkaError | OSError):
            said = f"Kafka at {bootstrap_servers} does not answer: {error}"
            raise await out_of_reach(bootstrap_servers, error, said) from error
        raise
    try:
        yield producer
    finally:
        await stop_producer(producer, stop_s)


_stopping: set[asyncio.Future[None]] = set()


async def stop_producer(producer: AIOKafkaProducer, stop_s: float | None) -> None:
    """Stop a producer; one that takes longer than `stop_s` goes on stopping in the background.

    Shape: aiokafka gives an idempotent producer no way to drop what is in flight. It ends once Kafka goes
    on, or with its event loop.
    """
    stopping = asyncio.ensure_future(producer.stop())
    _stopping.add(stopping)
    stopping.add_done_callback(_stopped)
    await asyncio.wait([stopping], timeout=stop_s)
    if stopping.done():
        await stopping


def _stopped(stopping: "asyncio.Future[None]") -> None:
    _stopping.discard(stopping)
    seen(stopping)


def seen(future: "asyncio.Future[Any]") -> None:
    """Take note of how something ended that nobody waits for any more."""
    if not future.cancelled():
        future.exception()
