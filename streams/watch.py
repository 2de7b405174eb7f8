"""Watching one journal partition for the outcomes that somebody waits for."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import NamedTuple

from aiokafka.errors import KafkaError

from exchange.kernel.bases import Outcome, Recorded
from exchange.kernel.errors import ExchangeError, InvariantBroken, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import ClockShifted, Passed, PassedRun
from streams.codec import codec_for
from streams.journal import UNKNOWN, JournalReader
from streams.log import PartitionLog
from streams.tail import nearest_claim
from streams.topics import journal_topic

_MARK_EVERY_FACTS = 5_000
_LOOK_BACK_RECORDS = 100
_LOOK_EVERY_S = 0.01
_POLICY_OUTCOMES_KEPT = 4_096


class Seen(NamedTuple):
    """An outcome and the offset of its last fact; `run` says which part of a `Passed` is meant."""

    outcome: Outcome
    offset: int
    run: PassedRun | None = None


class JournalWatch:
    """Follows one journal partition from a known position and hands outcomes to those who wait for them.

    Shape: `start` is a stored position, or None: then it begins at the nearest claim. `shift_us` is how far
    exchange time was seen to run ahead of the workers' clocks; it never goes back, and begins with `base_us`,
    what is known of it beforehand.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        context: str,
        partition: int,
        start: JournalPosition | None,
        base_us: int = 0,
    ) -> None:
        self.topic = journal_topic(context)
        self.partition = partition
        self.shift_us = base_us
        self._bootstrap_servers = bootstrap_servers
        self._context = context
        self._codec = codec_for(context)
        self._start = start
        self._marks: list[JournalPosition] = []
        self._last_cause = -1
        self._floors: dict[object, int] = {}
        self._kept: deque[tuple[int, Seen]] = deque()
        self._waiting: dict[int | str, list[asyncio.Future[Seen]]] = {}
        self._by_policies: OrderedDict[str, Seen] = OrderedDict()
        self._base_us = base_us
        self._log: PartitionLog | None = None
        self._reader: JournalReader | None = None
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
        """Keep the outcomes of commands sent from now on, until `answer_to` has been asked for them."""
        place = object()
        self._floors[place] = self._last_cause
        try:
            yield
        finally:
            del self._floors[place]
            self._forget()

    def answer_to(self, cause: int) -> asyncio.Future[Seen]:
        """The outcome of the command at offset `cause`, which was sent while `expecting`, now or later."""
        for first, seen in self._kept:
            if first == cause or (seen.run is not None and seen.run.first <= cause <= seen.run.last):
                return self._there(seen)
        return self._waiter(cause)

    async def answer_to_policy(self, command_id: str, *, long_ago: bool = False) -> Seen:
        """The outcome of a policy's command, which was sent while this watch was ready.

        Shape: the last 4,096 of them are at hand; with `long_ago` the journal is searched for an earlier one.
        """
        if (seen := self._by_policies.get(command_id)) is not None:
            return seen
        waiter = self._waiter(command_id)
        if long_ago and (found := await self._search(command_id)) is not None:
            waiter.cancel()
            return found
        return await waiter

    async def _search(self, command_id: str) -> Seen | None:
        async with aclosing(self._again(BEGINNING)) as outcomes:
            async for seen in outcomes:
                meta = seen.outcome[0].meta
                if meta.source is not None and meta.command_id == command_id:
                    return seen
        return None

    async def _again(self, start: JournalPosition) -> AsyncGenerator[Seen, None]:
        """The outcomes that lie in the journal now, from a known position on."""
        reader = JournalReader(self.topic, self.partition, start, self._codec)
        async with PartitionLog(self._bootstrap_servers, self.topic, self.partition) as log:
            async for records in log.read(start.offset, await log.end()):
                for record in records:
                    outcome = reader.feed(record.offset, record.value)
                    if isinstance(outcome, tuple):
                        yield Seen(outcome, record.offset)

    def _there(self, seen: Seen) -> asyncio.Future[Seen]:
        future: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        future.set_result(seen)
        return future

    def _waiter(self, name: int | str) -> asyncio.Future[Seen]:
        if self._task is None or self._task.done():
            raise self._ended()
        future: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(name, []).append(future)
        future.add_done_callback(lambda done: self._no_longer(name, done))
        return future

    def _no_longer(self, name: int | str, future: asyncio.Future[Seen]) -> None:
        """Forget who waits, also where it gave up."""
        waiting = self._waiting.get(name, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(name, None)

    async def next_seq(self) -> int:
        """The sequence number after the last fact that lies in the journal now.

        Raises: Unavailable if the watch has ended.
        """
        end = await self._log_end()
        while self._reader is None or self._reader.next_offset < end or self._reader.position.seq == UNKNOWN:
            if self.failed:
                raise self._ended()
            await asyncio.sleep(_LOOK_EVERY_S)
        return self._reader.position.seq

    async def _log_end(self) -> int:
        if self._log is None:
            raise self._ended()
        return await self._log.end()

    async def outcome_from(self, seq: int) -> Seen:
        """The outcome whose first fact is `seq`, read again from the journal.

        Raises: InvariantBroken if no outcome begins there.
        """
        start = BEGINNING
        for mark in self._marks:
            if mark.seq <= seq:
                start = mark
        async with aclosing(self._again(start)) as outcomes:
            async for seen in outcomes:
                first = seen.outcome[0].meta.seq
                if first == seq:
                    return seen
                if first > seq:
                    break
        raise InvariantBroken(f"journal {self.topic}/{self.partition}: no outcome begins with fact {seq}")

    async def _run(self, caught_up: asyncio.Future[None]) -> None:
        try:
            async with PartitionLog(
                self._bootstrap_servers, self.topic, self.partition, fetch_wait_ms=20
            ) as log:
                end = await log.end()
                start = self._start or await nearest_claim(log, self._codec)
                await self._learn_shift(log, start.offset)
                reader = JournalReader(self.topic, self.partition, start, self._codec)
                self._log, self._reader = log, reader
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
        except (KafkaError, OSError) as error:
            self._fail(
                Unavailable(f"journal {self.topic}/{self.partition} cannot be followed: {error!r}"), caught_up
            )
        except BaseException as error:
            self._fail(self._ended(), caught_up)
            raise error

    async def _learn_shift(self, log: PartitionLog, before: int) -> None:
        """Look at what lies before the start: after a restart there may be no fact behind it yet."""
        async for records in log.read(max(0, before - _LOOK_BACK_RECORDS), before):
            for record in records:
                known = self._codec.decode_fact(record.value or b"")
                if isinstance(known, Recorded):
                    self._learn(known, record.timestamp)

    def _reached(self, reader: JournalReader, end: int, caught_up: asyncio.Future[None]) -> None:
        if reader.next_offset >= end and not caught_up.done():
            self._mark(reader.position)
            caught_up.set_result(None)

    def _see(self, outcome: Outcome, offset: int, timestamp_ms: int) -> None:
        for recorded in outcome:
            self._learn(recorded, timestamp_ms)
        meta, fact = outcome[0]
        self._last_cause = meta.cause
        if isinstance(fact, Passed):
            for run in fact.runs:
                self._keep(run.first, Seen(outcome, offset, run))
                self._tell_run(run, Seen(outcome, offset, run))
            return
        seen = Seen(outcome, offset)
        self._keep(meta.cause, seen)
        self._tell(meta.cause, seen)
        if meta.source is not None:
            self._by_policies[meta.command_id] = seen
            self._tell(meta.command_id, seen)
            if len(self._by_policies) > _POLICY_OUTCOMES_KEPT:
                self._by_policies.popitem(last=False)

    def _learn(self, recorded: Recorded, timestamp_ms: int) -> None:
        """Exchange time runs ahead by what a fact shows, or by what a shift says from then on."""
        ahead_us = recorded.meta.at - timestamp_ms * 1_000
        if isinstance(recorded.fact, ClockShifted):
            ahead_us = self._base_us + recorded.fact.shift_us
        self.shift_us = max(self.shift_us, ahead_us)

    def _keep(self, cause: int, seen: Seen) -> None:
        if self._floors:
            self._kept.append((cause, seen))

    def _forget(self) -> None:
        floor = min(self._floors.values(), default=None)
        while self._kept and (floor is None or self._kept[0][1].outcome[-1].meta.cause <= floor):
            self._kept.popleft()

    def _tell_run(self, run: PassedRun, seen: Seen) -> None:
        for name in list(self._waiting):
            if isinstance(name, int) and run.first <= name <= run.last:
                self._tell(name, seen)

    def _tell(self, name: int | str, seen: Seen) -> None:
        for future in self._waiting.pop(name, []):
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
