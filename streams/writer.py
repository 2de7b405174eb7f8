"""Appending outcomes to a journal: whole ones, in order, under one claim, with seals in between."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import Claimed, Sealed
from streams.journal import chained
from streams.limits import BATCH_BYTES_MAX, RECORD_OVERHEAD_BYTES, SEAL_EVERY_FACTS
from streams.metrics.instruments import APPEND
from streams.topics import context_of

CONTROL_KEY = b"\0control"
"""The record key of claims and seals, by which a read-back knows them without decoding."""

_NO_HEADERS: list[tuple[str, bytes]] = []


class FactWriter(Protocol):
    """What a journal's writer needs of a codec."""

    def encode_outcome(self, outcome: Outcome) -> list[bytes]:
        """Write all facts of one command with their metas."""
        ...

    def encode_control(self, record: Claimed | Sealed) -> bytes:
        """Write a claim or a seal."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A journal partition to append to."""

    topic: str
    partition: int


async def append_control(
    producer: AIOKafkaProducer, place: Place, codec: FactWriter, record: Claimed | Sealed
) -> int:
    """Append a claim or a seal and give its offset once it is durable."""
    metadata = await producer.send_and_wait(
        place.topic, codec.encode_control(record), key=CONTROL_KEY, partition=place.partition
    )
    return int(metadata.offset)


class JournalWriter:
    """Puts outcomes into record batches and sends those in order.

    Shape: `add` never splits an outcome over batches; while `full` there are batches that wait to be sent, which
    `send_full` does; `flush` sends what is there; the futures it collects are done when everything before them is
    durable. `seq` and `digest` run ahead of what is durable.
    Raises: InvariantBroken on an outcome above 256 KiB, which a context must never make.
    """

    def __init__(
        self, producer: AIOKafkaProducer, place: Place, codec: FactWriter, claim: int, seq: int, digest: bytes
    ) -> None:
        self.claim = claim
        self.seq = seq
        self.digest = digest
        self.facts = 0
        self.seals = 0
        self._producer = producer
        self._place = place
        self._codec = codec
        self.full: list[BatchBuilder] = []
        self._batch: BatchBuilder | None = None
        self._size_bytes = 0
        self._since_seal = 0
        self._sent: list[asyncio.Future[RecordMetadata]] = []
        self._appended = APPEND.labels(context_of(place.topic))

    def add(self, outcomes: Sequence[Outcome], keys: Sequence[bytes | None]) -> None:
        """Append whole outcomes, each under its key; they are sent with the next `flush`, or `send_full`."""
        written = list(map(self._codec.encode_outcome, outcomes))
        digest, since_seal = self.digest, self._since_seal
        for outcome, values, key in zip(outcomes, written, keys, strict=True):
            self._append(values, key or b"")
            for value in values:
                digest = chained(digest, value)
            since_seal += len(values)
            if since_seal >= SEAL_EVERY_FACTS:
                self.digest, self.seq = digest, outcome[-1].meta.seq + 1
                self._seal()
                since_seal = 0
        self.digest, self._since_seal = digest, since_seal
        self.facts += sum(map(len, written))
        if outcomes:
            self.seq = outcomes[-1][-1].meta.seq + 1

    async def flush(self) -> list[asyncio.Future[RecordMetadata]]:
        """Send what is in the batch; give the futures of everything sent since the last flush."""
        self._close()
        await self.send_full()
        sent, self._sent = self._sent, []
        return sent

    async def send_full(self) -> None:
        """Send the batches that are full."""
        while self.full:
            batch = self.full.pop(0)
            began = time.monotonic()
            sent = await self._producer.send_batch(batch, self._place.topic, partition=self._place.partition)
            sent.add_done_callback(partial(self._observe, began))
            self._sent.append(sent)

    def _seal(self) -> None:
        seal = Sealed(claim=self.claim, seq=self.seq, digest=self.digest)
        self._append([self._codec.encode_control(seal)], CONTROL_KEY)
        self.seals += 1

    def _append(self, values: Sequence[bytes], key: bytes) -> None:
        size = sum(map(len, values)) + len(values) * (len(key) + RECORD_OVERHEAD_BYTES)
        if size > BATCH_BYTES_MAX:
            raise InvariantBroken(
                f"{self._place.topic}/{self._place.partition}: an outcome of {len(values)} facts takes {size} bytes,"
                f" more than {BATCH_BYTES_MAX}; its context must bound it"
            )
        if self._size_bytes + size > BATCH_BYTES_MAX:
            self._close()
        if (batch := self._batch) is None:
            batch = self._batch = self._producer.create_batch()
        # As `batch.append` does it, which makes two more calls for each record.
        number, append = batch._relative_offset, batch._builder.append
        for value in values:
            if append(number, None, key, value, _NO_HEADERS) is None:
                raise InvariantBroken(
                    f"{self._place.topic}: a batch was full at {self._size_bytes + size} bytes"
                )
            number += 1
        batch._relative_offset = number
        self._size_bytes += size

    def _close(self) -> None:
        if self._batch is None:
            return
        self._batch.close()
        self.full.append(self._batch)
        self._batch, self._size_bytes = None, 0

    def _observe(self, began: float, _: object) -> None:
        self._appended.observe(time.monotonic() - began)
