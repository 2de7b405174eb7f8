"""A node on somebody's own Kafka and PostgreSQL, with workers beside it."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from exchange.kernel.protocol import Sealed
from exchange.registry.commands import Role
from exchange.sdk import Exchange
from streams.broker import EmbeddedBroker
from streams.codec import codec_for
from streams.log import PartitionLog
from streams.node.directory import DataDirectory
from streams.node.ends import ends
from streams.producers import producing
from streams.settings import DEFAULT_PARTITIONS
from streams.topics import TopicSpec, context_topics, ensure_topics, journal_topic
from tests.support import eventually
from tests.support.command import Ended, exchange, running
from tests.support.node import PLENTY_S
from tests.support.postgres import Postgres
from tests.support.trade import OPERATOR, a_participant

pytestmark = pytest.mark.timeout(600)

NAME = "node"


class Home:
    """A node that knows its Kafka and its database."""

    def __init__(self, path: Path, broker: EmbeddedBroker, store_url: str) -> None:
        self.path = path
        self.broker = broker
        self.store_url = store_url

    @property
    def directory(self) -> DataDirectory:
        return DataDirectory.open(self.path / NAME)

    def __call__(self, *arguments: object) -> Ended:
        return exchange(*arguments, "--data", NAME, directory=self.path)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("status", "--json").out)
        return found

    def sql(self, statement: str) -> None:
        """Do to the tables what nobody should."""
        url = self.store_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Home]:
    path = tmp_path_factory.mktemp("own")
    broker = EmbeddedBroker(path / "somebody's kafka")
    with ThreadPoolExecutor(1) as pool, postgres.database() as store_url:
        pool.submit(asyncio.run, broker.start()).result()
        # Somebody else's, although its name begins as our streams' do: no start may stumble over it.
        foreign = TopicSpec("stream.clicks", 6, {"retention.ms": "60000"})
        pool.submit(asyncio.run, ensure_topics(broker.bootstrap_servers, [foreign])).result()
        home = Home(path, broker, store_url)
        try:
            yield home
        finally:
            home("down")
            pool.submit(asyncio.run, broker.stop()).result()


@pytest.fixture
def up(home: Home) -> Home:
    if not (home.path / NAME).exists() or home.directory.holder() is None:
        ended = home(
            "up", "--bootstrap-servers", home.broker.bootstrap_servers, "--store-url", home.store_url
        )
        assert ended.code == 0, ended.err
    return home


async def test_the_node_starts_no_kafka_and_leads_on_the_one_it_is_given(up: Home) -> None:
    status = up.status()
    assert status["ready"]
    assert [each["name"] for each in status["processes"]] == ["node", "deciders-0", "projections-0", "web-0"]
    assert status["bootstrap_servers"] == up.broker.bootstrap_servers
    assert not (up.path / NAME / "kafka").exists()
    assert not (up.path / NAME / "exchange.sqlite").exists()
    async with Exchange.open(up.directory.path) as open_exchange:
        await open_exchange.operator(OPERATOR).admit(a_participant(OPERATOR, "CN-LG", Role.OPERATOR))
        await open_exchange.analyst().up_to_date()
    # Of a worker that reports nothing here the journal tells what it has answered.
    found = (await ends(up.broker.bootstrap_servers, [("registry", 0), ("market", 0)], {})).values()
    assert [end.answered for end in found] == [end.commands for end in found]
    assert max(end.commands for end in found) > 0
    (shown,) = json.loads(up("query", "participants", "--json").out)
    assert shown["participant_id"] == OPERATOR
    summed = up("sql", "select sum(next_offset) as total from progress", "--json")
    assert isinstance(json.loads(summed.out)[0]["total"], int)


def test_a_kafka_that_keeps_another_exchange_is_refused(up: Home, tmp_path: Path) -> None:
    servers = up.broker.bootstrap_servers
    init = (
        "init",
        "--bootstrap-servers",
        servers,
        "--store-url",
        up.store_url,
        "--replication",
        1,
        "--dry-run",
    )
    dry = exchange(*init, "--data", NAME, directory=tmp_path)
    assert (dry.code, "this directory is of a new one; use the directory" in dry.err) == (2, True), dry.err
    assert not (tmp_path / NAME).exists()
    known = up(*init)
    assert known.code == 0, known.err
    assert "topics are there as they must be\n" in known.out
    assert "create" not in known.out
    other = exchange("up", "--bootstrap-servers", servers, "--data", NAME, directory=tmp_path)
    assert (other.code, other.out) == (2, "")
    line = other.err.splitlines()[-1]
    mine = DataDirectory.open(tmp_path / NAME).identity.node_id
    assert line.startswith(f"exchange: the Kafka at {servers} keeps the journals of exchange ")
    assert up.directory.identity.node_id in line
    assert mine in line
    assert "use the directory of that exchange" in line
    # Another directory of the same exchange is welcome.
    (tmp_path / NAME / "node.json").write_bytes((up.path / NAME / "node.json").read_bytes())
    worker = exchange("worker", "deciders", "--slot", "d-9", "--dry-run", "--data", NAME, directory=tmp_path)
    assert worker.code == 0, worker.err


def test_what_it_was_created_with_is_not_changed_in_passing(up: Home) -> None:
    for option, value in (
        ("--bootstrap-servers", "elsewhere:1"),
        ("--store-url", "sqlite:///x"),
        ("--replication", 3),
    ):
        ended = up("up", option, value)
        assert ended.code == 2
        assert f"was created with another {option}" in ended.err


async def test_a_late_record_of_a_deposed_writer_does_not_hide_who_leads(up: Home) -> None:
    topic, codec = journal_topic("market"), codec_for("market")
    (before,) = [p for p in up.status()["partitions"] if (p["context"], p["partition"]) == ("market", 1)]
    async with PartitionLog(up.broker.bootstrap_servers, topic, 1) as journal:
        assert await journal.end() == before["journal"]
    # It claimed at offset 0 once; were it not for the claim after it, this would be the last word.
    again = up("down"), up("up")
    assert [ended.code for ended in again] == [0, 0], again
    async with producing(up.broker.bootstrap_servers) as producer:
        late = codec.encode_control(Sealed(claim=before["claim"], seq=0, digest=bytes(32)))
        await producer.send_and_wait(topic, late, partition=1)
    (after,) = [p for p in up.status()["partitions"] if (p["context"], p["partition"]) == ("market", 1)]
    assert after["led"]
    assert after["claim"] > before["claim"]
    assert after["leader"] == "deciders-0"

    def counted() -> bool:
        parts = up.status()["partitions"]
        return any(part["ignored"] == 1 and part["tables_lag"] == 0 for part in parts)

    await eventually(counted, PLENTY_S)


async def test_another_worker_takes_partitions_and_both_are_shown_to_lead(up: Home) -> None:
    with running("worker", "deciders", "--slot", "deciders-1", "--data", NAME, directory=up.path) as worker:
        await eventually(lambda: leaders(up) == {"deciders-0", "deciders-1"}, PLENTY_S)
        status = up.status()
        assert "deciders-1" in [each["name"] for each in status["processes"]]
        await eventually(lambda: "nobody" not in leaders(up), PLENTY_S)
        same = up("worker", "deciders", "--slot", "deciders-1")
        assert (same.code, "give each worker a name of its own" in same.err) == (2, True)
        # The node comes up again although it does not lead everything itself.
        assert up("down").code == 0
        ended = up("up")
        assert ended.code == 0, ended.err
        os.kill(worker.pid, signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 60) == 0
    await eventually(lambda: leaders(up) == {"deciders-0"}, PLENTY_S)


def leaders(home: Home) -> set[str]:
    return {part["leader"] if part["led"] else "nobody" for part in home.status()["partitions"]}


@pytest.mark.parametrize("slot", ["node", "../up", "a b", ""])
def test_a_worker_has_a_name_that_can_be_one(up: Home, slot: str) -> None:
    ended = up("worker", "projections", "--slot", slot)
    assert ended.code == 2
    assert "slot" in ended.err


def test_a_worker_elsewhere_does_not_make_tables_of_its_own(tmp_path: Path) -> None:
    DataDirectory.create(tmp_path / NAME, created_at=0, bootstrap_servers="127.0.0.1:1")
    ended = exchange("worker", "deciders", "--slot", "d-1", "--data", NAME, directory=tmp_path)
    assert ended.code == 2
    assert "--store-url postgresql" in ended.err


@pytest.mark.parametrize("state", ["up", "down"])
def test_tables_that_somebody_changed_are_found_and_folded_anew(up: Home, state: str) -> None:
    if state == "down":
        assert up("down").code == 0
    sound = up("rebuild", "--check")
    assert sound.code == 0, sound.err
    assert sound.out.startswith("The tables are what the journals say: ")
    up.sql("update participants set display_name = 'Somebody else'")
    found = up("rebuild", "--check")
    assert found.code == 4
    assert found.out.startswith("The tables are NOT what the journals say.\n")
    mended = up("rebuild", "--json")
    assert mended.code == 4, mended.err
    told = json.loads(mended.out)
    assert (told["equal"], told["comparable"]) == (False, True)
    again = up("rebuild", "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["before"] == told["after"]
    assert up("query", "participants", "--json").out.count(f'"display_name":"{OPERATOR}"') == 1


async def test_a_topic_with_another_setting_stops_the_start_by_name(home: Home) -> None:
    home("down")
    await set_retention(home.broker.bootstrap_servers, "604800000")
    try:
        for command in (("up",), ("up", "--dry-run"), ("worker", "deciders", "--slot", "d-9")):
            ended = home(*command)
            assert ended.code == 2, command
            told = "topic registry.journal has retention.ms 604800000 where -1 is wanted; kafka-configs"
            assert told in ended.err
            assert ended.err.splitlines()[-1].startswith("exchange: ")
            assert home.directory.holder() is None
    finally:
        await set_retention(home.broker.bootstrap_servers, "-1")
    assert home("up").code == 0


async def set_retention(servers: str, value: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        # What is not named here would be set back to Kafka's own.
        (spec,) = (spec for spec in context_topics(DEFAULT_PARTITIONS) if spec.name == "registry.journal")
        configs = {**spec.config, "min.insync.replicas": "1", "retention.ms": value}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name, configs=configs)])
    finally:
        await admin.close()


def test_a_kafka_or_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    nowhere = exchange("up", "--bootstrap-servers", "127.0.0.1:1", "--data", NAME, directory=tmp_path)
    assert nowhere.code == 3
    assert "exchange: nobody answers at 127.0.0.1:1 (" in nowhere.err
    assert "Traceback" not in nowhere.err
    password = "postgresql+psycopg://somebody:secret@127.0.0.1:1/exchange"
    wrong = exchange("up", "--store-url", "mysql://x", "--data", "other", directory=tmp_path)
    assert (wrong.code, (tmp_path / "other").exists()) == (2, False)
    lonely = exchange("up", "--replication", 3, "--data", "other", directory=tmp_path)
    assert lonely.code == 2
    asked = exchange("sql", "select 1", "--data", made(tmp_path / "third", password), directory=tmp_path)
    assert asked.code == 3
    assert "secret" not in asked.err + asked.out


def made(path: Path, store_url: str) -> Path:
    DataDirectory.create(path, created_at=0, store_url=store_url)
    return path
