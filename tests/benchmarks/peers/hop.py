"""One bare hop: what comes in on one topic goes out on another, as soon as it comes. aiokafka and nothing else."""

import asyncio
import os

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


class Hop(msgspec.Struct, frozen=True):
    """From one topic to another."""

    bootstrap_servers: str
    source: str
    target: str


async def main(hop: Hop) -> None:
    """Pass on until told to stop."""
    consumer = AIOKafkaConsumer(
        hop.source, bootstrap_servers=hop.bootstrap_servers, group_id="hop", auto_offset_reset="earliest"
    )
    producer = AIOKafkaProducer(bootstrap_servers=hop.bootstrap_servers, acks="all", enable_idempotence=True)
    async with consumer, producer:
        async for record in consumer:
            await producer.send(hop.target, record.value, key=record.key, partition=0)


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=Hop)))
