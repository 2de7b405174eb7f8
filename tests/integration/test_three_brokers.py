"""The deployment of docker-compose.yml as processes on this machine: its brokers' settings, its workers' commands.

One of the three brokers is killed under load: with factor 3 and two that must acknowledge, nothing stops and
nothing is lost, and the broker catches up when it is back.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from exchange.sdk import Exchange
from streams.broker.ports import free_port
from streams.node.directory import DataDirectory
from streams.settings import DEFAULT_PARTITIONS
from streams.topics import context_topics
from tests.support import eventually
from tests.support.aftermath import everything_is_as_it_should_be
from tests.support.command import EXCHANGE, exchange
from tests.support.composed import ROOT, Composed, placed
from tests.support.load import a_load, run
from tests.support.node import OPENS, PLENTY_S, Node
from tests.support.quorum import Quorum

pytestmark = pytest.mark.timeout(900)

KILLED = "kafka-2"
TOKEN = "a token of sixteen characters"
# How soon a broker that is gone is missed: 9 s and 2 s, were it not for a test that waits.
_QUICKER = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}


class Local:
    """The file's deployment with this machine's addresses and paths in it."""

    def __init__(self, path: Path, store_url: str) -> None:
        self.composed = Composed()
        self.path = path
        self._ports: dict[tuple[str, str], int] = {}
        for address in self.composed.addresses():
            self._ports[address] = free_port()
        (path / "token").write_text(TOKEN)
        self._places = {
            "/node": str(path / "node"),
            "/run/secrets/exchange_token": str(path / "token"),
            "postgresql+psycopg://exchange@postgres/exchange": store_url,
            "/app/probe.py": str(ROOT / "deploy" / "probe.py"),
        }

    def quorum(self) -> Quorum:
        settings = {
            name: _QUICKER
            | {key: placed(value, self._ports) for key, value in self.composed.properties(name).items()}
            for name in self.composed.brokers
        }
        return Quorum(self.path / "kafka", self.composed.cluster_id, settings)

    def command(self, service: str, listen: int = 0) -> list[str]:
        return [self._here(word, listen) for word in self.composed.services[service]["command"]]

    def option(self, service: str, name: str) -> str:
        (found,) = (w.partition("=")[2] for w in self.command(service) if w.startswith(f"{name}="))
        return found

    def environment(self, service: str) -> dict[str, str]:
        """The container's own, without the password: the tests' database asks for none."""
        given = self.composed.services[service]["environment"]
        said = {name: self._here(str(value), 0) for name, value in given.items() if name != "PGPASSWORD"}
        return os.environ | said | {"EXCHANGE_DATA": str(self.path / service)}

    def probe(self, service: str, port: int) -> list[str]:
        test = self.composed.services[service]["healthcheck"]["test"]
        assert test[:2] == ["CMD", "python"]
        there = _listened(self.composed, service)
        return [sys.executable, *(self._here(word.replace(there, str(port)), 0) for word in test[2:])]

    def _here(self, word: str, listen: int) -> str:
        for there, here in self._places.items():
            word = word.replace(there, here, 1)
        if word.startswith("--listen="):
            return f"--listen=127.0.0.1:{listen}"
        return placed(word, self._ports)


def _listened(composed: Composed, service: str) -> str:
    (found,) = (w for w in composed.services[service]["command"] if w.startswith("--listen="))
    return str(found).rsplit(":", 1)[1]


class Kept:
    """A container's process: started again whenever it ends, as its restart policy says."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.restarts = 0
        self._command, self._environment, self._log = command, environment, log
        self._process = self._started()

    def look(self) -> None:
        if self._process.poll() is not None:
            self.restarts += 1
            self._process = self._started()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [EXCHANGE, *self._command],
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def workers(local: Local) -> Iterator[dict[str, tuple[Kept, int]]]:
    """Every service of the file that runs this project for good, and the port it listens at here."""
    kept: dict[str, tuple[Kept, int]] = {}
    try:
        for service in local.composed.own:
            if local.composed.services[service]["restart"] == "unless-stopped":
                port = free_port()
                log = local.path / f"{service}.log"
                kept[service] = Kept(local.command(service, port), local.environment(service), log), port
        yield kept
    finally:
        for each, _ in kept.values():
            each.end()


@asynccontextmanager
async def keeping(kept: Mapping[str, tuple[Kept, int]]) -> AsyncIterator[None]:
    async def look() -> None:
        while True:
            for each, _ in kept.values():
                each.look()
            await asyncio.sleep(0.5)

    looking = asyncio.ensure_future(look())
    try:
        yield
    finally:
        looking.cancel()


async def test_a_broker_killed_under_load_costs_nothing_and_catches_up(
    tmp_path: Path, postgres_url: str
) -> None:
    local = Local(tmp_path, postgres_url)
    quorum = local.quorum()
    servers = local.option("init", "--bootstrap-servers")
    try:
        await quorum.start(servers)
        node = Node(_created(local, servers, postgres_url))
        made = await asyncio.to_thread(exchange, *local.command("init"), directory=tmp_path)
        assert made.code == 0, made.err
        await _settings_are_known_to_kafka(local, servers)
        with workers(local) as kept:
            async with keeping(kept):
                for service, (_, port) in kept.items():
                    await eventually(lambda s=service, p=port: _ready(local, s, p), PLENTY_S)
                await _trade_through(quorum, node, servers)
            restarts = {service: each.restarts for service, (each, _) in kept.items()}
        assert max(restarts.values()) <= 2, f"brokers that come and go are waited for: {restarts}"
    finally:
        quorum.stop()


def _created(local: Local, servers: str, store_url: str) -> DataDirectory:
    """The exchange that `init` finds, on the day that the tests play."""
    now_us = time.time_ns() // 1_000
    return DataDirectory.create(
        local.path / "node",
        created_at=now_us,
        purpose="test",
        clock_shift_us=OPENS - now_us,
        bootstrap_servers=servers,
        store_url=store_url,
        replication=int(local.option("init", "--replication")),
    )


async def _trade_through(quorum: Quorum, node: Node, servers: str) -> None:
    async with Exchange.open(node.directory.path) as doors:
        load = await a_load(doors, records=6_000, purchases=8, flood=800)

        async def kill_one() -> None:
            quorum.kill(KILLED)
            await eventually(lambda: _in_sync(servers, 2), PLENTY_S)

        await run(load, kill_one)
        quorum.start_one(KILLED)
        await eventually(lambda: _in_sync(servers, 3), PLENTY_S)
        await everything_is_as_it_should_be(node, doors, load)


def _ready(local: Local, service: str, port: int) -> bool:
    """Whether the container would be healthy."""
    ended = subprocess.run(
        local.probe(service, port),
        env=os.environ | {"EXCHANGE_TOKEN_FILE": str(local.path / "token")},
        capture_output=True,
        timeout=30,
        check=False,
    )
    return ended.returncode == 0


async def _in_sync(servers: str, count: int) -> bool:
    """Whether every partition has three replicas, of which so many are in sync at the fewest."""
    try:
        topics = await _asked(servers, "describe_topics")
    except (KafkaError, OSError):
        return False
    found = [partition for topic in topics for partition in topic["partitions"]]
    ours = [each for each in found if len(each["replicas"]) == 3]
    assert ours
    return len(ours) == len(found) and min(len(each["isr"]) for each in ours) == count


async def _asked(servers: str, name: str, *arguments: Any) -> Any:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        return await getattr(admin, name)(*arguments)
    finally:
        await admin.close()


async def _settings_are_known_to_kafka(local: Local, servers: str) -> None:
    """Every variable of the brokers in the file is a setting that Kafka has, and has taken; topics are as wanted."""
    resources = [ConfigResource(ConfigResourceType.BROKER, local.composed.properties(KILLED)["node.id"])]
    (answer,) = await _asked(servers, "describe_configs", resources)
    found = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    for name, value in local.composed.properties(KILLED).items():
        assert name in found, f"{name} is no setting of Kafka's"
        if "listeners" not in name and name not in ("log.dirs", "controller.quorum.voters"):
            assert found[name] == value, name
    names = {spec.name for spec in context_topics(DEFAULT_PARTITIONS)}
    topics = {topic["topic"]: topic["partitions"] for topic in await _asked(servers, "describe_topics")}
    assert {len(p["replicas"]) for name in names for p in topics[name]} == {3}
