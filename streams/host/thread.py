"""The consumer "threads" of Faust: the stock one with a quicker fetch, and one that is no thread at all."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import PartitionRecords
from faust.transport.consumer import RecordMap
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Transport
from mode import Service
from mode.utils.futures import maybe_async

from streams.fetched import as_read, see_to_fetched
from streams.host.patience import wait_longer_for_all

if TYPE_CHECKING:
    from streams.app import HostApp


class QuickFetchThread(AIOKafkaConsumerThread):
    """The stock thread, except that the broker answers a fetch at once instead of within 1.5 s."""

    def _create_worker_consumer(self, transport: Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        settings = cast("HostApp", self.app).settings
        # Faust hard-codes 1,500 ms. The fetcher is built from these when the consumer starts.
        consumer._fetch_max_wait_ms = settings.fetch_max_wait_ms
        consumer._fetch_min_bytes = settings.fetch_min_bytes
        return consumer

    async def on_start(self) -> None:
        await super().on_start()
        consumer, settings = self._ensure_consumer(), cast("HostApp", self.app).settings
        see_to_fetched(consumer, self._see)
        wait_longer_for_all(consumer, settings.fetch_idle_wait_ms)

    def _see(self, place: TopicPartition, records: PartitionRecords) -> None:
        # What comes one by one is made into messages by Faust, which asks for sizes too.
        if place.topic in cast("HostApp", self.app).partitions.batch_topics:
            as_read(place, records)

    async def _fetch_records(self, consumer: AIOKafkaConsumer, *args: Any, **kwargs: Any) -> RecordMap:
        # Faust goes past the calls in which aiokafka tells that its background tasks have failed for good.
        consumer._coordinator.check_errors()
        if consumer._fetcher.error_future.done():
            consumer._fetcher.error_future.result()
        return await super()._fetch_records(consumer, *args, **kwargs)

    def look_again(self) -> None:
        """Have a fetch that waits look at what is there: a partition may be read again."""
        fetcher = self._ensure_consumer()._fetcher

        def wake() -> None:
            for waiter in list(fetcher._fetch_waiters):
                fetcher._notify(waiter)

        self.thread_loop.call_soon_threadsafe(wake)


class InLoopThread(QuickFetchThread):
    """Faust's consumer thread without a thread: an ordinary service, and every call to it is a direct await.

    Only `start` makes the thread and only `stop` waits for its end (`wait_for_shutdown`); the other steps of a
    `ServiceThread` do in one loop what they do in two.
    """

    wait_for_shutdown = False

    def __init__(self, consumer: Any, *, loop: asyncio.AbstractEventLoop, **kwargs: Any) -> None:
        super().__init__(consumer, loop=loop, thread_loop=loop, **kwargs)

    async def start(self) -> None:
        await Service.start(self)

    async def on_stop(self) -> None:
        """Leave the group and close the connections: what `on_thread_stop` does in a thread."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def call_thread(self, fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await maybe_async(fun(*args, **kwargs))
