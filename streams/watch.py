"""Watching one journal partition for the outcomes that somebody waits for."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from exchange.kernel.common import Passed, PassedRun
from exchange.kernel.errors import ExchangeError, InvariantBroken, Unavailable
from exchange.kernel.messages import Outcome, Recorded
from exchange.kernel.position import BEGINNING, JournalPosition
from streams.codec import codec_for
from streams.journal import UNKNOWN, JournalReader
from streams.log import PartitionLog
from streams.tail import nearest_claim
from streams.topics import journal_topic

_MARK_EVERY_FACTS = 5_000
_LOOK_BACK_RECORDS = 100


class Seen(NamedTuple):
    """An outcome and the offset of its last fact; `run` says which part of a `Passed` is meant."""

    outcome: Outcome
    offset: int
    run: PassedRun | None = None


class JournalWatch:
    """Follows one journal partition from a known position and hands outcomes to those who wait for them.

    Shape: `start` is a stored position, or None: then it begins at the nearest claim. `shift_us` is how far
    exchange time was seen to run ahead of the workers' clocks; it never goes back.
    """

    def __init__(
        self, bootstrap_servers: str, context: str, partition: int, start: JournalPosition | None
    ) -> None:
        self.topic = journal_topic(context)
        self.partition = partition
        self.shift_us = 0
        self._bootstrap_servers = bootstrap_servers
        self._context = context
        self._codec = codec_for(context)
        self._start = start
        self._marks: list[JournalPosition] = []
        self._last_cause = -1
        self._floors: dict[object, int] = {}
        self._kept: deque[tuple[int, Seen]] = deque()
        self._waiting: dict[int, list[asyncio.Future[Seen]]] = {}
        self._caught_up: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def failed(self) -> bool:
        """Whether the watch has ended; a new one has to be made then."""
        return self._task is not None and self._task.done()

    async def ready(self) -> None:
        """Wait until everything that lay in the journal when the watch began has been seen.

        Raises: whatever ended the watch.
        """
        if self._task is None:
            self._caught_up = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run(self._caught_up))
        if self._caught_up is not None:
            await asyncio.shield(self._caught_up)

    async def stop(self) -> None:
        """End the watch; whoever still waits is told."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Keep the outcomes of commands sent from now on, until the answer has been taken."""
        place = object()
        self._floors[place] = self._last_cause
        try:
            yield
        finally:
            del self._floors[place]
            self._forget()

    async def answer_to(self, cause: int) -> Seen:
        """The outcome of the command at offset `cause`, which was sent while `expecting`."""
        for first, seen in self._kept:
            if first == cause or (seen.run is not None and seen.run.first <= cause <= seen.run.last):
                return seen
        future: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            raise self._ended()
        self._waiting.setdefault(cause, []).append(future)
        try:
            return await future
        finally:
            waiting = self._waiting.get(cause, [])
            if future in waiting:
                waiting.remove(future)
            if not waiting:
                self._waiting.pop(cause, None)

    async def outcome_from(self, seq: int) -> Seen:
        """The outcome whose first fact is `seq`, read again from the journal.

        Raises: InvariantBroken if no outcome begins there.
        """
        start = BEGINNING
        for mark in self._marks:
            if mark.seq <= seq:
                start = mark
        reader = JournalReader(self.topic, self.partition, start, self._codec)
        async with PartitionLog(self._bootstrap_servers, self.topic, self.partition) as log:
            async for records in log.read(start.offset, await log.end()):
                for record in records:
                    outcome = reader.feed(record.offset, record.value)
                    if isinstance(outcome, tuple) and outcome[0].meta.seq >= seq:
                        if outcome[0].meta.seq > seq:
                            raise self._no_outcome(seq)
                        return Seen(outcome, record.offset)
        raise self._no_outcome(seq)

    async def _run(self, caught_up: asyncio.Future[None]) -> None:
        try:
            async with PartitionLog(
                self._bootstrap_servers, self.topic, self.partition, fetch_wait_ms=20
            ) as log:
                end = await log.end()
                start = self._start or await nearest_claim(log, self._codec)
                await self._learn_shift(log, start.offset)
                reader = JournalReader(self.topic, self.partition, start, self._codec)
                self._reached(reader, end, caught_up)
                async for records in log.tail(reader.next_offset):
                    for record in records:
                        outcome = reader.feed(record.offset, record.value)
                        if isinstance(outcome, tuple):
                            self._see(outcome, record.offset, record.timestamp)
                            self._mark(reader.position)
                    self._reached(reader, end, caught_up)
        except ExchangeError as error:
            self._fail(error, caught_up)
        except BaseException as error:
            self._fail(self._ended(), caught_up)
            raise error

    async def _learn_shift(self, log: PartitionLog, before: int) -> None:
        """Look at what lies before the start: after a restart there may be no fact behind it yet."""
        async for records in log.read(max(0, before - _LOOK_BACK_RECORDS), before):
            for record in records:
                known = self._codec.decode_fact(record.value)
                if isinstance(known, Recorded):
                    self.shift_us = max(self.shift_us, known.meta.at - record.timestamp * 1_000)

    def _reached(self, reader: JournalReader, end: int, caught_up: asyncio.Future[None]) -> None:
        if reader.next_offset >= end and not caught_up.done():
            self._mark(reader.position)
            caught_up.set_result(None)

    def _see(self, outcome: Outcome, offset: int, timestamp_ms: int) -> None:
        meta = outcome[-1].meta
        self.shift_us = max(self.shift_us, meta.at - timestamp_ms * 1_000)
        self._last_cause = meta.cause
        for recorded in outcome:
            if isinstance(recorded.fact, Passed):
                for run in recorded.fact.runs:
                    self._keep(run.first, Seen(outcome, offset, run))
                    self._tell_run(Seen(outcome, offset, run))
                return
        self._keep(meta.cause, Seen(outcome, offset))
        self._tell(meta.cause, Seen(outcome, offset))

    def _keep(self, cause: int, seen: Seen) -> None:
        if self._floors:
            self._kept.append((cause, seen))

    def _forget(self) -> None:
        floor = min(self._floors.values(), default=None)
        while self._kept and (floor is None or self._kept[0][1].outcome[-1].meta.cause <= floor):
            self._kept.popleft()

    def _tell_run(self, seen: Seen) -> None:
        run = seen.run
        if run is not None:
            for cause in [cause for cause in self._waiting if run.first <= cause <= run.last]:
                self._tell(cause, seen)

    def _tell(self, cause: int, seen: Seen) -> None:
        for future in self._waiting.pop(cause, []):
            if not future.done():
                future.set_result(seen)

    def _mark(self, position: JournalPosition) -> None:
        if position.seq == UNKNOWN:
            return
        if not self._marks or position.seq - self._marks[-1].seq >= _MARK_EVERY_FACTS:
            self._marks.append(position)

    def _fail(self, error: ExchangeError, caught_up: asyncio.Future[None]) -> None:
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(error)
        self._waiting.clear()
        if not caught_up.done():
            caught_up.set_exception(error)
            # Whoever asks for it is told; that nobody may is no reason to complain.
            caught_up.exception()

    def _ended(self) -> Unavailable:
        return Unavailable(f"journal {self.topic}/{self.partition} is no longer watched; ask again")

    def _no_outcome(self, seq: int) -> InvariantBroken:
        return InvariantBroken(f"journal {self.topic}/{self.partition}: no outcome begins with fact {seq}")
