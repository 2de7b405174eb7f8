"""The same bytes with aiokafka alone: `send` in the usual way, whole batches by hand, and a consumer's loop."""

import asyncio
import os
import sys

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from streams.dataplane.layout import STAMP, STAMP_HEADER
from tests.benchmarks.stamp import tell
from tests.benchmarks.stream_records import StreamJob, records, summed

_HEADERS = [(STAMP_HEADER, bytes(STAMP.size))]
"""As many bytes as a stamped record carries, made once."""
_WAITING_MAX = 20_000


def _producer(job: StreamJob) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=job.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=512 * 1024,
    )


async def publish(job: StreamJob) -> None:
    """`send` each record; now and then wait for what was sent."""
    given = list(records(job.count))
    async with _producer(job) as producer:
        tell()
        sent = []
        for key, value, _ in given:
            sent.append(await producer.send(_topic(job), value, key=key, partition=0, headers=_HEADERS))
            if len(sent) >= _WAITING_MAX:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)
        tell(count=len(given))


async def publish_batches(job: StreamJob) -> None:
    """Record batches built by hand: the least that aiokafka can do."""
    given = list(records(job.count))
    async with _producer(job) as producer:
        tell()
        sent, batch = [], producer.create_batch()
        for key, value, _ in given:
            while batch.append(timestamp=None, key=key, value=value, headers=_HEADERS) is None:
                batch.close()
                sent.append(await producer.send_batch(batch, _topic(job), partition=0))
                batch = producer.create_batch()
        batch.close()
        sent.append(await producer.send_batch(batch, _topic(job), partition=0))
        await asyncio.gather(*sent)
        tell(count=len(given))


async def subscribe(job: StreamJob) -> None:
    """Take what was fetched, keep every record."""
    place = TopicPartition(_topic(job), 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=job.bootstrap_servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_bytes=8 * 1024 * 1024,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    async with consumer:
        consumer.assign([place])
        taken: list[ConsumerRecord] = []
        tell()
        # What a publisher's claims add is no record of the stream: only the stamped ones have a key.
        while len(taken) < job.count:
            for fetched in (await consumer.getmany(timeout_ms=1_000, max_records=1_000)).values():
                taken += [record for record in fetched if record.key is not None]
        tell()
    tell(**summed((record.key, record.value) for record in taken))


def _topic(job: StreamJob) -> str:
    return f"stream.{job.product_id}"


if __name__ == "__main__":
    ways = {"publish": publish, "publish_batches": publish_batches, "subscribe": subscribe}
    work = msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=StreamJob)
    asyncio.run(ways[sys.argv[1]](work))
