"""A writer that is stopped and continued, with facts that differ, on real Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer

from exchange.kernel.bases import Cause, Command, CommandMeta, Fact, Outcome, type_name
from exchange.kernel.partition import Partition
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import Refused
from exchange.kernel.time import HOUR
from exchange.registry.commands import ReinstateParticipant
from exchange.registry.decider import decider as registry
from exchange.registry.state import Registry
from streams.broker import EmbeddedBroker
from streams.clock import Clock
from streams.codec import codec_for
from streams.fetched import Record
from streams.journal import JournalReader
from streams.leader import Leader, NotLeading
from streams.log import PartitionLog
from streams.producers import producing
from streams.readback import Deposed, ReadBack
from streams.topics import commands_topic, context_topics, ensure_topics, journal_topic
from tests.support import eventually

CODEC = codec_for("registry")
COMMANDS = 300


class NoSnapshots:
    async def load(self, partition: Partition[Registry]) -> JournalPosition:
        return BEGINNING


@pytest.fixture
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("claims"))
    asyncio.run(broker.start())
    yield broker.bootstrap_servers
    asyncio.run(broker.stop())


@pytest.fixture
async def commands(servers: str) -> AsyncIterator[Sequence[Record]]:
    """Commands in their topic, as a worker's fetches would bring them."""
    await ensure_topics(servers, context_topics({"registry": 1}))
    topic = commands_topic("registry")
    async with producing(servers) as producer, PartitionLog(servers, topic, 0) as log:
        for number in range(COMMANDS):
            meta = CommandMeta(id=f"c{number}", actor="OP-1", valid_until=Clock().now_us() + HOUR)
            value = CODEC.encode_command(meta, ReinstateParticipant(participant_id=f"BU-{number}"))
            await producer.send(topic, value, partition=0)
        await producer.flush()
        yield [record async for records in log.read(0, COMMANDS) for record in records]


def leader(servers: str, producer: AIOKafkaProducer, name: str, *, thinks_s: float = 0.0) -> Leader[Registry]:
    """A leader all of whose facts say who wrote them."""

    def signed(state: Registry, command: Command, cause: Cause) -> Sequence[Fact]:
        if thinks_s:
            time.sleep(thinks_s)
        return (Refused(command=type_name(command), reason="TEST", subject=name, detail=""),) * 2

    decider = replace(registry(()), decide=signed, commands_per_second_max=1_000_000)
    return Leader(servers, decider, 0, CODEC, producer, NoSnapshots(), Clock(), name)


async def durable(led: Leader[Registry], records: Sequence[Record]) -> None:
    await asyncio.gather(*await led.handle(records))


async def accepted(servers: str) -> tuple[list[Outcome], JournalReader]:
    topic = journal_topic("registry")
    reader = JournalReader(topic, 0, BEGINNING, CODEC)
    outcomes: list[Outcome] = []
    async with PartitionLog(servers, topic, 0) as journal:
        async for records in journal.read(0, await journal.end()):
            read = [reader.feed(record.offset, record.value) for record in records]
            outcomes += [outcome for outcome in read if isinstance(outcome, tuple)]
    return outcomes, reader


async def test_the_facts_of_a_writer_that_was_stopped_replaced_and_continued_are_seen_by_nobody(
    servers: str, commands: Sequence[Record]
) -> None:
    deposed: list[BaseException] = []
    async with producing(servers) as first, producing(servers) as second:
        stopped, successor = leader(servers, first, "stopped"), leader(servers, second, "successor")
        watch = ReadBack(servers, first, deposed.append)
        await watch.start()
        assert await stopped.take_over() == 0
        await watch.watch(journal_topic("registry"), 0, stopped.claim, CODEC)
        await durable(stopped, commands[:100])

        assert await successor.take_over() == 100
        await durable(successor, commands[100:200])
        await durable(stopped, commands[100:])
        await durable(successor, commands[200:])
        await eventually(lambda: deposed)
        await watch.stop()

    outcomes, reader = await accepted(servers)
    assert [outcome[0].meta.cause for outcome in outcomes] == list(range(COMMANDS))
    writers = [recorded.fact.subject for outcome in outcomes for recorded in outcome]
    assert writers == ["stopped"] * 200 + ["successor"] * 400
    assert reader.ignored == 400, (
        "what the stopped writer appended late lies in the journal and counts for nothing"
    )
    assert isinstance(deposed[0], Deposed)


async def test_a_claim_that_is_overtaken_while_taking_over_does_not_lead(
    servers: str, commands: Sequence[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with producing(servers) as first, producing(servers) as second:
        slow, quick = leader(servers, first, "slow"), leader(servers, second, "quick")
        fold, folds = slow._fold, 0

        async def overtaken(journal: PartitionLog, reader: JournalReader, end: int) -> None:
            nonlocal folds
            folds += 1
            if folds == 2:
                await quick.take_over()
                end = await journal.end()
            await fold(journal, reader, end)

        monkeypatch.setattr(slow, "_fold", overtaken)
        with pytest.raises(NotLeading, match="it leads"):
            await slow.take_over()
        with pytest.raises(NotLeading):
            await slow.handle(commands)
        await durable(quick, commands)
    outcomes, _ = await accepted(servers)
    assert len(outcomes) == COMMANDS


async def test_a_leader_that_thinks_long_gives_the_loop_its_turn_between_commands_and_skips_what_is_answered(
    servers: str, commands: Sequence[Record]
) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with producing(servers) as producer:
        slow = leader(servers, producer, "slow", thinks_s=0.005)
        await slow.take_over()
        await durable(slow, commands[:10])
        beside = asyncio.create_task(others())
        await asyncio.sleep(0)
        turns = 0
        sent = await slow.handle(commands[:60])
        during = turns
        beside.cancel()
        await asyncio.gather(*sent)
    assert during >= 20, "fifty commands of 5 ms, and 8 ms at a stretch"
    assert slow.commands == 60
    outcomes, _ = await accepted(servers)
    assert [outcome[0].meta.cause for outcome in outcomes] == list(range(60))
