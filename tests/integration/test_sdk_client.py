"""What a client makes of a journal, on a real Kafka whose journal the test itself writes."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from exchange.kernel.bases import Fact, FactMeta, Recorded, Source
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import NO_DIGEST
from exchange.kernel.protocol import Claimed, ClockShifted, Passed, PassedRun, Refused, Repeated, Sealed
from exchange.kernel.time import DAY, HOUR
from exchange.registry.commands import ReinstateParticipant
from exchange.registry.facts import ParticipantReinstated
from streams.answers import AnswerUnknown
from streams.client import Client
from streams.clock import Clock
from streams.codec import codec_for
from streams.log import PartitionLog
from streams.producers import producing
from streams.topics import commands_topic, context_topics, ensure_topics, journal_topic
from streams.watch import JournalWatch
from streams.writer import JournalWriter, Place, append_control
from tests.support import eventually

CODEC = codec_for("registry")
PARTITIONS = {"registry": 12}
COMMAND = ReinstateParticipant(participant_id="BU-01")
_next_partition = iter(range(12))


class Script:
    """A partition of the registry whose leader does what the test says."""

    def __init__(self, servers: str, producer: AIOKafkaProducer) -> None:
        self.servers = servers
        self.partition = next(_next_partition)
        self.place = Place(journal_topic("registry"), self.partition)
        self.producer = producer
        self.writer: JournalWriter

    async def lead(self, seq: int = 0, digest: bytes = NO_DIGEST) -> None:
        claim = await append_control(
            self.producer, self.place, CODEC, Claimed(worker="test", engine_version=1)
        )
        seal = Sealed(claim=claim, seq=seq, digest=digest)
        await append_control(self.producer, self.place, CODEC, seal)
        self.writer = JournalWriter(self.producer, self.place, CODEC, claim, seq, digest)

    async def append(
        self, cause: int, *facts: Fact, at: int | None = None, policy: str | None = None
    ) -> None:
        """One outcome, appended whole; `policy` is the id of the command it answers, if a policy sent it."""
        when = Clock().now_us() if at is None else at
        outcome = tuple(
            Recorded(self._meta(cause, index, len(facts) - 1, when), fact) for index, fact in enumerate(facts)
        )
        if policy is not None:
            source = Source(topic="market.journal", partition=0, seq=cause, index=0)
            meta = msgspec.structs.replace(outcome[0].meta, command_id=policy, source=source)
            outcome = (Recorded(meta, outcome[0].fact), *outcome[1:])
        self.writer.add([outcome], [None])
        await asyncio.gather(*await self.writer.flush())

    def _meta(self, cause: int, index: int, last: int, at: int) -> FactMeta:
        return FactMeta(
            seq=self.writer.seq + index,
            claim=self.writer.claim,
            cause=cause,
            index=index,
            last=last,
            command_id="c",
            actor="OP-01",
            at=at,
        )

    async def asked(self) -> int:
        """The offset of the last command sent, once there is one."""

        async def end() -> int:
            async with PartitionLog(self.servers, commands_topic("registry"), self.partition) as log:
                return await log.end()

        return int(await eventually(end)) - 1


@pytest.fixture
async def script(bootstrap: str) -> AsyncIterator[Script]:
    await ensure_topics(bootstrap, context_topics(PARTITIONS))
    async with producing(bootstrap) as producer:
        script = Script(bootstrap, producer)
        await script.lead()
        yield script


@pytest.fixture
async def client(bootstrap: str, script: Script) -> AsyncIterator[Client]:
    async with Client(bootstrap, PARTITIONS) as client:
        yield client


def reinstated(name: str) -> ParticipantReinstated:
    return ParticipantReinstated(participant_id=name)


async def test_the_outcome_of_ones_own_command_is_the_answer(client: Client, script: Script) -> None:
    asking = asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01"))
    offset = await script.asked()
    await script.append(offset + 7, reinstated("another's"))
    await script.append(offset, reinstated("BU-01"), reinstated("BU-02"))
    answer = await asking
    assert answer.facts == (reinstated("BU-01"), reinstated("BU-02"))
    assert (answer.position.seq, answer.position.partition) == (1, script.partition)
    assert answer.refused is None


async def test_what_a_deposed_writer_appends_is_no_answer(client: Client, script: Script) -> None:
    asking = asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01"))
    offset = await script.asked()
    deposed = script.writer
    await script.lead()
    leading, script.writer = script.writer, deposed
    await script.append(offset, reinstated("deposed"))
    script.writer = leading
    await script.append(offset, reinstated("leading"))
    assert (await asking).facts == (reinstated("leading"),)


async def test_a_command_that_was_passed_over_tells_its_reason(client: Client, script: Script) -> None:
    asking = asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01"))
    offset = await script.asked()
    runs = (
        PassedRun(first=offset - 1, last=offset - 1, count=1, reason="NOTHING_DUE") if offset else None,
        PassedRun(first=offset, last=offset + 3, count=4, reason="MEMORY_FULL"),
    )
    await script.append(offset + 3, Passed(runs=tuple(run for run in runs if run)))
    answer = await asking
    assert answer.refused is not None
    assert (answer.refused.command, answer.refused.reason) == ("ReinstateParticipant", "MEMORY_FULL")


async def test_a_repeat_older_than_what_is_watched_gets_the_first_answer_from_the_journal(
    client: Client, script: Script
) -> None:
    await script.append(0, reinstated("first"), reinstated("answer"))
    await script.append(1, reinstated("later"))
    writer = script.writer
    await script.lead(writer.seq, writer.digest)
    asking = asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01"))
    await script.append(await script.asked(), Repeated(first=0))
    answer = await asking
    assert answer.repeated
    assert answer.facts == (reinstated("first"), reinstated("answer"))


async def test_exchange_time_is_learned_from_the_journal(client: Client, script: Script) -> None:
    now = Clock().now_us()
    await script.append(0, reinstated("ahead"), at=now + 30 * DAY)
    learned = await client.exchange_time("registry", script.partition)
    assert abs(learned - Clock().now_us() - 30 * DAY) < HOUR
    await script.append(1, ClockShifted(shift_us=50 * DAY))

    async def shifted() -> bool:
        learned = await client.exchange_time("registry", script.partition)
        return abs(learned - Clock().now_us() - 50 * DAY) < HOUR

    await eventually(shifted)
    writer = script.writer
    await script.lead(writer.seq, writer.digest)
    async with Client(script.servers, PARTITIONS) as later:
        learned = await later.exchange_time("registry", script.partition)
        assert abs(learned - Clock().now_us() - 50 * DAY) < HOUR


async def test_what_a_policys_command_came_to_is_found_now_later_and_long_ago(script: Script) -> None:
    await script.append(0, reinstated("long ago"), policy="p-1")
    writer = script.writer
    await script.lead(writer.seq, writer.digest)
    watch = JournalWatch(script.servers, "registry", script.partition, None)
    await watch.ready()
    try:
        old = await watch.answer_to_policy("p-1", long_ago=True)
        assert old.outcome[0].fact == reinstated("long ago")
        waiting = asyncio.create_task(watch.answer_to_policy("p-2", long_ago=True))
        await script.append(1, reinstated("later"), policy="p-2")
        assert (await waiting).outcome[0].fact == reinstated("later")
        assert (await watch.answer_to_policy("p-2")).outcome[0].fact == reinstated("later")
    finally:
        await watch.stop()


async def test_a_journal_with_a_hole_stops_whoever_asks(client: Client, script: Script) -> None:
    asking = asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01"))
    offset = await script.asked()
    script.writer.seq += 5
    await script.append(offset, reinstated("BU-01"))
    with pytest.raises(InvariantBroken, match="a hole"):
        await asking
    with pytest.raises(InvariantBroken, match="a hole"):
        await client.ask("registry", script.partition, COMMAND, actor="OP-01")


async def test_many_questions_at_once_each_get_their_own_answer(client: Client, script: Script) -> None:
    asking = [
        asyncio.create_task(client.ask("registry", script.partition, COMMAND, actor="OP-01", deadline_s=60))
        for _ in range(50)
    ]

    async def all_asked() -> bool:
        return await script.asked() == 49

    await eventually(all_asked)
    for offset in range(50):
        refusal = Refused(command="X", reason=f"R{offset}", subject="", detail="")
        await script.append(offset, refusal)
    answers = await asyncio.gather(*asking)
    assert {answer.refused.reason for answer in answers if answer.refused} == {f"R{n}" for n in range(50)}


async def test_an_answer_that_does_not_come_names_the_id_to_ask_again_with(
    client: Client, script: Script
) -> None:
    with pytest.raises(AnswerUnknown, match="ask again with this id") as unknown:
        await client.ask("registry", script.partition, COMMAND, actor="OP", id="my-id", deadline_s=1)
    assert unknown.value.command_id == "my-id"
