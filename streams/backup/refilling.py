"""Writing a backup's records into empty topics, so that each gets the offset and the timestamp it had."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from exchange.kernel.errors import InvariantBroken, Unavailable
from streams.backup.checking import records_of
from streams.backup.container import Archive
from streams.backup.manifest import TopicPart
from streams.backup.segments import Stored
from streams.backup.target import specs_of
from streams.kafka_access import access_to
from streams.producers import producing
from streams.rebuilding import Told
from streams.topics import TopicSpec, ensure_topics, filling_spec, set_settings

WRITING = "writing the topics"
_AHEAD_BATCHES = 8
_BATCH_BYTES_MAX = 1_000_000
"""Enough for the largest record of a stream, and within what a topic takes."""
_GAP = Stored(0, 0, None, None, (("corridor-gap", b""),))
"""Stands where an offset held no record, as where somebody else's transaction ended; nobody reads anything into it."""


async def refill(servers: str, archive: Archive, replication: int, told: Told) -> None:
    """Make the topics of a backup in a cluster that has none of them, with all their records.

    Raises: Unavailable if Kafka does not answer. What was made is removed then.
    """
    specs = specs_of(archive.manifest)
    try:
        # The broker's own clock would write over the time at which each command came.
        await ensure_topics(servers, [filling_spec(spec) for spec in specs], replication)
        await _fill_all(servers, archive, told)
        await set_settings(servers, specs, replication)
        await ensure_topics(servers, specs, replication)
    except BaseException:
        await remove(servers, specs)
        raise


async def _fill_all(servers: str, archive: Archive, told: Told) -> None:
    done, of = 0, archive.manifest.records
    told(WRITING, done, of)
    async with producing(servers, compression="zstd", batch_bytes=_BATCH_BYTES_MAX) as producer:
        for part in archive.manifest.topics:
            filling = Filling(producer, part)
            for records in records_of(archive, part):
                await filling.take(records)
                done += len(records)
                told(WRITING, done, of)
            await filling.end()


class Filling:
    """One partition on its way. Shape: `_offset` is the next record's, `_base` the first one's of the open batch."""

    def __init__(self, producer: AIOKafkaProducer, part: TopicPart) -> None:
        self._producer = producer
        self._part = part
        self._base = self._offset = 0
        self._batch = producer.create_batch()
        self._sent: list[tuple[int, asyncio.Future[RecordMetadata]]] = []

    async def take(self, records: Sequence[Stored]) -> None:
        """Append records at the offsets they had."""
        for record in records:
            await self._fill_up_to(record.offset)
            await self._add(record)

    async def end(self) -> None:
        """Wait until all of it is durable."""
        await self._fill_up_to(self._part.end)
        await self._send()
        await self._arrived(0)

    async def _fill_up_to(self, offset: int) -> None:
        while self._offset < offset:
            await self._add(_GAP)

    async def _add(self, record: Stored) -> None:
        if not _added(self._batch, record):
            await self._send()
            if not _added(self._batch, record):
                raise InvariantBroken(f"{self._part.topic}: record {self._offset} does not fit into a batch")
        self._offset += 1

    async def _send(self) -> None:
        batch = self._batch
        if batch.record_count():
            batch.close()
            sent = await self._producer.send_batch(batch, self._part.topic, partition=self._part.partition)
            self._sent.append((self._base, sent))
            self._batch, self._base = self._producer.create_batch(), self._offset
        await self._arrived(_AHEAD_BATCHES)

    async def _arrived(self, at_most: int) -> None:
        """Wait until no more than so many batches are under way, and see that each came to its place."""
        part = self._part
        while len(self._sent) > at_most:
            base, sent = self._sent.pop(0)
            try:
                found = (await sent).offset
            except KafkaError as error:
                raise Unavailable(f"Kafka did not take a record batch of {part.topic}: {error!r}") from error
            if found != base:
                raise InvariantBroken(
                    f"{part.topic}/{part.partition}: record {base} came to offset {found}; something else writes to it"
                )


def _added(batch: BatchBuilder, record: Stored) -> bool:
    added = batch.append(
        timestamp=record.timestamp, key=record.key, value=record.value, headers=list(record.headers)
    )
    return added is not None


async def remove(servers: str, specs: Sequence[TopicSpec]) -> None:
    """Delete topics that a restore made and could not fill."""
    admin = AIOKafkaAdminClient(**access_to(servers))
    try:
        await admin.start()
        await admin.delete_topics([spec.name for spec in specs])
    except (KafkaError, OSError):
        # What made the restore fail keeps this from being tidied too; the next try names what is left.
        return
    finally:
        await admin.close()
