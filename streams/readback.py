"""A worker reads its own journals back: a foreign claim means that another one leads."""

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import Claimed
from streams.codec import Codec
from streams.fetched import as_read, see_to_fetched, without_those_of
from streams.journal import read_record
from streams.kafka_access import access_to
from streams.writer import CONTROL_KEY

_WAIT_MS = 100
"""How long Kafka gathers what is appended: looking after every small append would cost more than the append."""
_MANY_BYTES = 256 * 1024


class Deposed(InvariantBroken):
    """Another worker has claimed a partition led by this one."""

    remedy = "Nothing is to be done; if it repeats, two workers share a slot."


class ReadBack:
    """Watches the journals of led partitions for claims that are not one's own.

    Shape: `watch` and `unwatch` as partitions come and go; `fail` is told of the first foreign claim, a tenth of a
    second after it at the latest while Kafka answers, and of anything that ends the watch. What `own` has written,
    the producer of whoever leads here, is passed over by its id: most of a journal by far.
    """

    def __init__(
        self, bootstrap_servers: str, own: AIOKafkaProducer, fail: Callable[[BaseException], None]
    ) -> None:
        self._own = own
        self._fail = fail
        self._changing = asyncio.Lock()
        self._claims: dict[TopicPartition, tuple[int, Codec]] = {}
        self._task: asyncio.Task[None] | None = None
        self._consumer = AIOKafkaConsumer(
            **access_to(bootstrap_servers),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=1024 * 1024,
            fetch_max_wait_ms=_WAIT_MS,
            fetch_min_bytes=_MANY_BYTES,
        )

    async def start(self) -> None:
        """Connect."""
        await self._consumer.start()
        see_to_fetched(self._consumer, self._see)

    async def stop(self) -> None:
        """Stop watching everything."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._consumer.stop()

    async def watch(self, topic: str, partition: int, claim: int, codec: Codec) -> None:
        """Look for claims after `claim`."""
        place = TopicPartition(topic, partition)
        async with self._changing:
            self._claims[place] = (claim, codec)
            await self._assign({place: claim + 1})

    async def unwatch(self, topic: str, partition: int) -> None:
        """Look no longer."""
        async with self._changing:
            if self._claims.pop(TopicPartition(topic, partition), None) is not None:
                await self._assign({})

    async def _assign(self, starts: dict[TopicPartition, int]) -> None:
        kept = {
            place: await self._consumer.position(place)
            for place in self._consumer.assignment()
            if place in self._claims and place not in starts
        }
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._consumer.assign(list(self._claims))
        for place, offset in (kept | starts).items():
            self._consumer.seek(place, offset)
        self._task = asyncio.create_task(self._watch()) if self._claims else None

    def _see(self, place: TopicPartition, records: PartitionRecords) -> None:
        as_read(place, records)
        without_those_of(self._own, records)

    async def _watch(self) -> None:
        try:
            while True:
                taken = await self._consumer.getmany(timeout_ms=1_000, max_records=2_000)
                for place, records in taken.items():
                    for record in records:
                        if record.key == CONTROL_KEY:
                            self._check(place, record.offset, record.value)
                await asyncio.sleep(0)
        except Exception as error:
            self._fail(error)
            raise

    def _check(self, place: TopicPartition, offset: int, value: bytes) -> None:
        claim, codec = self._claims[place]
        record = read_record(codec, place.topic, place.partition, offset, value)
        if isinstance(record, Claimed) and offset > claim:
            raise Deposed(
                f"{place.topic}/{place.partition}: {record.worker} claimed it at offset {offset}, after this"
                f" worker's claim {claim}"
            ).about(
                topic=place.topic, partition=place.partition, offset=offset, claim=claim, worker=record.worker
            )
