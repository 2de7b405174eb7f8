"""Hosts the policies: reads journals and asks other contexts, each question exactly once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from exchange.kernel.bases import CommandMeta, Fact, Outcome, Recorded, Source
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.intake import VALID_AHEAD_MAX_US
from exchange.kernel.position import JournalPosition
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.policies import POLICIES, Ask, asked_for, asked_of
from exchange.store import Store
from streams.codec import codec_for
from streams.folding import accepted_in_slices, counting_ignored, progress
from streams.host import TP, Event, Generation, Records
from streams.journal import JournalReader
from streams.keeping import PositionKeeper, save_farthest
from streams.log import PartitionLog
from streams.metrics.instruments import ASKED
from streams.places import followed_from
from streams.topics import commands_topic, journal_topic
from streams.vocabulary import CONTEXTS

READER = "policies"
"""The name under which policies keep their positions."""

Inquiry = Callable[[Recorded], Awaitable[Sequence[Ask]]]
"""A policy that has to look something up before it asks."""


@dataclass
class Reading:
    """One journal partition as the policies have read it, and how far they have answered it."""

    reader: JournalReader
    kept: PositionKeeper


class PolicyHost:
    """Answers the facts of every journal with commands to other contexts.

    Shape: a batch is acknowledged, and its position kept, some time after the commands it led to are durable; asked
    again after a crash they are known by their source and change nothing. A position that cannot be kept is told
    to `fail`.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        producer: AIOKafkaProducer,
        store: Store,
        partitions: Mapping[str, int],
        inquiries: Mapping[type[Fact], Inquiry],
        fail: Callable[[BaseException], None],
    ) -> None:
        self.readings: dict[TP, Reading] = {}
        self._bootstrap_servers = bootstrap_servers
        self._producer = producer
        self._store = store
        self._partitions = partitions
        self._inquiries = inquiries
        self._fail = fail
        self._saving = asyncio.Lock()
        self._codecs = {context: codec_for(context) for context in CONTEXTS}
        self._contexts = {journal_topic(context): context for context in CONTEXTS}

    def report(self) -> Mapping[str, Any]:
        """Each journal partition: the offset up to which its facts were answered, and records ignored."""
        return {
            "policies": [
                progress(tp, reading.reader, reading.kept.saved) for tp, reading in self.readings.items()
            ]
        }

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        """Go on from where the policies' commands were last durable."""
        self.readings = {tp: await self._reading(tp) for tp in tps}
        return {tp: reading.kept.saved.offset for tp, reading in self.readings.items()}

    async def let_go(self, tps: frozenset[TP]) -> None:
        """Keep how far each of `tps` was answered, and forget them."""
        gone = [self.readings.pop(tp) for tp in tps & self.readings.keys()]
        await asyncio.gather(*(reading.kept.close() for reading in gone))

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        """Ask what the facts of a batch lead to, and have the position kept and the batch acknowledged."""
        reading = self.readings[tp]
        with counting_ignored(READER, tp, reading.reader):
            outcomes, _ = await accepted_in_slices(reading.reader, records)
        await self._ask(tp, outcomes)
        reading.kept.reached(reading.reader.position, event.ack)

    async def _reading(self, tp: TP) -> Reading:
        codec = self._codecs[self._contexts[tp.topic]]
        async with PartitionLog(self._bootstrap_servers, tp.topic, tp.partition) as journal:
            start = await followed_from(self._store, READER, journal, codec)

        async def save(first: JournalPosition, end: JournalPosition) -> JournalPosition:
            # One partition after the other: writers of one SQLite file only wait for each other.
            async with self._saving:
                return await save_farthest(self._store, READER, tp.topic, tp.partition, first, end)

        return Reading(
            JournalReader(tp.topic, tp.partition, start, codec), PositionKeeper(save, start, self._fail)
        )

    async def _ask(self, tp: TP, outcomes: Sequence[Outcome]) -> None:
        sent = []
        for outcome in outcomes:
            for recorded in outcome:
                for index, ask in enumerate(await self._asks(tp, recorded)):
                    source = Source(
                        topic=tp.topic, partition=tp.partition, seq=recorded.meta.seq, index=index
                    )
                    sent += await self._send(ask, source, recorded.meta.at)
        await asyncio.gather(*sent)

    async def _asks(self, tp: TP, recorded: Recorded) -> list[Ask]:
        asks = asked_of(self._contexts[tp.topic], recorded, POLICIES)
        inquiry = self._inquiries.get(type(recorded.fact))
        return asks + list(await inquiry(recorded)) if inquiry else asks

    async def _send(self, ask: Ask, source: Source, at: int) -> list[asyncio.Future[object]]:
        if (count := self._partitions.get(ask.context)) is None:
            raise InvariantBroken(f"a policy asks {ask.context}, which has no partitions here")
        meta = CommandMeta(
            id=asked_for(source),
            actor=POLICY_ACTOR,
            valid_until=at + VALID_AHEAD_MAX_US,
            source=source,
        )
        ASKED.labels(self._contexts[source.topic], ask.context).inc(count if ask.key is None else 1)
        value = self._codecs[ask.context].encode_command(meta, ask.command)
        key = str("" if ask.key is None else ask.key).encode()
        return [
            await self._producer.send(commands_topic(ask.context), value, key=key, partition=target)
            for target in ask.targets(count)
        ]
