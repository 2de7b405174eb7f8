"""Sending at a constant rate whatever comes back, and how long after its scheduled time each answer was there.

Latency counts from the schedule, not from the sending: a sender that was held up does not hide it.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

_ANSWERS_S_MAX = 30.0


class Loop(ABC):
    """One topic to ask on and one to read answers from.

    Shape: `number_of` says which of the values sent a record answers in full, None if it is none's last answer.
    `due` and `came` are by this process's clock, `written_ms` is when the answer was put into its batch, since 1970.
    """

    def __init__(self, bootstrap_servers: str, asks: str, answers: str) -> None:
        self._asks = asks
        self._place = TopicPartition(answers, 0)
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True
        )
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest", enable_auto_commit=False
        )
        self.due: list[float] = []
        self.written_ms: list[int] = []
        self.came: list[float] = []
        self._all = asyncio.Event()
        self._wanted = 0

    async def __aenter__(self) -> "Loop":
        await self._producer.start()
        await self._consumer.start()
        self._consumer.assign([self._place])
        self._consumer.seek(self._place, 0)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._consumer.stop()
        await self._producer.stop()

    async def run(self, values: Sequence[bytes], per_s: float) -> list[float]:
        """Send `values` at a rate; give the milliseconds from each one's scheduled time to its answer."""
        first = self._wanted
        self._wanted += len(values)
        self._all.clear()
        begins = time.perf_counter() + 0.05
        for number, value in enumerate(values):
            due = begins + number / per_s
            self.due.append(due)
            if (wait_s := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait_s)
            await self._producer.send(self._asks, value, key=b"M-1", partition=0)
        async with asyncio.timeout(_ANSWERS_S_MAX):
            await self._all.wait()
        pairs = zip(self.due[first:], self.came[first:], strict=True)
        return [(came - due) * 1e3 for due, came in pairs]

    @abstractmethod
    def number_of(self, record: ConsumerRecord) -> int | None:
        """Which value a record answers."""

    async def _read(self) -> None:
        async for record in self._consumer:
            number = self.number_of(record)
            if number is None:
                continue
            assert number == len(self.came), f"answer {number} came where {len(self.came)} was due"
            self.written_ms.append(record.timestamp)
            self.came.append(time.perf_counter())
            if len(self.came) == self._wanted:
                self._all.set()
