"""Producers: idempotent, acknowledged by all replicas, never transactional."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from exchange.kernel.errors import Unavailable
from streams.limits import BATCH_BYTES_MAX


@asynccontextmanager
async def producing(
    bootstrap_servers: str, *, compression: str | None = None, stop_s: float | None = None
) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer, stopped in the end; what is in flight is waited for, at most for `stop_s`.

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
