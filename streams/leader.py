"""Leading one partition: take it over, decide its commands, append what was decided."""

import asyncio
import hashlib
import logging
import socket
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Generic, Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from exchange.kernel.bases import Command, CommandMeta, Outcome
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken, Unreadable
from exchange.kernel.partition import Asked, Input, Invalid, Partition, Unread
from exchange.kernel.position import JournalPosition
from exchange.kernel.protocol import Claimed, Sealed, UnreadReason
from streams.clock import Clock
from streams.codec import Codec, InvalidCommand
from streams.fetched import Record
from streams.journal import ENGINE_VERSION, UNKNOWN, JournalReader
from streams.limits import COMMAND_BYTES_MAX, KEY_BYTES_MAX
from streams.log import PartitionLog
from streams.memory import collecting_seldom
from streams.metrics.tally import Tally
from streams.places import held_seal
from streams.refolding import refold
from streams.topics import commands_topic, journal_topic
from streams.writer import CONTROL_KEY, JournalWriter, Place, append_control

log = logging.getLogger(__name__)

S = TypeVar("S")

_asked: Callable[[tuple[CommandMeta, Command]], Asked] = partial(tuple.__new__, Asked)
"""A named tuple by its own way would cost a call."""
_SLICE_S = 0.008
"""Deciding gives the loop back after this long; heartbeats and other partitions need it."""
_READ_AHEAD = 64
"""Commands that are read before the first of them is decided."""


class Snapshots(Protocol):
    """Where a leader may find a state to begin from instead of the beginning."""

    async def load(self, partition: Partition[S]) -> JournalPosition:
        """Fill `partition` from the newest snapshot that verifies; BEGINNING if there is none."""
        ...


class NotLeading(Exception):
    """Another worker claimed the partition while this one was taking it over."""


class Leader(Generic[S]):
    """One partition of a context, from taking it over to letting it go.

    Shape: `take_over` gives the offset of the next command; `handle` decides a batch of command records
    and gives the futures that are done when everything decided is durable.
    Source: design.md section 5.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        decider: Decider[S],
        number: int,
        codec: Codec,
        producer: AIOKafkaProducer,
        snapshots: Snapshots,
        clock: Clock,
        worker: str,
    ) -> None:
        self.context = decider.context
        self.number = number
        self.clock = clock
        self.partition = self._empty(decider)
        self.writer: JournalWriter | None = None
        self.recovery_s = 0.0
        self.folded = 0
        self.fold_to = 0
        self.commands = 0
        self._decider = decider
        self._bootstrap_servers = bootstrap_servers
        self._codec = codec
        self._producer = producer
        self._snapshots = snapshots
        self._worker = worker
        self._place = Place(journal_topic(self.context), number)
        self._tally = Tally(self.context, number)

    @property
    def commands_place(self) -> tuple[str, int]:
        """The topic and partition the commands come from."""
        return commands_topic(self.context), self.number

    @property
    def claim(self) -> int:
        """The offset of this leader's `Claimed` record, -1 while it does not lead."""
        return self.writer.claim if self.writer else UNKNOWN

    async def take_over(self) -> int:
        """Fold, claim, fold on to an end read after the claim's ack, seal, and lead.

        Shape: the offset of the next command to decide.
        Raises: NotLeading if another claim came after one's own; InvariantBroken if a newer engine has led.
        """
        began = asyncio.get_running_loop().time()
        self.writer = None
        self.partition = self._empty(self._decider)
        start = await self._snapshots.load(self.partition)
        async with PartitionLog(self._bootstrap_servers, self._place.topic, self.number) as journal:
            reader = await self._reader(journal, start)
            with collecting_seldom():
                await self._fold(journal, reader, await self._end(journal, reader))
            if reader.engine_version > ENGINE_VERSION:
                raise InvariantBroken(
                    f"{self._place.topic}/{self.number} was last led by engine {reader.engine_version}; this is"
                    f" {ENGINE_VERSION}: update it"
                )
            claimed = Claimed(
                worker=self._worker,
                engine_version=ENGINE_VERSION,
                host=socket.gethostname()[:200],
                claimed_at=self.clock.now_us(),
            )
            claim = await append_control(self._producer, self._place, self._codec, claimed)
            await self._fold(journal, reader, await journal.end())
        seal = await self._seal(reader, claim)
        self.writer = JournalWriter(self._producer, self._place, self._codec, claim, seal.seq, seal.digest)
        self.recovery_s = asyncio.get_running_loop().time() - began
        self._tally.led(self.recovery_s, self.folded)
        log.info(
            "leading %s/%s: claim %s, %s facts folded in %.2f s",
            self.context, self.number, claim, self.folded, self.recovery_s,
            extra={"context": self.context, "partition": self.number, "claim": claim, "seq": seal.seq,
                   "facts": self.folded, "seconds": self.recovery_s},
        )  # fmt: skip
        return self.partition.intake.last_cause + 1

    async def handle(self, records: Sequence[Record]) -> list[asyncio.Future[RecordMetadata]]:
        """Decide a batch of command records in order and send what was decided."""
        writer = self._leading()
        slice_ends = monotonic() + _SLICE_S
        decided: list[Outcome] = []
        before, key = self.commands, None
        # All of some are read before any is decided, and decided before any is written: whatever is done over and over
        # finds its code and its data in the processor's cache.
        for first in range(0, len(records), _READ_AHEAD):
            some = records[first : first + _READ_AHEAD]
            asked = deque(zip(some, [self._read(record.value) for record in some], strict=True))
            while asked:
                key, keys, outcomes = self._decide(asked, writer.claim, slice_ends, key)
                writer.add(outcomes, keys)
                decided += outcomes
                if writer.full:
                    await writer.send_full()
                    writer = self._leading()
                if monotonic() > slice_ends:
                    await asyncio.sleep(0)
                    writer = self._leading()
                    slice_ends = monotonic() + _SLICE_S
        if drained := self.partition.drain(writer.claim):
            writer.add(drained, [key] * len(drained))
            decided += drained
        sent = await writer.flush()
        self._tally.batch(self.commands - before, decided, writer.seals)
        return sent

    def _decide(
        self, asked: deque[tuple[Record, Input]], claim: int, ends: float, key: bytes | None
    ) -> tuple[bytes | None, list[bytes | None], list[Outcome]]:
        """Decide what is asked until the loop's time `ends`; `key` is that of the command before.

        Shape: the key of the last command that was decided, and the outcomes after the key of each.
        """
        intake, answer = self.partition.intake, self.partition.answer
        outcomes: list[Outcome] = []
        keys: list[bytes | None] = []
        theirs = key
        while asked:
            record, each = asked.popleft()
            offset = record.offset
            if offset <= intake.last_cause:
                continue
            if (their := record.key) != theirs:
                theirs, key = their, _kept_key(their)
            answered = answer(offset, record.timestamp * 1_000, each, claim)
            outcomes += answered
            keys += [key] * len(answered)
            self.commands += 1
            if monotonic() > ends:
                break
        return key, keys, outcomes

    def let_go(self) -> None:
        """Stop leading: nothing more is decided, what was sent may still arrive under the old claim."""
        self.writer = None

    def _leading(self) -> JournalWriter:
        if self.writer is None:
            raise NotLeading(f"{self.context}/{self.number} is no longer led by this worker")
        return self.writer

    def _empty(self, decider: Decider[S]) -> Partition[S]:
        return Partition(
            decider, self.number, shift_us=self.clock.shift_us, clock_shiftable=self.clock.shiftable
        )

    async def _reader(self, journal: PartitionLog, start: JournalPosition) -> JournalReader:
        claimed = await held_seal(journal, start, self._codec)
        reader = JournalReader(self._place.topic, self.number, start, self._codec)
        reader.engine_version = claimed.engine_version if claimed else 0
        return reader

    async def _fold(self, journal: PartitionLog, reader: JournalReader, end: int) -> None:
        async for records in journal.read(reader.next_offset, end):
            self.folded += refold(reader, records, self.partition, self._codec)
        if reader.next_offset < end:
            raise InvariantBroken(
                f"journal {self._place.topic}/{self.number}: folded to {reader.next_offset}, its end is {end}"
            )

    async def _end(self, journal: PartitionLog, reader: JournalReader) -> int:
        """The journal's end now; from there to here is what taking over has to fold, about one fact a record."""
        end = await journal.end()
        self.fold_to = end - reader.next_offset
        return end

    async def _seal(self, reader: JournalReader, claim: int) -> Sealed:
        position = reader.position
        if position.claim != claim:
            raise NotLeading(
                f"{self.context}/{self.number}: claim {position.claim} came after {claim}; it leads"
            )
        if position.seq != self.partition.intake.next_seq:
            raise InvariantBroken(
                f"{self.context}/{self.number}: the journal stands at fact {position.seq}, the state at"
                f" {self.partition.intake.next_seq}"
            )
        seal = Sealed(claim=claim, seq=position.seq, digest=position.digest)
        await append_control(self._producer, self._place, self._codec, seal)
        return seal

    def _read(self, value: bytes | None) -> Input:
        if value is None:
            return Unread(
                UnreadReason.EMPTY.value,
                "the record has no value; send a command in Confluent wire format",
                0,
                b"",
            )
        if len(value) > COMMAND_BYTES_MAX:
            detail = (
                f"{len(value)} bytes; a command has at most {COMMAND_BYTES_MAX};"
                " shorten it, or refer to what is long by a digest"
            )
            return Unread(UnreadReason.OVERSIZED.value, detail, len(value), _digest(value))
        try:
            return _asked(self._codec.decode_command(value))
        except InvalidCommand as error:
            return Invalid(error.meta, error.command, error.detail, _digest(value))
        except Unreadable as error:
            return Unread(UnreadReason.UNREADABLE.value, str(error)[:2_000], len(value), _digest(value))


def _digest(value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=16).digest()


def _kept_key(key: bytes | None) -> bytes | None:
    """A command's key as its facts get it: a client may send any bytes, an outcome has to stay bounded."""
    return None if key is None or len(key) > KEY_BYTES_MAX or key == CONTROL_KEY else key
