"""What is fetched without aiokafka's own records around it, and without what this process wrote itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from streams.fetched import Record, as_read, see_to_fetched, without_those_of
from streams.producers import producing
from tests.contract.hosting import a_topic

See = Callable[[TopicPartition, PartitionRecords], None]


@asynccontextmanager
async def reading(bootstrap: str, place: TopicPartition, see: See | None) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        if see is not None:
            see_to_fetched(consumer, see)
        consumer.assign([place])
        yield consumer
    finally:
        await consumer.stop()


async def all_of(bootstrap: str, place: TopicPartition, see: See | None, end: int) -> Sequence[Record]:
    """What a consumer gives until it stands at `end`."""
    found: list[Record] = []
    async with reading(bootstrap, place, see) as consumer, asyncio.timeout(30):
        while await consumer.position(place) < end:
            found += (await consumer.getmany(place, timeout_ms=100)).get(place, ())
    return found


async def write(producer: AIOKafkaProducer, place: TopicPartition, *values: bytes) -> None:
    """One batch."""
    batch = producer.create_batch()
    for value in values:
        batch.append(timestamp=None, key=b"k", value=value, headers=[("h", value)])
    batch.close()
    await (await producer.send_batch(batch, place.topic, partition=place.partition))


@pytest.mark.parametrize("compression", [None, "zstd"])
async def test_a_record_says_the_same_as_the_one_that_aiokafka_wraps_it_in(
    bootstrap: str, compression: str | None
) -> None:
    place = TopicPartition(await a_topic(bootstrap), 0)
    async with producing(bootstrap, compression=compression) as producer:
        await write(producer, place, b"1", b"22", b"")
        await producer.send_and_wait(place.topic, None, key=b"k", partition=0)
    wrapped = await all_of(bootstrap, place, None, 4)
    bare = await all_of(bootstrap, place, as_read, 4)
    assert not any(isinstance(record, ConsumerRecord) for record in bare)
    assert [told(record) for record in bare] == [told(record) for record in wrapped]
    assert [record.value for record in bare] == [b"1", b"22", b"", None]


def told(record: Record) -> object:
    return record.offset, record.timestamp, record.key, record.value, tuple(record.headers)


async def test_what_a_producer_of_this_process_wrote_is_passed_over_and_all_else_is_read(
    bootstrap: str,
) -> None:
    place = TopicPartition(await a_topic(bootstrap), 0)
    async with producing(bootstrap, compression="zstd") as own, producing(bootstrap) as other:
        await write(own, place, b"own", b"own")
        await write(other, place, b"foreign", b"foreign too")
        await write(own, place, b"own")
        await write(other, place, b"the last")
        await write(own, place, b"own", b"own", b"own")
        found = await all_of(bootstrap, place, lambda _, records: without_those_of(own, records), 9)
    assert [(record.offset, record.value) for record in found] == [
        (2, b"foreign"),
        (3, b"foreign too"),
        (5, b"the last"),
    ]


async def test_of_a_producer_that_has_no_id_nothing_is_passed_over(bootstrap: str) -> None:
    place = TopicPartition(await a_topic(bootstrap), 0)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=False)
    await producer.start()
    try:
        await write(producer, place, b"1")
        found = await all_of(bootstrap, place, lambda _, records: without_those_of(producer, records), 1)
    finally:
        await producer.stop()
    assert [record.value for record in found] == [b"1"]


async def test_a_batch_that_is_passed_over_is_still_compared_with_its_checksum(bootstrap: str) -> None:
    own = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    own._txn_manager.set_pid_and_epoch(7, 0)
    whole = batch_of(7)
    damaged = whole[:-1] + bytes((whole[-1] ^ 1,))
    assert list(fetched(own, whole)) == []
    with pytest.raises(CorruptRecordException):
        list(fetched(own, damaged))
    assert [record.value for record in fetched(own, batch_of(8))] == [b"value"]
    await own.stop()


def batch_of(producer_id: int) -> bytes:
    builder = DefaultRecordBatchBuilder(2, 0, 0, producer_id, 0, 0, 1_000)
    builder.append(0, None, b"key", b"value", [])
    return bytes(builder.build())


def fetched(own: AIOKafkaProducer, batch: bytes) -> PartitionRecords:
    records = PartitionRecords(TopicPartition("t", 0), MemoryRecords(batch), None, 0, None, None, True, 0)
    without_those_of(own, records)
    return records
