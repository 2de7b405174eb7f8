"""Faust's consumer, taught to hand on batches, to read from where the owner says, and never to commit too much."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from aiokafka.errors import ConsumerStoppedError
from faust.transport.consumer import RecordMap, ensure_TP, ensure_TPset
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message
from mode.types import ServiceT

from exchange.kernel.errors import InvariantBroken
from streams.host.scheduler import BatchScheduler
from streams.host.thread import InLoopThread, QuickFetchThread

if TYPE_CHECKING:
    from streams.app import HostApp

YIELD_EVERY = 100
"""Records handed on one by one between two chances for the rest of the loop."""


class RebalanceListener(driver.ConsumerRebalanceListener):
    """Numbers assignments by itself: a static member that rejoins keeps Kafka's number, and old work would look new."""

    def on_partitions_revoked(self, revoked: Any) -> Any:
        """End the generation at once, before anything is awaited."""
        _app_of(self._thread).partitions.supersede(rebalancing=True)
        return super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: Any) -> None:
        number = _app_of(self._thread).partitions.supersede(rebalancing=False)
        await self._thread.on_partitions_assigned(ensure_TPset(assigned), number)


class BatchConsumer(driver.Consumer):
    """The stock threaded consumer, for batch topics too."""

    RebalanceListener = RebalanceListener

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._partitions = _app_of(self).partitions
        self._batch_topics = self._partitions.batch_topics
        self.scheduler = BatchScheduler(self._batch_topics)
        self._readable = asyncio.Event()
        self._next: dict[TP, int] = {}
        self._in_flight: defaultdict[TP, deque[int]] = defaultdict(deque)
        self.stale_messages = 0
        """Messages dropped because they were fetched for an assignment that has ended."""
        self.stale_acks = 0
        """Acknowledgements ignored for the same reason: the partition may be another's by now."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return QuickFetchThread(self, loop=self.loop, beacon=self.beacon)

    # What is handed on.

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        if tp.topic not in self._batch_topics:
            return super()._to_message(tp, record)
        last = record[-1]
        return ConsumerMessage(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000.0,
            last.timestamp_type,
            None,
            None,
            record,
            None,
            tp=ensure_TP(TP(*tp)),
            generation_id=self.app.consumer_generation_id,
        )

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        since_yield = 0
        try:
            while not (self.should_stop or fetcher.should_stop):
                async for tp, message in self.getmany(timeout=1.0):
                    await self._hand_on(tp, message)
                    since_yield += 1
                    if since_yield >= YIELD_EVERY:
                        since_yield = 0
                        await asyncio.sleep(0)
                # Neither a fetch of buffered records nor handing them on gives the loop to anybody else.
                await asyncio.sleep(0)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _wait_next_records(self, timeout: float) -> tuple[RecordMap | None, set[TP] | None]:
        # With nothing to read from, stock sleeps a second, whatever happens meanwhile.
        if not self.flow_active:
            await self.wait(cast(Any, self.can_resume_flow))
        while self.flow_active and not self.should_stop and not self._active_partitions:
            self._readable.clear()
            # Not `wait_for`: in Python 3.11 it forgets a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._readable.wait()
        return await super()._wait_next_records(timeout)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        super().resume_partitions(tps)
        self._readable.set()

    def on_buffer_drop(self, tp: TP) -> None:
        """Read again from a partition whose owner was busy, at once: stock waits for the next record of another."""
        super().on_buffer_drop(tp)
        self._readable.set()
        cast(QuickFetchThread, self._thread).look_again()

    async def _hand_on(self, tp: TP, message: Message) -> None:
        if not self._partitions.accepts(tp, message):
            self.stale_messages += 1
            return
        if tp.topic in self._batch_topics:
            self._note_batch(tp, message)
        elif not await self._follows(tp, message):
            return
        await self._deliver(message)
        # Meanwhile the partition may have been taken away or sought elsewhere.
        if self._partitions.accepts(tp, message):
            self._read_offset[tp] = message.offset

    def _note_batch(self, tp: TP, message: Message) -> None:
        first = cast(list[Any], message.value)[0].offset
        if first < self._next[tp]:
            raise InvariantBroken(
                f"{tp.topic}/{tp.partition} went back to offset {first} after {self._next[tp] - 1} was handed on"
            )
        self._next[tp] = message.offset + 1
        self._in_flight[tp].append(message.offset)

    async def _follows(self, tp: TP, message: Message) -> bool:
        """As stock: drop what was read already, and count offsets that do not exist as acknowledged."""
        read = self._read_offset[tp]
        if read is not None and message.offset < read:
            return False
        if read and message.offset - read > 1 and self.app.topics.acks_enabled_for(message.topic):
            await self._add_gap(tp, read + 1, message.offset)
        return True

    async def _deliver(self, message: Message) -> None:
        # A suspended flow must not hold the message until the next assignment.
        await self.wait_first(
            cast(Any, self.callback(message)),
            cast(Any, self.suspend_flow.wait()),
        )

    # What is acknowledged and committed.

    def ack(self, message: Message) -> bool:
        """Count an acknowledgement, unless the message belongs to an assignment that has ended."""
        if message.generation_id != self.app.consumer_generation_id:
            self.stale_acks += 1
            return False
        return super().ack(message)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        # Offsets inside a batch are no gap. Counted as one they would be acknowledged.
        if tp.topic not in self._batch_topics:
            await super()._add_gap(tp, offset_from, offset_to)

    def _new_offset(self, tp: TP) -> int | None:
        if tp.topic not in self._batch_topics:
            return super()._new_offset(tp)
        in_flight, acked = self._in_flight[tp], self._acked_index[tp]
        done: int | None = None
        while in_flight and in_flight[0] in acked:
            done = in_flight.popleft()
        if done is None:
            return None
        acked.intersection_update(in_flight)
        self._acked[tp][:] = sorted(acked)
        return done + 1

    # Where reading starts.

    async def perform_seek(self) -> None:
        """Read batch topics from where their owners say, all others from the committed offset."""
        assigned = self.assignment()
        if singly := {tp for tp in assigned if tp.topic not in self._batch_topics}:
            # Raise before Faust's own limit, after which it silently waits for the next assignment.
            async with asyncio.timeout(self.app.conf.broker_request_timeout / 2):
                await self._seek_to_committed(singly)
        taken = self._partitions.to_open()
        if taken is None:
            return  # Not taken over yet, and then this is called again; or read already, and must not be read twice.
        await self._thread.seek_wait(taken.positions)
        for tp, position in taken.positions.items():
            self._forget(tp)
            self._next[tp] = self._committed_offset[tp] = self._read_offset[tp] = position
        self._partitions.open(taken)

    async def _seek_to_committed(self, tps: set[TP]) -> None:
        partitions = [driver.ensure_aiokafka_TP(tp) for tp in tps]
        seek = self._thread._ensure_consumer().seek_to_committed
        committed = await self._thread.call_thread(seek, *partitions)
        for tp, offset in committed.items():
            self._read_offset[ensure_TP(tp)] = offset
            if offset is not None:
                self._committed_offset[ensure_TP(tp)] = offset or None

    def _forget(self, tp: TP) -> None:
        for remembered in (self._in_flight, self._acked, self._acked_index, self._next):
            cast(dict[TP, Any], remembered).pop(tp, None)


class InLoopConsumer(BatchConsumer):
    """The consumer in the agents' own loop, handing on by a plain await."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return InLoopThread(self, loop=self.loop, beacon=self.beacon)

    async def _deliver(self, message: Message) -> None:
        # The stock way makes four tasks a message. Nothing waits in here while the flow is suspended: `getmany`
        # hands out nothing then, and clearing the queues wakes whoever waits for room in one.
        await self.callback(message)


def _app_of(service: Any) -> "HostApp":
    return cast("HostApp", service.app)
