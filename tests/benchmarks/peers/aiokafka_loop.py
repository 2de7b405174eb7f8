"""A plain aiokafka loop: take what was fetched, decide each record, send its facts, wait for the acks, commit."""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tests.benchmarks.peers.deciding import PlainDecider, job
from tests.benchmarks.stamp import begun


async def main() -> None:
    """Decide until told to stop."""
    work = job()
    consumer = AIOKafkaConsumer(
        work.commands,
        bootstrap_servers=work.bootstrap_servers,
        group_id=work.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    # With a little lingering the two facts of many commands share a batch.
    producer = AIOKafkaProducer(
        bootstrap_servers=work.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=256 * 1024,
    )
    decider = PlainDecider(work.first, begun)
    async with consumer, producer:
        while True:
            taken = await consumer.getmany(timeout_ms=1_000, max_records=500)
            sent = [
                await producer.send(work.facts, value, key=record.key, partition=record.partition)
                for records in taken.values()
                for record in records
                for value in decider.decide(record.offset, record.timestamp, record.value)
            ]
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()


if __name__ == "__main__":
    asyncio.run(main())
