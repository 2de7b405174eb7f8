"""Appending to one stream's topic: claims, and stamped records in big batches."""

import asyncio
import time
from collections import deque
from types import NoneType, TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from exchange.kernel.errors import Misuse
from streams.dataplane.intake import OutRecord
from streams.dataplane.layout import (
    CLAIM_HEADER,
    PARTITION,
    RECORD_MAX_BYTES,
    STAMP_HEADER,
    StreamClaim,
    claim_value,
    stamp,
)
from streams.dataplane.source import reaching
from streams.kafka_access import access_to
from streams.producers import seen, stop_producer
from streams.topics import stream_topic

BATCH_BYTES = 512 * 1024
IN_FLIGHT_MAX = 4
_STOP_S = 2.0
"""How long what is in flight is waited for when writing ends early; the next publisher finds what lies there."""
_BYTES = (bytes, NoneType)


class StreamWriter:
    """One idempotent producer on one stream's topic. An async context manager.

    Shape: `claim` is the offset of one's own claim, `next_seq` the sequence number of the next record
    appended, `sent_seq` that after the last one sent. Whatever fails once has failed for good: an
    idempotent producer does not recover.
    """

    def __init__(self, bootstrap_servers: str, product_id: str) -> None:
        self.topic = stream_topic(product_id)
        self.claim = -1
        self.next_seq = 0
        self.sent_seq = 0
        self.epoch = 0
        self._producer = AIOKafkaProducer(
            **access_to(bootstrap_servers),
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
        )
        self._batch: BatchBuilder | None = None
        self._begun_at = 0.0
        self._now_ms = 0
        self._in_flight: deque[asyncio.Future[RecordMetadata]] = deque()

    async def __aenter__(self) -> Self:
        try:
            with reaching(self.topic):
                await self._producer.start()
        except BaseException:
            await stop_producer(self._producer, _STOP_S)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await stop_producer(self._producer, _STOP_S)
        for sent in self._in_flight:
            sent.add_done_callback(seen)

    async def append_claim(self, claim: StreamClaim) -> None:
        """Append a claim and wait until it is durable."""
        with reaching(self.topic):
            await self._producer.send_and_wait(
                self.topic, claim_value(claim), partition=PARTITION, headers=[(CLAIM_HEADER, b"")]
            )

    def append(self, record: OutRecord) -> bool:
        """Put the next record into the open batch; false if it does not fit: `flush`, then give it again.

        Raises: Misuse if it is no record, or one too large.
        """
        key, value, event_time = self._checked(record)
        if self._batch is None:
            self._batch = self._producer.create_batch()
            self._begun_at, self._now_ms = time.monotonic(), time.time_ns() // 1_000_000
        headers = [(STAMP_HEADER, stamp(self.claim, self.next_seq, event_time, self.epoch))]
        # Kafka's own timestamp is that of the publication: a broker refuses those of a shifted clock.
        taken = self._batch.append(timestamp=self._now_ms, key=key, value=value, headers=headers)
        if taken is None:
            return False
        self.next_seq += 1
        return True

    def age_s(self) -> float:
        """How long the open batch has waited; 0 if there is none."""
        return time.monotonic() - self._begun_at if self._batch is not None else 0.0

    async def flush(self) -> None:
        """Send the open batch; wait while too many are in flight."""
        if self._batch is None:
            return
        batch, self._batch = self._batch, None
        batch.close()
        with reaching(self.topic):
            self._in_flight.append(await self._producer.send_batch(batch, self.topic, partition=PARTITION))
            self.sent_seq = self.next_seq
            while len(self._in_flight) > IN_FLIGHT_MAX:
                await self._in_flight.popleft()

    async def check(self) -> None:
        """Take note of what has become durable.

        Raises: Unavailable if something sent was lost.
        """
        with reaching(self.topic):
            while self._in_flight and self._in_flight[0].done():
                await self._in_flight.popleft()

    async def settle(self) -> None:
        """Send the open batch and wait until everything sent is durable."""
        await self.flush()
        with reaching(self.topic):
            while self._in_flight:
                await self._in_flight.popleft()

    def _checked(self, record: OutRecord) -> OutRecord:
        try:
            key, value, event_time = record
        except (TypeError, ValueError) as error:
            raise self._misuse(
                "is not (key, value, event_time); give bytes, bytes and µs since 1970"
            ) from error
        if type(key) not in _BYTES or type(value) not in _BYTES or type(event_time) is not int:
            raise self._misuse(
                f"is ({type(key).__name__}, {type(value).__name__}, {type(event_time).__name__});"
                " give bytes, bytes and an int of µs since 1970"
            )
        if key is None and value is None:
            raise self._misuse("has neither key nor value; give at least one")
        size = len(key or b"") + len(value or b"")
        if size > RECORD_MAX_BYTES:
            raise self._misuse(f"has {size} bytes of key and value; at most {RECORD_MAX_BYTES} fit, split it")
        return record

    def _misuse(self, what: str) -> Misuse:
        return Misuse(f"topic {self.topic}: record {self.next_seq} {what}")
