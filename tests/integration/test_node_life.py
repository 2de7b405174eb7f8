"""A node's life on real processes: up, looked at, harmed, taken over, restarted, ended."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from exchange.registry.commands import Role
from exchange.sdk import Exchange
from exchange.web import build, schema_registry
from exchange.web.guard import Guard
from streams.broker import EmbeddedBroker
from streams.broker.ports import free_port
from streams.node.choices import choices, remember
from streams.node.control import is_ready
from streams.node.directory import DataDirectory
from streams.node.http_port import http_port
from streams.node.reports import NODE, lives, read_reports
from streams.schema_catalogue import Catalogue
from tests.support import eventually
from tests.support.command import Ended, exchange, running
from tests.support.node import DECIDERS, KAFKA, PLENTY_S, PROJECTIONS, WEB, Node
from tests.support.schemas import a_catalogue_with, a_record
from tests.support.trade import OPERATOR, a_participant
from tests.support.web import asked, served

pytestmark = pytest.mark.timeout(600)

NAME = "a node with spaces"
A_WHILE_S = 60.0


class Home:
    """A directory in which somebody works with one node."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def directory(self) -> DataDirectory:
        return DataDirectory.open(self.path / NAME)

    @property
    def node(self) -> Node:
        return Node(self.directory)

    def __call__(self, *arguments: object) -> Ended:
        return exchange(*arguments, "--data", NAME, directory=self.path)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("status", "--json").out)
        return found

    def state_of(self, name: str) -> str:
        return str(next(each["state"] for each in self.status()["processes"] if each["name"] == name))

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this directory."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.path / NAME) in word for word in process.info["cmdline"] or ()):
                found.append(process)
        return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A node that is up whenever a test begins, and is harmed by one test after another."""
    home = Home(tmp_path_factory.mktemp("life of"))
    try:
        yield home
    finally:
        home("down")
        for process in home.processes():
            process.kill()


@pytest.fixture
def up(home: Home) -> Home:
    if not (home.path / NAME).exists() or home.directory.holder() is None:
        ended = home("up")
        assert ended.code == 0, ended.err
    return home


def one_line(text: str) -> bool:
    return text.startswith("exchange: ") and text.count("\n") == 1


def test_up_tells_its_steps_and_where_to_go_on(home: Home) -> None:
    ended = home("up")
    assert ended.code == 0, ended.err
    steps = [line.split(" (")[0] for line in ended.err.splitlines()]
    assert "  ✓ starting Kafka" in steps
    # On a busy machine `up` also sees the workers fold.
    assert [step for step in steps if step != "  ✓ folding the journals"][-1] == "  ✓ starting the workers"
    assert f"exchange status --data '{NAME}'" in ended.out
    assert home.node.servers in ended.out


def test_status_shows_every_process_and_every_partition_led(up: Home) -> None:
    status = up.status()
    assert (status["state"], status["ready"], status["problems"]) == ("running", True, [])
    assert [each["name"] for each in status["processes"]] == [NODE, KAFKA, DECIDERS, PROJECTIONS, WEB]
    for process in status["processes"]:
        assert process["state"] == "running"
        assert lives(process["pid"])
        assert process.keys() == {"name", "pid", "state", "restarts", "up_s", "loop_lag_max_s"}
    places = [(each["context"], each["partition"]) for each in status["partitions"]]
    assert places == [
        ("registry", 0),
        ("market", 0),
        ("market", 1),
        ("delivery", 0),
        ("delivery", 1),
        ("bonded", 0),
        ("settlement", 0),
    ]
    for part in status["partitions"]:
        assert part["led"] is True
        assert part["leader"] == DECIDERS
        assert part["claim"] >= 0
        assert part["ignored"] == 0


async def test_a_node_that_has_nothing_to_do_is_behind_with_nothing(up: Home) -> None:
    def lags() -> set[int]:
        names = ("commands_lag", "policies_lag", "tables_lag")
        return {part[name] for part in up.status()["partitions"] for name in names}

    await eventually(lambda: lags() == {0}, PLENTY_S)


def test_status_as_text_is_aligned_and_fits_eighty_columns(up: Home) -> None:
    ended = up("status")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert f"HTTP    {up.status()['http']}" in lines
    paths = ("Node", "Tables")
    assert [line for line in lines if len(line) > 80 and not line.startswith(paths)] == []
    heads = [line for line in lines if line.startswith(("process", "partition"))]
    assert [head.split()[0] for head in heads] == ["process", "partition"]
    assert lines[-1] == "✓ Every process runs, every partition is led. Lags stand above."


def test_a_second_up_is_refused_in_one_line(up: Home) -> None:
    ended = up("up")
    assert ended.code == 2
    assert one_line(ended.err)
    assert f"a node already runs in {up.path / NAME}" in ended.err
    assert is_ready(up.directory)


async def test_what_was_there_before_an_orderly_restart_is_there_afterwards(up: Home) -> None:
    admit = a_participant(OPERATOR, "CN-LG", Role.OPERATOR)
    async with Exchange.open(up.directory.path) as open_exchange:
        first = await open_exchange.operator(OPERATOR).ask("registry", "registry", admit, id="restart-1")
        await open_exchange.analyst().up_to_date()
    before = up("query", "participants", "--json").out
    assert OPERATOR in before
    began = time.monotonic()
    down = up("down")
    assert down.code == 0, down.err
    assert time.monotonic() - began < A_WHILE_S
    assert up.processes() == []
    assert up("query", "participants", "--json").out == before
    again = up("up")
    assert again.code == 0, again.err
    assert up("query", "participants", "--json").out == before
    async with Exchange.open(up.directory.path) as open_exchange:
        answer = await open_exchange.operator(OPERATOR).ask("registry", "registry", admit, id="restart-1")
    assert answer.repeated
    assert answer.outcome == first.outcome


@pytest.mark.parametrize("name", [DECIDERS, PROJECTIONS, WEB, KAFKA])
async def test_a_killed_process_is_shown_and_comes_back(up: Home, name: str) -> None:
    supervisor = up.directory.holder()
    assert supervisor is not None
    # Held up, it cannot yet do anything about what happens.
    os.kill(supervisor, signal.SIGSTOP)
    try:
        killed = up.node.kill(name)
        await eventually(lambda: not lives(killed), A_WHILE_S)
        ended = up("status", "--json")
        assert ended.code == 3
        status = json.loads(ended.out)
        assert status["ready"] is False
        assert [p["name"] for p in status["processes"] if p["state"] == "down"] == [name]
        assert any(name in problem for problem in status["problems"])
        unled = [part for part in status["partitions"] if not part["led"]]
        assert len(unled) == (0 if name in (PROJECTIONS, WEB) else 7)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    await up.node.recovers(name, killed)
    await eventually(lambda: up("status").code == 0, PLENTY_S)
    restarts = {each["name"]: each["restarts"] for each in up.status()["processes"]}
    assert restarts[name] >= 1


async def test_a_killed_supervisor_leaves_kafka_which_the_next_up_takes_over(up: Home) -> None:
    kafka, workers = up.node.pid(KAFKA), [up.node.pid(name) for name in (DECIDERS, PROJECTIONS, WEB)]
    await kill_supervisor(up)
    for pid in workers:
        await eventually(lambda pid=pid: not lives(pid), A_WHILE_S)
    assert kafka is not None
    assert lives(kafka)
    ended = up("status")
    assert ended.code == 3
    assert "the supervisor is gone, Kafka runs on" in ended.out
    asked = up("buy", "L-0.0.0", "--as", "BU-1")
    assert asked.code == 3
    assert "is down; `exchange up" in asked.err
    again = up("up")
    assert again.code == 0, again.err
    assert f"taking over the Kafka that runs here (process {kafka})" in again.err
    assert up.node.pid(KAFKA) == kafka


async def test_down_ends_what_a_killed_supervisor_left(up: Home) -> None:
    await kill_supervisor(up)
    ended = up("down")
    assert ended.code == 0, ended.err
    assert up.processes() == []
    assert EmbeddedBroker(up.directory.kafka).pid is None
    again = up("down")
    assert (again.code, again.out) == (0, f"The node in {NAME} was not running.\n")


async def kill_supervisor(home: Home) -> None:
    supervisor = home.directory.holder()
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    await eventually(lambda: home.directory.holder() is None, A_WHILE_S)


async def test_a_node_whose_ports_were_taken_comes_up_on_others(home: Home) -> None:
    home("down")
    before, http = home.node.servers, http_port(home.directory)
    with taken(int(before.rsplit(":", 1)[1])), taken(http), a_registry(Catalogue()) as registry:
        ended = home("up", "--schema-registry", registry)
        assert ended.code == 0, ended.err
        assert f"✓ checking the schema ids at {registry}" in ended.err
        assert f"HTTP moves to port {http_port(home.directory)}, for {http} is taken" in ended.err
        assert home.node.servers != before
        assert home.node.servers in ended.out
        status = home.status()
        assert status["ready"]
        assert status["http"] == f"http://127.0.0.1:{http_port(home.directory)}"
        assert asked(f"{status['http']}/schemas/types").body == ["AVRO"]
    home("down")
    remember(home.directory, replace(choices(home.directory), schema_registry=None))


def test_an_http_port_that_was_asked_for_is_had_or_the_start_fails(home: Home) -> None:
    home("down")
    known = choices(home.directory)
    with taken(port := free_port()):
        ended = home("up", "--http-port", port)
    remember(home.directory, known)
    assert ended.code == 2
    assert f"HTTP port {port} on 127.0.0.1 cannot be had (Address already in use)" in ended.err
    assert home.processes() == []


def test_a_registry_whose_ids_are_others_ends_the_start_before_it_began(home: Home, tmp_path: Path) -> None:
    home("down")
    known = choices(home.directory)
    with a_registry(a_catalogue_with(tmp_path, 54, a_record())) as registry:
        ended = home("up", "--schema-registry", registry)
    remember(home.directory, known)
    assert ended.code == 2
    said = ended.err.splitlines()[-1]
    assert said.startswith(
        f"exchange: {registry} has another schema than avro/ids.json under id 54: corridor.market.Haggled"
    )
    assert "starting Kafka" not in ended.err
    assert home.processes() == []


@contextmanager
def taken(port: int) -> Iterator[None]:
    """Somebody else listens at a port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


def a_registry(catalogue: Catalogue) -> AbstractContextManager[str]:
    """A schema registry elsewhere."""
    return served(build([schema_registry.routes(catalogue)], Guard()))


async def test_of_two_that_race_one_node_comes_up(home: Home) -> None:
    home("down")
    both = await asyncio.gather(*(asyncio.to_thread(home, "up") for _ in range(2)))
    assert sorted(ended.code for ended in both) == [0, 2]
    refused = next(ended for ended in both if ended.code)
    assert "a node already runs" in refused.err
    assert home.status()["ready"]


async def test_a_node_can_be_ended_while_it_starts(home: Home) -> None:
    home("down")
    with running("up", "--data", NAME, directory=home.path) as starting:
        await eventually(lambda: step(home) == "starting Kafka", A_WHILE_S)
        down = home("down")
        assert down.code == 0, down.err
        _, said = await asyncio.to_thread(starting.communicate)
    assert starting.returncode == 3
    assert "was ended while it started" in said.decode()
    assert home.processes() == []


async def test_ctrl_c_ends_what_up_had_begun(home: Home) -> None:
    home("down")
    with running("up", "--data", NAME, directory=home.path) as starting:
        await eventually(lambda: step(home) == "starting Kafka", A_WHILE_S)
        os.kill(starting.pid, signal.SIGINT)
        _, said = await asyncio.to_thread(starting.communicate)
    assert starting.returncode == 130
    assert said.decode().splitlines()[-1] == "exchange: interrupted"
    await eventually(lambda: not home.processes(), A_WHILE_S)


async def test_in_the_foreground_it_runs_until_it_is_interrupted(home: Home) -> None:
    home("down")
    with running("up", "--foreground", "--data", NAME, directory=home.path) as process:
        await eventually(lambda: is_ready(home.directory), PLENTY_S)
        os.kill(process.pid, signal.SIGINT)
        _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0
    assert "… starting Kafka" in said.decode()
    assert home.processes() == []


def step(home: Home) -> str | None:
    """What a supervisor that lives and still starts is about."""
    for report in read_reports(home.directory.run):
        if report.name == NODE and report.state == "starting" and lives(report.pid):
            return str(report.details["steps"][-1]) if report.details["steps"] else None
    return None


def test_logs_hold_our_words_and_not_those_of_every_service(home: Home) -> None:
    logs = home.directory.logs
    deciders = (logs / f"{DECIDERS}.log").read_text()
    assert "deciders-0 starts as process" in deciders
    assert "leading market/0" in deciders
    assert "deciders-0 stopped" in deciders
    for file in logs.glob("*.log"):
        assert "[^" not in file.read_text()
