"""Asking the exchange: send a command, and learn its outcome from the journal as every reader sees it."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from types import TracebackType
from typing import NamedTuple, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from exchange.kernel.bases import Command, CommandMeta, Source, type_name
from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.partitions import partition_of
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import POLICY_ACTOR, InputUnreadable, Refused, Repeated
from exchange.policies import POLICIES, asked_for, asked_of
from streams.answers import Answer, AnswerPosition, AnswerUnknown
from streams.clock import Clock
from streams.codec import codec_for
from streams.dataplane.source import reaching
from streams.deadline import DEADLINE_S, Deadline
from streams.fetched import Record
from streams.journal import JournalReader
from streams.limits import COMMAND_BYTES_MAX
from streams.log import PartitionLog
from streams.producers import producing
from streams.settings import DEFAULT_PARTITIONS
from streams.tail import Followed
from streams.topics import commands_topic, journal_topic
from streams.vocabulary import CONTEXTS
from streams.watch import JournalWatch, Seen

VALID_S = 300.0
"""How long a question stands: long enough for clocks that differ, short enough to surprise nobody later."""
_VALID_S_MAX = 6 * 24 * 3_600.0
"""What a deadline without end comes to: the exchange remembers a question for seven days."""
_STOP_S = 2.0
"""How long leaving waits for what is still in flight; whoever sent it was told that its outcome is unknown."""


WALL_CLOCK = Clock()


class Client:
    """Asks the contexts of one exchange. An async context manager.

    Shape: `partitions` are those of the exchange's settings; `clock` is its clock, if it is shifted: what
    is shifted later is learned from the journals. `positions` are stored ones by (context, partition), from
    which to watch; without one, watching begins at the journal's nearest claim.
    Raises: Unavailable if Kafka does not answer, NotLetIn if it does not let us in.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        partitions: Mapping[str, int] = DEFAULT_PARTITIONS,
        *,
        clock: Clock = WALL_CLOCK,
        positions: Mapping[tuple[str, int], JournalPosition] | None = None,
    ) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.partitions = dict(partitions)
        self._clock = clock
        self._positions = dict(positions or {})
        self._watches: dict[tuple[str, int], JournalWatch] = {}
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self.closed = False
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def connect(self, deadline_s: float | Deadline = DEADLINE_S) -> None:
        """Reach Kafka, before anything is asked of it."""
        deadline = Deadline.of(deadline_s)
        try:
            async with deadline.timeout():
                await self._connected()
        except TimeoutError as error:
            raise Unavailable(
                f"Kafka at {self.bootstrap_servers} does not answer within {deadline}"
            ) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop watching and sending; whatever is asked later is refused."""
        self.closed = True
        watches, self._watches = list(self._watches.values()), {}
        await asyncio.gather(*(watch.stop() for watch in watches))
        await self._disconnect()

    def refuse_closed(self) -> None:
        """Raises: Misuse if the exchange was closed."""
        if self.closed:
            raise Misuse("this exchange was closed; open it again")

    def partition(self, context: str, key: str) -> int:
        """The partition of a context that owns a key. Raises: Misuse if there is no such context."""
        return partition_of(key, self._count(context))

    def _count(self, context: str) -> int:
        if context not in self.partitions:
            raise Misuse(f"context {context!r} is unknown; use one of {', '.join(CONTEXTS)}")
        return self.partitions[context]

    async def ask(
        self,
        context: str,
        key: str | int,
        command: Command,
        *,
        actor: str,
        id: str | None = None,
        deadline_s: float | Deadline = DEADLINE_S,
    ) -> Answer:
        """Send a command and wait for its outcome in the journal.

        Shape: `key` is what owns a partition (market id, product id, `registry`), or a partition's number;
        `id` is a new one unless this is to be the same question as before.
        Raises: Misuse for a command that cannot be sent, before it is; Unavailable if the deadline passes
        before anything is sent; AnswerUnknown when it passes later, naming the id. A refusal is an answer.
        """
        deadline = Deadline.of(deadline_s)
        partition = key if isinstance(key, int) else self.partition(context, key)
        if not 0 <= partition < self._count(context):
            raise Misuse(f"{context} has partitions 0 to {self._count(context) - 1}; {partition} is none")
        routing = key.encode() if isinstance(key, str) else None
        asked = _Asked(context, partition, routing, _checked(command), actor, id or str(uuid.uuid4()))
        watch = await self._watched(deadline, context, partition)
        valid_s = min(max(VALID_S, deadline.seconds), _VALID_S_MAX)
        value = _encoded(asked, self._now_us(watch) + int(valid_s * 1_000_000))
        await self._reached(deadline)
        try:
            async with deadline.timeout():
                return await self._ask(watch, asked, value)
        except TimeoutError as error:
            raise self._unknown(asked, f"no outcome within {deadline}") from error

    async def watch_all(self, deadline_s: float | Deadline = DEADLINE_S) -> None:
        """Watch every partition from now on, which `settle` needs before the command it is to follow.

        Raises: Unavailable if Kafka does not show every partition within the deadline.
        """
        deadline = Deadline.of(deadline_s)
        places = [(context, n) for context, count in self.partitions.items() for n in range(count)]
        await asyncio.gather(*(self._watched(deadline, *place) for place in places))

    async def settle(self, answer: Answer, deadline_s: float | Deadline = DEADLINE_S) -> tuple[Answer, ...]:
        """What the exchange's policies made of an outcome elsewhere, and of that in turn, to its end.

        Shape: the answers in no particular order; none where nothing follows. The command must have been
        sent after `watch_all`. Raises: AnswerUnknown if it takes longer than the deadline.
        """
        deadline = Deadline.of(deadline_s)
        try:
            async with deadline.timeout():
                return await self._consequences(answer)
        except (TimeoutError, Unavailable) as error:
            late = f"was not decided within {deadline}" if isinstance(error, TimeoutError) else f"is: {error}"
            why = f"what follows from it in other contexts {late}"
            raise AnswerUnknown(answer.context, "a command", answer.command_id, why) from error

    async def _consequences(self, answer: Answer) -> tuple[Answer, ...]:
        found: list[Answer] = []
        topic, partition = answer.position.topic, answer.position.partition
        for recorded in answer.outcome:
            for index, ask in enumerate(asked_of(answer.context, recorded, POLICIES)):
                name = asked_for(Source(topic=topic, partition=partition, seq=recorded.meta.seq, index=index))
                for target in ask.targets(self._count(ask.context)):
                    watch = await self._watch(ask.context, target)
                    asked = _Asked(ask.context, target, None, ask.command, POLICY_ACTOR, name)
                    seen = await watch.answer_to_policy(name, long_ago=answer.repeated)
                    found.append(_answer(asked, watch.topic, seen, answer.repeated))
        followed = [await self._consequences(each) for each in found]
        return tuple(found) + tuple(each for more in followed for each in more)

    async def follow(
        self, context: str, partition: int, start: JournalPosition = BEGINNING
    ) -> AsyncGenerator[Followed, None]:
        """Every outcome of a partition after a known position, and then those to come."""
        self.refuse_closed()
        topic = journal_topic(context)
        reader = JournalReader(topic, partition, start, codec_for(context))
        with reaching(topic):
            async with PartitionLog(self.bootstrap_servers, topic, partition, fetch_wait_ms=20) as log:
                async for records in log.tail(start.offset):
                    for followed in _followed(reader, records):
                        yield followed

    async def history(
        self, context: str, partition: int, start: JournalPosition = BEGINNING
    ) -> AsyncGenerator[Followed, None]:
        """Every outcome of a partition after a known position, up to what lies there now."""
        self.refuse_closed()
        topic = journal_topic(context)
        reader = JournalReader(topic, partition, start, codec_for(context))
        with reaching(topic):
            async with PartitionLog(self.bootstrap_servers, topic, partition) as log:
                async for records in log.read(start.offset, await log.end()):
                    for followed in _followed(reader, records):
                        yield followed

    async def next_seq(self, context: str, partition: int, deadline_s: float | Deadline = DEADLINE_S) -> int:
        """The sequence number that the next fact of a partition will have."""
        deadline = Deadline.of(deadline_s)
        watch = await self._watched(deadline, context, partition)
        with _read_within(deadline, context, partition):
            async with deadline.timeout():
                return await watch.next_seq()

    async def exchange_time(
        self, context: str, key: str | int = 0, deadline_s: float | Deadline = DEADLINE_S
    ) -> int:
        """What exchange time must be about now in a partition, in microseconds since the Unix epoch."""
        partition = key if isinstance(key, int) else self.partition(context, key)
        return self._now_us(await self._watched(Deadline.of(deadline_s), context, partition))

    async def _watched(self, deadline: Deadline, context: str, partition: int) -> JournalWatch:
        with _read_within(deadline, context, partition):
            async with deadline.timeout():
                return await self._watch(context, partition)

    async def _reached(self, deadline: Deadline) -> None:
        """Have a producer before anything is sent: what happens later leaves the outcome unknown."""
        try:
            await self.connect(deadline)
        except Unavailable as error:
            raise Unavailable(f"{error}; nothing was sent") from error

    async def _ask(self, watch: JournalWatch, asked: "_Asked", value: bytes) -> Answer:
        with watch.expecting():
            answering = watch.answer_to(await self._send(asked, value))
        try:
            seen = await answering
        except Unavailable as error:
            raise self._unknown(asked, str(error)) from error
        repeated = next((r.fact for r in seen.outcome if isinstance(r.fact, Repeated)), None)
        if repeated is not None:
            seen = await watch.outcome_from(repeated.first)
        return _answer(asked, watch.topic, seen, repeated is not None)

    async def _send(self, asked: "_Asked", value: bytes) -> int:
        topic = commands_topic(asked.context)
        try:
            producer = await self._connected()
            sent = await producer.send_and_wait(topic, value, key=asked.key, partition=asked.partition)
        except KafkaError as error:
            await self._disconnect()
            raise self._unknown(asked, f"Kafka did not acknowledge it: {error!r}") from error
        if sent.offset < 0:
            raise self._unknown(asked, "Kafka has it, but no longer says where")
        return int(sent.offset)

    def _unknown(self, asked: "_Asked", why: str) -> AnswerUnknown:
        return AnswerUnknown(asked.context, type_name(asked.command), asked.command_id, why)

    async def _watch(self, context: str, partition: int) -> JournalWatch:
        self.refuse_closed()
        place = (context, partition)
        watch = self._watches.get(place)
        if watch is None or watch.failed:
            start = self._positions.get(place)
            watch = self._watches[place] = JournalWatch(
                self.bootstrap_servers, context, partition, start, self._clock.shift_us
            )
        await watch.ready()
        return watch

    def _now_us(self, watch: JournalWatch) -> int:
        return self._clock.now_us() + watch.shift_us - self._clock.shift_us

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            self.refuse_closed()
            if self._producer is None:
                self._producer = await self._stack.enter_async_context(
                    producing(self.bootstrap_servers, stop_s=_STOP_S)
                )
            return self._producer

    async def _disconnect(self) -> None:
        """An idempotent producer that has failed once does not recover: the next command takes a new one."""
        async with self._connecting:
            self._producer = None
            stack, self._stack = self._stack, AsyncExitStack()
            await stack.aclose()


class _Asked(NamedTuple):
    context: str
    partition: int
    key: bytes | None
    command: Command
    actor: str
    command_id: str


@contextmanager
def _read_within(deadline: Deadline, context: str, partition: int) -> Iterator[None]:
    """A deadline that passes before anything is sent."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable(
            f"the journal of {context}/{partition} could not be read within {deadline}; nothing was sent"
        ) from error


def _followed(reader: JournalReader, records: Sequence[Record]) -> Iterator[Followed]:
    for record in records:
        outcome = reader.feed(record.offset, record.value)
        if isinstance(outcome, tuple):
            yield Followed(outcome, reader.position)


def _checked(command: Command) -> Command:
    """The command, if every value of it is in range."""
    try:
        plain = msgspec.to_builtins(command, builtin_types=(bytes,))
        return msgspec.convert(plain, type(command), builtin_types=(bytes,))
    except (msgspec.ValidationError, TypeError) as error:
        raise Misuse(f"{type_name(command)} does not fit: {error}; nothing was sent") from error


def _encoded(asked: _Asked, valid_until: int) -> bytes:
    meta = CommandMeta(id=asked.command_id, actor=asked.actor, valid_until=valid_until)
    try:
        msgspec.convert(msgspec.to_builtins(meta), CommandMeta)
    except msgspec.ValidationError as error:
        raise Misuse(
            f"actor {asked.actor!r} or id {asked.command_id!r}: {error}; nothing was sent"
        ) from error
    value = codec_for(asked.context).encode_command(meta, asked.command)
    if len(value) > COMMAND_BYTES_MAX:
        raise Misuse(
            f"{type_name(asked.command)} takes {len(value)} bytes, at most {COMMAND_BYTES_MAX} are read;"
            " shorten it, or refer to what is long by a digest"
        )
    return value


def _answer(asked: _Asked, topic: str, seen: Seen, repeated: bool) -> Answer:
    return Answer(
        context=asked.context,
        command_id=asked.command_id,
        outcome=seen.outcome,
        refused=_refused(asked, seen),
        position=AnswerPosition(topic, asked.partition, seen.outcome[0].meta.seq, seen.offset),
        repeated=repeated,
    )


def _refused(asked: _Asked, seen: Seen) -> Refused | None:
    """The refusal in an outcome; one that was only counted or could not be read is told in the same shape."""
    name = type_name(asked.command)
    if seen.run is not None:
        detail = "passed over without a fact of its own; wait, then ask again"
        return Refused(command=name, reason=seen.run.reason, subject=asked.actor, detail=detail)
    for _, fact in seen.outcome:
        if isinstance(fact, Refused):
            return fact
        if isinstance(fact, InputUnreadable):
            return Refused(command=name, reason=fact.reason, subject=asked.command_id, detail=fact.detail)
    return None
