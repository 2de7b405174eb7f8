"""`up` and `worker` refuse before they make anything, and their rehearsals refuse the same and write nothing."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from exchange.cli.choosing import Asked, choose
from exchange.cli.node import up
from exchange.cli.worker import worker
from exchange.kernel.errors import ExchangeError, InUse, Misuse, PortTaken, Unavailable
from streams.node import http_port
from streams.node.choices import Choices, choices, remember
from streams.node.directory import DataDirectory

REHEARSED = ([], ["--dry-run"])


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Kafka that answers wherever it is looked for."""

    async def answers(servers: str) -> None:
        pass

    monkeypatch.setattr("streams.broker.reach.see_kafka", answers)


def run(command: click.Command, *arguments: object) -> None:
    """Run a command here, with its errors as they are raised."""
    command.main([str(each) for each in arguments], standalone_mode=False)


@pytest.mark.parametrize("more", REHEARSED)
def test_a_port_that_is_taken_is_refused_before_anything_is_made(
    more: list[str], taken: int, tmp_path: Path
) -> None:
    with pytest.raises(PortTaken, match=f"HTTP port {taken} on 127.0.0.1 cannot be had"):
        run(up, "--data", tmp_path / "node", "--http-port", taken, *more)
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("more", REHEARSED)
def test_a_registry_at_no_address_is_refused_before_anything_is_made(more: list[str], tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="expected an address such as"):
        run(up, "--data", tmp_path / "node", "--schema-registry", "nonsense", *more)
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("more", REHEARSED)
def test_what_a_node_remembers_stays_when_another_choice_is_refused(
    more: list[str], taken: int, tmp_path: Path
) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    remember(directory, Choices(log_format="json"))
    with pytest.raises(PortTaken):
        run(up, "--data", directory.path, "--log-format", "human", "--http-port", taken, *more)
    assert choices(directory) == Choices(log_format="json")


def test_what_was_asked_for_is_remembered_and_the_rest_stays(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    choose(directory, Asked())
    assert not (directory.path / "choices.json").exists()
    remember(directory, Choices(http_port=5, http_port_asked=True, schema_registry="http://registry:8081"))
    choose(directory, Asked(http_port=0, log_format="json"))
    assert choices(directory) == Choices(schema_registry="http://registry:8081", log_format="json")
    choose(directory, Asked(schema_registry="none"))
    assert choices(directory) == Choices(log_format="json")
    with directory.held(), pytest.raises(InUse):
        choose(directory, Asked(log_format="human"))


@pytest.mark.parametrize("more", REHEARSED)
def test_a_node_that_runs_is_said_before_its_own_port_is_found_taken(
    more: list[str], taken: int, tmp_path: Path
) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    with directory.held(), pytest.raises(InUse):
        run(up, "--data", directory.path, "--http-port", taken, *more)


@pytest.mark.parametrize(
    ("remembered", "refusal"),
    [
        (Choices(http_port_asked=True), PortTaken),
        (Choices(schema_registry="http://127.0.0.1:1"), Unavailable),
    ],
    ids=["port", "registry"],
)
def test_a_rehearsal_looks_at_what_is_remembered(
    remembered: Choices,
    refusal: type[ExchangeError],
    taken: int,
    kafka: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_port, "_LET_GO_S_MAX", 0.0)
    monkeypatch.setattr("exchange.cli.up_plan._see_kafka", lambda wanted, would, checked: None)
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    remember(
        directory, Choices(taken, remembered.http_port_asked, schema_registry=remembered.schema_registry)
    )
    with pytest.raises(refusal):
        run(up, "--data", directory.path, "--dry-run")


def test_a_rehearsal_says_that_the_port_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("exchange.cli.up_plan._see_kafka", lambda wanted, would, checked: None)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    run(up, "--data", tmp_path / "node", "--http-port", port, "--dry-run", "--json")
    assert f"HTTP port {port} can be had" in json.loads(capsys.readouterr().out)["checked"]
    assert not (tmp_path / "node").exists()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The node.json of an exchange whose workers may be anywhere."""
    servers, store = "k:9092", "sqlite:///elsewhere"
    made = DataDirectory.create(tmp_path / "theirs", created_at=0, bootstrap_servers=servers, store_url=store)
    return made.path / "node.json"


def test_a_rehearsed_worker_says_which_directory_it_would_make(
    theirs: Path, kafka: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("deciders", "--slot", "d-9", "--data", tmp_path / "new", "--identity", theirs)
    run(worker, *arguments, "--dry-run", "--json")
    node_id = json.loads(theirs.read_bytes())["node_id"]
    would = json.loads(capsys.readouterr().out)["would"]
    assert would[0] == f"create {tmp_path / 'new'} for workers of node {node_id}"
    assert not (tmp_path / "new").exists()


def test_a_rehearsed_worker_refuses_as_it_would(theirs: Path, kafka: None, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters").touch()
    words = ("deciders", "--slot", "d-9", "--identity", theirs, "--dry-run", "--data")
    with pytest.raises(Misuse, match=r"holds other things \(letters …\)"):
        run(worker, *words, tmp_path / "home")
    with pytest.raises(Misuse, match="cannot be written"):
        run(worker, *words, tmp_path / "home" / "letters" / "new")
    with pytest.raises(Misuse, match="expected an address such as"):
        run(worker, *words, tmp_path / "new", "--schema-registry", "nonsense")
    assert not (tmp_path / "new").exists()
