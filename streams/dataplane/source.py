"""The raw records of one stream, taken from its topic in big fetches and small slices."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from exchange.kernel.errors import InvariantBroken, Misuse, Unavailable
from streams.dataplane.layout import PARTITION
from streams.fetched import Record, as_read, see_to_fetched
from streams.kafka_access import access_to
from streams.topics import stream_topic

FETCH_BYTES = 4 * 1024 * 1024
SLICE_RECORDS = 1_000
"""Records taken at once: about 5 ms of work, so that nothing else on the loop waits longer."""


@contextmanager
def reaching(topic: str) -> Iterator[None]:
    """Turn the client's errors about `topic` into ours."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(
            f"topic {topic}: Kafka cannot be reached or refused: {error!r}; try again"
        ) from error


class RawSource:
    """One stream's topic, read by offsets and outside any group. An async context manager.

    Raises: Misuse if the stream has no topic, Unavailable if Kafka cannot be reached, InvariantBroken if
    the topic does not hold the offset to be read.
    """

    def __init__(self, bootstrap_servers: str, product_id: str) -> None:
        self.topic = stream_topic(product_id)
        self.offset = 0
        self._place = TopicPartition(self.topic, PARTITION)
        # Without `earliest` an offset that is not there would jump to the end and read nothing, silently.
        self._consumer = AIOKafkaConsumer(
            **access_to(bootstrap_servers),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            fetch_max_bytes=2 * FETCH_BYTES,
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def __aenter__(self) -> Self:
        try:
            with reaching(self.topic):
                await self._consumer.start()
                known = self.topic in await self._consumer.topics()
            if not known:
                raise Misuse(
                    f"stream topic {self.topic} does not exist; publish to it or list its product first"
                )
            see_to_fetched(self._consumer, as_read)
            self._consumer.assign([self._place])
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def end(self) -> int:
        """The offset after the last record."""
        with reaching(self.topic):
            ends = await self._consumer.end_offsets([self._place])
        return int(ends[self._place])

    def seek(self, offset: int) -> None:
        """Read on from `offset`."""
        self.offset = offset
        self._consumer.seek(self._place, offset)

    async def take(self, wait_s: float, records_max: int = SLICE_RECORDS) -> Sequence[Record]:
        """The next records, at most `records_max`; none if none come within `wait_s`."""
        # Taking what is buffered does not yield: without this a long read would starve everything else.
        await asyncio.sleep(0)
        with reaching(self.topic):
            taken = await self._consumer.getmany(
                self._place, timeout_ms=int(wait_s * 1_000), max_records=records_max
            )
        records: Sequence[Record] = taken.get(self._place, ())
        if records:
            if records[0].offset != self.offset or records[-1].offset - self.offset + 1 != len(records):
                raise InvariantBroken(
                    f"topic {self.topic}: record {self.offset} was due, {records[0].offset} to"
                    f" {records[-1].offset} came; the topic was cut back or swapped"
                )
            self.offset += len(records)
        return records
