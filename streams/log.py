"""Reading one Kafka partition by offsets, outside any group: for folds, tails and read-back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.fetched import Record, as_read, see_to_fetched
from streams.kafka_access import access_to, out_of_reach

_RECORDS_MAX = 500
"""Records taken at once: few enough not to hold the loop longer than 10 ms."""


class PartitionLog:
    """One partition, read from any offset. An async context manager.

    Raises: Unavailable if the broker cannot be reached, NotLetIn if it does not let us in.
    """

    def __init__(
        self, bootstrap_servers: str, topic: str, partition: int, *, fetch_wait_ms: int = 100
    ) -> None:
        self._servers = bootstrap_servers
        self.place = TopicPartition(topic, partition)
        # Without `earliest` an unset position would jump to the end and read nothing, silently.
        self._consumer = AIOKafkaConsumer(
            **access_to(bootstrap_servers),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=fetch_wait_ms,
            max_partition_fetch_bytes=1024 * 1024,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
        except BaseException as error:
            await self._consumer.stop()
            if isinstance(error, KafkaError | OSError):
                said = f"Kafka cannot be reached to read {self.place.topic}: {error}"
                raise await out_of_reach(self._servers, error, said) from error
            raise
        see_to_fetched(self._consumer, as_read)
        self._consumer.assign([self.place])
        # aiokafka's own task must have begun before it can be ended: else `stop` raises its cancellation.
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    @property
    def name(self) -> str:
        """`topic/partition`, for messages."""
        return f"{self.place.topic}/{self.place.partition}"

    async def beginning(self) -> int:
        """The offset of the first record that is still there."""
        return int((await self._consumer.beginning_offsets([self.place]))[self.place])

    async def end(self) -> int:
        """The offset after the last record."""
        return int((await self._consumer.end_offsets([self.place]))[self.place])

    async def read(self, first: int, end: int) -> AsyncIterator[Sequence[Record]]:
        """Give the records at `first` up to, not including, `end`, in slices that leave the loop room."""
        if first >= end:
            return
        self._consumer.seek(self.place, first)
        while True:
            records = await self._take()
            kept = (
                records if not records or records[-1].offset < end else [r for r in records if r.offset < end]
            )
            if kept:
                yield kept
            # What lies at the end may be no record, where somebody else's transaction left its mark.
            passed = records[-1].offset + 1 if records else await self._consumer.position(self.place)
            if passed >= end:
                return

    async def tail(self, first: int) -> AsyncIterator[Sequence[Record]]:
        """Give the records from `first` on, for ever, in slices that leave the loop room."""
        self._consumer.seek(self.place, first)
        while True:
            if records := await self._take():
                yield records

    async def _take(self) -> Sequence[Record]:
        """What comes within a second."""
        # getmany does not yield on buffered data; without this a long read starves the heartbeats.
        await asyncio.sleep(0)
        taken = await self._consumer.getmany(self.place, timeout_ms=1_000, max_records=_RECORDS_MAX)
        found: Sequence[Record] = taken.get(self.place, ())
        return found
