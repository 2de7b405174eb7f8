"""Where the topics of an exchange end, and who claimed each partition last: read from Kafka, all at once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import Unreadable
from exchange.kernel.protocol import Claimed, Sealed
from streams.codec import codec_for
from streams.kafka_access import access_to, out_of_reach
from streams.topics import commands_topic, journal_topic

Place = tuple[str, int]

_LOOK_BACK_RECORDS = 100
"""Of a deposed writer's late records there are at most a few, and the new leader seals at once."""
_ANSWER_S_MAX = 15.0


class Ends(NamedTuple):
    """Records on a context's two topics, and the last claim with the worker that made it (-1: none).

    Shape: `answered` is the first command that the journal has no answer to yet; None if its last records tell of none.
    """

    commands: int
    journal: int
    claim: int
    leader: str | None
    answered: int | None


async def ends(
    bootstrap_servers: str, places: Iterable[Place], known_claims: Mapping[Place, int]
) -> Mapping[Place, Ends]:
    """Look at the ends of every place. Shape: `known_claims` are those that leaders speak of.

    Raises: Unavailable if Kafka does not answer.
    """
    consumer = AIOKafkaConsumer(
        **access_to(bootstrap_servers),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
    )
    try:
        async with asyncio.timeout(_ANSWER_S_MAX):
            await consumer.start()
            return await _Looking(consumer, list(places)).ends(known_claims)
    except (KafkaError, OSError, TimeoutError) as error:
        said = f"Kafka at {bootstrap_servers} does not answer: {str(error) or 'no answer in time'}"
        raise await out_of_reach(bootstrap_servers, error, said) from error
    finally:
        await consumer.stop()


class _Looking:
    def __init__(self, consumer: AIOKafkaConsumer, places: list[Place]) -> None:
        self._consumer = consumer
        self._places = places
        self._workers: dict[tuple[TopicPartition, int], str] = {}

    async def ends(self, known_claims: Mapping[Place, int]) -> Mapping[Place, Ends]:
        journals = {place: TopicPartition(journal_topic(place[0]), place[1]) for place in self._places}
        commands = {place: TopicPartition(commands_topic(place[0]), place[1]) for place in self._places}
        end: Mapping[TopicPartition, int] = await self._consumer.end_offsets(
            [*journals.values(), *commands.values()]
        )
        found = {}
        for place, tp in journals.items():
            first = max(0, end[tp] - _LOOK_BACK_RECORDS)
            records = await self._read(tp, first, end[tp])
            claim = self._last_claim(place, tp, records)
            known = known_claims.get(place, -1)
            claim = max(claim, known if known < end[tp] else -1)
            cause = max(_causes(place[0], records, claim), default=None if first else -1)
            answered = None if cause is None else cause + 1
            worker = await self._worker(place, tp, claim)
            found[place] = Ends(end[commands[place]], end[tp], claim, worker, answered)
        return found

    def _last_claim(self, place: Place, tp: TopicPartition, records: Iterable[ConsumerRecord]) -> int:
        """The last claim that any of the last records is or names: a late record of a deposed writer names an older."""
        return max((self._hear(place, tp, record) for record in records), default=-1)

    async def _worker(self, place: Place, tp: TopicPartition, claim: int) -> str | None:
        if claim >= 0 and (tp, claim) not in self._workers:
            for record in await self._read(tp, claim, claim + 1):
                self._hear(place, tp, record)
        return self._workers.get((tp, claim))

    def _hear(self, place: Place, tp: TopicPartition, record: ConsumerRecord) -> int:
        """The claim that a record is or names; of what nobody can read, none."""
        said = _said(place[0], record)
        if said is None:
            return -1
        if isinstance(said, Claimed):
            self._workers[tp, record.offset] = said.worker
            return int(record.offset)
        return said.claim if isinstance(said, Sealed) else said.meta.claim

    async def _read(self, tp: TopicPartition, first: int, end: int) -> list[ConsumerRecord]:
        found: list[ConsumerRecord] = []
        if first >= end:
            return found
        self._consumer.assign([tp])
        self._consumer.seek(tp, first)
        while not found or found[-1].offset < end - 1:
            for records in (await self._consumer.getmany(tp, timeout_ms=1_000)).values():
                found += records
        return [record for record in found if record.offset < end]


def _causes(context: str, records: Iterable[ConsumerRecord], claim: int) -> Iterator[int]:
    """The commands that records answer; what lies behind the last claim counts if it was written under it."""
    for record in records:
        said = _said(context, record)
        if isinstance(said, Recorded) and (said.meta.claim == claim or record.offset < claim):
            yield said.meta.cause


def _said(context: str, record: ConsumerRecord) -> Recorded | Claimed | Sealed | None:
    """What a record of a journal says; None if nobody can read it."""
    try:
        return codec_for(context).decode_fact(record.value or b"")
    except Unreadable:
        return None
