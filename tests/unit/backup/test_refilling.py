"""Writing records back: each at the offset it had, also where an offset held none."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import NotEnoughReplicasError
from aiokafka.producer.message_accumulator import BatchBuilder

from exchange.kernel.errors import InvariantBroken, Unavailable
from streams.backup.manifest import TopicPart
from streams.backup.refilling import Filling
from streams.backup.segments import Stored


class Topic:
    """A producer whose topic begins at `offset` and takes small batches; `failure` is what it answers with."""

    def __init__(self, offset: int = 0, failure: Exception | None = None) -> None:
        self.offset, self.failure = offset, failure
        self.batches: list[int] = []

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(1_000, 0)

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        answer = asyncio.get_running_loop().create_future()
        if self.failure:
            answer.set_exception(self.failure)
        else:
            answer.set_result(type("Metadata", (), {"offset": self.offset}))
        self.batches.append(batch.record_count())
        self.offset += batch.record_count()
        return answer


def part(end: int) -> TopicPart:
    return TopicPart(topic="t", partition=0, member="m", end=end, records=0, size_bytes=0, digest="")


def record(offset: int) -> Stored:
    return Stored(offset, 1_000 + offset, b"k", b"v" * 50, ())


async def test_offsets_that_held_no_record_are_filled() -> None:
    topic = Topic()
    filling = Filling(topic, part(60))  # type: ignore[arg-type]
    await filling.take([record(n) for n in range(20)])
    await filling.take([record(n) for n in (25, 26, 40)])
    await filling.end()
    assert topic.offset == 60
    assert len(topic.batches) > 2


async def test_a_record_that_comes_to_another_offset_ends_it() -> None:
    filling = Filling(Topic(offset=3), part(1))  # type: ignore[arg-type]
    await filling.take([record(0)])
    with pytest.raises(InvariantBroken, match="record 0 came to offset 3; something else writes to it"):
        await filling.end()


async def test_a_broker_that_does_not_take_a_batch_is_named() -> None:
    filling = Filling(Topic(failure=NotEnoughReplicasError()), part(1))  # type: ignore[arg-type]
    await filling.take([record(0)])
    with pytest.raises(Unavailable, match="Kafka did not take a record batch of t"):
        await filling.end()
