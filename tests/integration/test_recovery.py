"""Recovery: from the start and from every snapshot to the same state, and never from what the journal does not hold."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from exchange.kernel.bases import CommandMeta
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Partition, state_digest
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import Claimed
from exchange.kernel.time import HOUR
from exchange.registry.commands import ReinstateParticipant
from exchange.registry.state import Registry
from exchange.store import VIEWS_READER, Snapshot, Store, open_store, read_position, save_snapshot, snapshots
from exchange.store.schema import PROGRESS
from streams.broker import EmbeddedBroker
from streams.codec import codec_for
from streams.deciders import all_deciders
from streams.journal import ENGINE_VERSION
from streams.leader import Leader, Snapshots
from streams.limits import SEAL_EVERY_FACTS
from streams.log import PartitionLog
from streams.producers import producing
from streams.rates import RATES_VARIABLE
from streams.settings import ExchangeSettings
from streams.snapshots import StoredSnapshots
from streams.topics import commands_topic, journal_topic
from streams.worker import run_projections
from streams.writer import Place, append_control
from tests.support.names import unique_name
from tests.support.node import a_node
from tests.support.reckoning import fold, quiet

pytestmark = pytest.mark.timeout(900)

COMMANDS = 2 * SEAL_EVERY_FACTS + 3_000
REGISTRY = codec_for("registry")
JOURNAL = Place(journal_topic("registry"), 0)


@dataclass
class Grown:
    """An exchange whose registry has many facts; only its Kafka runs.

    Shape: `digest` is that of the registry's state as its journal gives it, `facts` how many led to it.
    """

    settings: ExchangeSettings
    store: Store
    facts: int
    digest: bytes

    @property
    def kept(self) -> Sequence[Snapshot]:
        """The registry's snapshots, newest first."""
        return snapshots(self.store, "registry", 0, ENGINE_VERSION)

    async def recovered(self, kept: Snapshots) -> Leader[Registry]:
        """A leader that has taken the registry over, beginning with one of the snapshots `kept`."""
        async with producing(self.settings.bootstrap_servers) as producer:
            leader: Leader[Registry] = Leader(
                self.settings.bootstrap_servers,
                all_deciders()["registry"],
                0,
                REGISTRY,
                producer,
                kept,
                self.settings.clock,
                "recovering",
            )
            await leader.take_over()
            return leader


class Just:
    """Offers one snapshot, or none."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot

    async def load(self, partition: Partition[Any]) -> JournalPosition:
        if self._snapshot is None:
            return BEGINNING
        partition.load(self._snapshot.state, self._snapshot.position.seq)
        return self._snapshot.position


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    """Made once: a node that was asked a lot, then its Kafka alone."""
    path = tmp_path_factory.mktemp("grown") / "node"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RATES_VARIABLE, "registry=1000000")
        settings = asyncio.run(_grow(path))
    broker = EmbeddedBroker(path / "kafka")
    asyncio.run(broker.start())
    store = open_store(settings.store_url)
    folded = asyncio.run(fold(settings.bootstrap_servers, "registry", 0))
    yield Grown(
        settings, store, folded.partition.intake.next_seq, state_digest(folded.partition.written_down())
    )
    store.close()
    asyncio.run(broker.stop())


async def _grow(path: Path) -> ExchangeSettings:
    async with a_node(path) as node:
        valid_until = node.settings.clock.now_us() + HOUR
        async with producing(node.servers) as producer:
            for number in range(COMMANDS):
                # Several ask, since of one the exchange remembers only so many.
                meta = CommandMeta(id=f"c-{number}", actor=f"OP-{number % 8}", valid_until=valid_until)
                value = REGISTRY.encode_command(meta, ReinstateParticipant(participant_id=f"BU-{number}"))
                await producer.send(commands_topic("registry"), value, partition=0)
            await producer.flush()
        await quiet(node)
        return node.settings


async def test_recovery_from_the_start_and_from_each_snapshot_ends_in_the_same_state(grown: Grown) -> None:
    kept = grown.kept
    assert [snapshot.position.seq for snapshot in kept] == [2 * SEAL_EVERY_FACTS, SEAL_EVERY_FACTS]
    assert grown.facts == COMMANDS
    for snapshot in (None, *kept):
        leader = await grown.recovered(Just(snapshot))
        assert state_digest(leader.partition.written_down()) == grown.digest
        assert leader.folded == grown.facts - (snapshot.position.seq if snapshot else 0)
    leader = await grown.recovered(StoredSnapshots(grown.store))
    assert leader.folded == grown.facts - 2 * SEAL_EVERY_FACTS


async def test_a_snapshot_that_was_tampered_with_is_ignored(grown: Grown) -> None:
    newest, older = grown.kept
    middle = len(newest.state) // 2
    flipped = newest.state[:middle] + bytes([newest.state[middle] ^ 1]) + newest.state[middle + 1 :]
    for state, digest in (
        (flipped, newest.state_digest),
        (newest.state, bytes(32)),
        (b"", state_digest(b"")),
        (b"\xc1", state_digest(b"\xc1")),
        (older.state, older.state_digest),
    ):
        save_snapshot(grown.store, msgspec.structs.replace(newest, state=state, state_digest=digest))
        leader = await grown.recovered(StoredSnapshots(grown.store))
        assert state_digest(leader.partition.written_down()) == grown.digest
        assert leader.folded == grown.facts - SEAL_EVERY_FACTS, "the older one was taken"
    save_snapshot(grown.store, newest)


async def test_without_one_snapshot_that_verifies_recovery_begins_at_the_start(grown: Grown) -> None:
    newest, older = grown.kept
    save_snapshot(
        grown.store, msgspec.structs.replace(newest, state=older.state, state_digest=older.state_digest)
    )
    save_snapshot(
        grown.store, msgspec.structs.replace(older, state=newest.state, state_digest=newest.state_digest)
    )
    leader = await grown.recovered(StoredSnapshots(grown.store))
    assert state_digest(leader.partition.written_down()) == grown.digest
    assert leader.folded == grown.facts
    save_snapshot(grown.store, newest)
    save_snapshot(grown.store, older)


async def test_a_snapshot_whose_place_the_journal_does_not_hold_stops_whoever_would_lead(
    grown: Grown,
) -> None:
    newest = grown.kept[0]
    here = newest.position
    for position, said in (
        (here._replace(offset=10**9), "offset 1000000000 .* it holds offsets 0 to"),
        (here._replace(digest=bytes(32)), f"offset {here.offset} "),
        (here._replace(claim=here.offset - 2), f"offset {here.offset} .* no claim stands at"),
        (here._replace(offset=here.offset - 1), f"offset {here.offset - 1} "),
    ):
        end = await _end(grown)
        with pytest.raises(InvariantBroken, match=rf"registry\.journal/0 is not .*{said}"):
            await grown.recovered(Just(msgspec.structs.replace(newest, position=position)))
        assert await _end(grown) == end, "nothing was claimed"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"next_offset": 10**9}, r"registry\.journal/0 is not .*offset 1000000000 "),
        ({"claim": 17}, r"registry\.journal/0 is not .*offset {offset} .*no claim stands at 17"),
        ({"seq": 17}, r"registry\.journal/0 is not .*offset {offset} "),
        ({"digest": "00" * 32}, r"registry\.journal/0 .*offset \d+.* does not match"),
    ],
    ids=["beyond-the-end", "another-claim", "another-fact", "another-digest"],
)
async def test_tables_that_reflect_what_the_journal_does_not_hold_are_not_written_to(
    grown: Grown, changed: dict[str, Any], said: str
) -> None:
    await grown.recovered(Just(None))  # a claim and a seal behind what the tables reflect
    position = read_position(grown.store, VIEWS_READER, JOURNAL.topic, 0)
    assert position is not None
    try:
        _set_position(grown.store, changed)
        with pytest.raises(InvariantBroken, match=said.format(offset=position.offset)):
            await run_projections(grown.settings, unique_name("projections"), asyncio.Event())
    finally:
        true = {"next_offset": position.offset, "claim": position.claim, "seq": position.seq}
        _set_position(grown.store, true | {"digest": position.digest.hex()})


async def test_an_older_engine_does_not_lead_behind_a_newer_one(grown: Grown) -> None:
    """The last test of this journal: no leader of this version has it after this."""
    folded = await fold(grown.settings.bootstrap_servers, "registry", 0)
    assert state_digest(folded.partition.written_down()) == grown.digest
    async with producing(grown.settings.bootstrap_servers) as producer:
        newer = Claimed(worker="newer", engine_version=ENGINE_VERSION + 1)
        claim = await append_control(producer, JOURNAL, REGISTRY, newer)
    for kept in (Just(None), StoredSnapshots(grown.store)):
        with pytest.raises(InvariantBroken, match=rf"led by engine {ENGINE_VERSION + 1}.*update"):
            await grown.recovered(kept)
    assert await _end(grown) == claim + 1, "the older engine claimed nothing"


def _set_position(store: Store, values: dict[str, Any]) -> None:
    here = (PROGRESS.c.reader == VIEWS_READER, PROGRESS.c.topic == JOURNAL.topic, PROGRESS.c.partition == 0)
    with store.begin() as connection:
        assert connection.execute(update(PROGRESS).where(*here).values(values)).rowcount == 1


async def _end(grown: Grown) -> int:
    async with PartitionLog(grown.settings.bootstrap_servers, JOURNAL.topic, 0) as journal:
        return await journal.end()
