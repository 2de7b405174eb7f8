"""A node that is lost between its backup and its return: nothing that was in the backup is missing, or there twice."""

import asyncio
import json
import re
import resource
import subprocess
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from exchange.delivery.facts import RangePublished, RangeReceived
from exchange.kernel.bases import Fact
from exchange.kernel.errors import (
    AlreadyThere,
    BackupDamaged,
    InUse,
    OtherExchange,
    OtherVersion,
    Unavailable,
)
from streams.backup.manifest import FORMAT
from streams.backup.refilling import WRITING, remove
from streams.backup.restoring import Elsewhere, check_file, restore
from streams.broker import EmbeddedBroker
from streams.dataplane.audit import Auditor
from streams.journal import ENGINE_VERSION
from streams.node.choices import choices
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory
from streams.node.hold import RUNS_A_NODE
from streams.node.ownership import own, owner
from streams.settings import DECIDERS_GROUP
from streams.topics import commands_topic, ensure_topics, identity_spec, topic_names
from tests.support import eventually
from tests.support.aftermath import everything_is_as_it_should_be
from tests.support.command import EXCHANGE, exchange
from tests.support.load import Load, finish, moved
from tests.support.lost import COLD, LIVE, Lost, Records, lose, read, tables_of
from tests.support.node import PLENTY_S, Node
from tests.support.postgres import Postgres
from tests.support.reckoning import Folded, Place, fold_all, quiet

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    """A node that traded, was backed up while it did and again when it was down, and is no more."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(asyncio.run, lose(tmp_path_factory.mktemp("lost"))).result()


def _same(found: Records, expected: Records) -> None:
    def shape(records: Records) -> list[tuple[Any, ...]]:
        return [(r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in records]

    assert shape(found) == shape(expected)


async def test_a_backup_taken_while_it_traded_is_one_consistent_state_that_goes_on(lost: Lost) -> None:
    ended = lost("restore", LIVE, "--data", "again")
    assert ended.code == 0, ended.err
    ends = lost.ends(LIVE)
    assert any(end < len(lost.records[place]) for place, end in ends.items()), "it was taken in the middle"
    async with _up(lost.path / "again") as node, node.exchange() as doors:
        assert node.directory.identity.node_id == lost.told[LIVE]["node_id"]
        assert choices(node.directory) == lost.chosen
        for place, end in ends.items():
            _same(await read(node.servers, place, end), lost.records[place][:end])
        await _no_group_leads(node, lost)
        await quiet(node)
        facts = _facts(await fold_all(node))
        received = 1 + max((f.last for f in facts if isinstance(f, RangeReceived)), default=-1)
        load = moved(lost.load, doors, received)
        await finish(load)
        _told_as_before(lost, load, ends)
        await everything_is_as_it_should_be(node, doors, load)
        await _stream_is_what_was_published(node, load)


async def test_a_backup_of_a_node_that_was_down_comes_back_on_another_kafka_and_database(
    lost: Lost, postgres: Postgres, tmp_path: Path
) -> None:
    broker = EmbeddedBroker(tmp_path / "somebody's kafka")
    await broker.start()
    try:
        with postgres.database() as url:
            there = ("--bootstrap-servers", broker.bootstrap_servers, "--store-url", url)
            await _leaves_the_kafka_of_others_alone(lost, broker.bootstrap_servers, url)
            ended = await asyncio.to_thread(lost, "restore", COLD, "--data", "elsewhere", *there)
            assert ended.code == 0, ended.err
            for used, said in (
                (Elsewhere(broker.bootstrap_servers, url), "holds tables of an exchange"),
                (Elsewhere(broker.bootstrap_servers), "has the topic"),
            ):
                with pytest.raises(AlreadyThere, match=said):
                    await restore(lost.path / COLD, lost.path / "third", used, _untold)
            assert await owner(broker.bootstrap_servers) == lost.told[COLD]["node_id"]
            async with _up(lost.path / "elsewhere") as node, node.exchange() as doors:
                for place, end in lost.ends(COLD).items():
                    assert end == len(lost.records[place])
                    _same(await read(node.servers, place, end), lost.records[place])
                await quiet(node)
                assert tables_of(url) == lost.tables
                load = moved(lost.load, doors, lost.load.records)
                await finish(load)
                assert load.bought == lost.load.bought
                await everything_is_as_it_should_be(node, doors, load)
                await asyncio.to_thread(_closes_hold_and_their_key_is_missed, lost, node.directory.path)
    finally:
        await broker.stop()


def _closes_hold_and_their_key_is_missed(lost: Lost, node: Path) -> None:
    """What was closed is verified where it was restored; to close on there, the key has to be brought back."""
    verified = lost("ledger", "verify", "--data", node, "--json")
    assert verified.code == 0, verified.out
    assert json.loads(verified.out)["closes"] == lost.told[COLD]["closes"] > 0
    assert not (node / "keys" / "ledger.pem").exists()
    refused = lost("ledger", "close", "--data", node)
    assert (refused.code, "bring it back from where it was kept" in refused.err) == (2, True), refused.err


async def _leaves_the_kafka_of_others_alone(lost: Lost, servers: str, url: str) -> None:
    """It refuses another exchange's, says what it would do with one of nobody, and takes back what it breaks off."""
    there = ("--data", "elsewhere", "--bootstrap-servers", servers, "--store-url", url)
    await ensure_topics(servers, [identity_spec()])
    await own(servers, "somebody")
    with pytest.raises(OtherExchange, match="keeps the journals of exchange somebody"):
        await restore(lost.path / COLD, lost.path / "elsewhere", Elsewhere(servers, url), _untold)
    await remove(servers, [identity_spec()])
    await eventually(lambda: _has_no_topics(servers), PLENTY_S)
    dry = await asyncio.to_thread(lost, "restore", COLD, *there, "--dry-run", "--json")
    assert dry.code == 0, dry.err
    plan = json.loads(dry.out)
    assert (plan["dry_run"], plan["digest"]) == (True, lost.told[COLD]["digest"])
    assert f"Kafka answers at {servers}, and has no exchange" in plan["checked"]
    assert await _has_no_topics(servers)

    def break_off(step: str, done: int, of: int) -> None:
        if step == WRITING:
            raise Unavailable("broken off")

    with pytest.raises(Unavailable, match="broken off"):
        await restore(lost.path / COLD, lost.path / "elsewhere", Elsewhere(servers, url), break_off)
    await eventually(lambda: _has_no_topics(servers), PLENTY_S)
    assert not (lost.path / "elsewhere" / "node.json").exists()


def _untold(step: str, done: int, of: int) -> None:
    """Nobody is told how far it is."""


async def _has_no_topics(servers: str) -> bool:
    return not {name for name in await topic_names(servers) if not name.startswith("__")}


@asynccontextmanager
async def _up(path: Path) -> AsyncIterator[Node]:
    directory = DataDirectory.open(path)
    try:
        await bring_up(directory)
        yield Node(directory)
    finally:
        await bring_down(directory)


async def _no_group_leads(node: Node, lost: Lost) -> None:
    """What the groups have committed is at most what the journals say was done."""
    folds = await fold_all(node)
    done = {
        TopicPartition(commands_topic(context), n): max((*f.outcomes, *f.passed), default=-1) + 1
        for (context, n), f in folds.items()
    }
    consumer = AIOKafkaConsumer(
        bootstrap_servers=node.servers, group_id=DECIDERS_GROUP, enable_auto_commit=False
    )
    await consumer.start()
    try:
        for place, next_command in done.items():
            assert (await consumer.committed(place) or 0) <= next_command
    finally:
        await consumer.stop()


def _facts(folds: Mapping[Place, Folded]) -> list[Fact]:
    return [r.fact for folded in folds.values() for outcome in folded.outcomes.values() for r in outcome]


def _told_as_before(lost: Lost, load: Load, ends: Mapping[TopicPartition, int]) -> None:
    """Purchases that the backup holds were made once: asked for again, the buyers were told the same trades."""
    kept = {
        recorded.meta.command_id
        for (context, n), folded in lost.folds.items()
        if context == "market"
        for cause, outcome in folded.outcomes.items()
        for recorded in outcome
        if cause < ends[TopicPartition(commands_topic(context), n)]
    }
    same = 0
    for buyer_id, told in lost.load.bought.items():
        for number, trade_id in enumerate(told):
            if f"{buyer_id}-{number}" in kept:
                assert load.bought[buyer_id][number] == trade_id
                same += 1
    assert same


async def _stream_is_what_was_published(node: Node, load: Load) -> None:
    auditor, ranges = Auditor(node.servers), 0
    for fact in _facts(await fold_all(node)):
        if isinstance(fact, RangePublished) and fact.product_id == load.stream.product_id:
            count, digest = await auditor.hash(fact.product_id, fact.first, fact.last, fact.first_offset)
            assert (count, digest) == (fact.count, fact.digest)
            ranges += 1
    assert ranges


def test_a_backup_is_checked_without_restoring_it(lost: Lost) -> None:
    ended = lost("restore", LIVE, "--check", "--json")
    assert ended.code == 0, ended.err
    found, told = json.loads(ended.out), lost.told[LIVE]
    assert {name: found[name] for name in ("digest", "records", "topics", "node_id")} == {
        name: told[name] for name in ("digest", "records", "topics", "node_id")
    }
    dry = lost("restore", LIVE, "--data", "dry", "--dry-run")
    assert (dry.code, (lost.path / "dry").exists()) == (0, False)
    assert dry.out.startswith("Nothing was done. It would\n    make "), dry.out
    assert f"write {told['records']:,} records into" in dry.out


def _rewritten(source: Path, target: Path, member: str, change: Any) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for about in old.infolist():
            data = old.read(about)
            new.writestr(about.filename, change(data) if about.filename == member else data)


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def _manifest(**changed: Any) -> Any:
    return lambda data: msgspec.json.encode(msgspec.json.decode(data) | changed)


@pytest.mark.parametrize(
    ("member", "change", "said"),
    [
        ("topics/market.journal-0.log", _flipped, "is damaged: market.journal/0: "),
        (
            "topics/market.journal-1.log",
            lambda data: data[:-7],
            "is damaged: the digest of topics/market.journal-1.log",
        ),
        (
            "topics/registry.journal-0.log",
            lambda data: b"",
            "is damaged: the digest of topics/registry.journal-0.log",
        ),
        ("tables.sqlite", _flipped, "is damaged: the digest of tables.sqlite"),
        ("manifest.json", lambda data: b"{}", "its manifest cannot be read"),
        (
            "manifest.json",
            _manifest(format=FORMAT + 1),
            f"made in format {FORMAT + 1}, this version reads {FORMAT}",
        ),
        ("manifest.json", _manifest(engine_version=ENGINE_VERSION + 1), "update it first"),
        ("manifest.json", _manifest(topics=[]), "registry.commands/0 is not in it"),
    ],
)
async def test_a_backup_that_is_not_what_was_written_is_refused(
    lost: Lost, tmp_path: Path, member: str, change: Any, said: str
) -> None:
    _rewritten(lost.path / LIVE, tmp_path / "other.backup", member, change)
    with pytest.raises((BackupDamaged, OtherVersion), match=re.escape(said)):
        await restore(tmp_path / "other.backup", tmp_path / "new", Elsewhere(), _untold)
    assert not (tmp_path / "new").exists()


async def test_a_file_that_was_cut_short_or_is_none_is_refused(lost: Lost, tmp_path: Path) -> None:
    whole = (lost.path / LIVE).read_bytes()
    (tmp_path / "half.backup").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.backup").write_bytes(b"something else")
    for name in ("half.backup", "none.backup"):
        with pytest.raises(BackupDamaged, match="is no backup of a node, or was cut short"):
            await check_file(tmp_path / name, _untold)
    ended = exchange("restore", "half.backup", "--check", "--json", directory=tmp_path)
    said = json.loads(ended.err)["error"]
    assert (ended.code, said["kind"], said["remedy"]) == (2, "BackupDamaged", BackupDamaged.remedy)
    absent = exchange("restore", "absent.backup", "--check", directory=tmp_path)
    assert (absent.code, "absent.backup is not there" in absent.err) == (2, True)


async def test_nothing_is_written_over(lost: Lost, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letters").write_text("dear")
    mine = lost("restore", LIVE, "--data", tmp_path / "mine")
    assert (mine.code, "is not empty (letters …)" in mine.err) == (2, True)
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    with pytest.raises(AlreadyThere, match="holds a node already"):
        await restore(lost.path / LIVE, directory.path, Elsewhere(), _untold)
    with directory.held(RUNS_A_NODE), pytest.raises(InUse, match="a node already runs in"):
        await restore(lost.path / LIVE, directory.path, Elsewhere(), _untold)
    there = exchange("backup", lost.path / LIVE, "--data", "node", directory=tmp_path)
    assert (there.code, "is there already" in there.err) == (2, True)
    nowhere = exchange("backup", "no/where.backup", "--data", "node", directory=tmp_path)
    assert (nowhere.code, "no is no directory" in nowhere.err) == (2, True)


def test_a_disk_that_is_full_is_named_and_nothing_is_left(lost: Lost, tmp_path: Path) -> None:
    """A limit on the size of files fails a write as a full disk does, in the middle of the tables."""
    limit = 64 << 10

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    ended = subprocess.run(
        [EXCHANGE, "restore", str(lost.path / LIVE), "--data", str(tmp_path / "new")],
        cwd=tmp_path, capture_output=True, text=True, preexec_fn=limited, timeout=280, check=False,
    )  # fmt: skip
    assert ended.returncode in (2, 3), ended
    assert ended.stderr.splitlines()[-1].startswith("exchange: "), ended.stderr
    assert "Traceback" not in ended.stderr
    left = {entry.name for entry in (tmp_path / "new").iterdir()} if (tmp_path / "new").exists() else set()
    assert left <= {"logs", "run"}
