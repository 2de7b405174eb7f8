"""The web process's port, and what else may be chosen anew at each start."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker.ports import free_port
from streams.node import http_port as module
from streams.node.choices import Choices, choices, remember
from streams.node.directory import DataDirectory
from streams.node.http_port import http_port, settle_port


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDirectory:
    monkeypatch.setattr(module, "_LET_GO_S_MAX", 0.0)
    return DataDirectory.create(tmp_path / "node", created_at=time.time_ns() // 1_000)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        yield other.getsockname()[1]


def test_the_first_start_chooses_a_port_and_every_other_keeps_it(directory: DataDirectory) -> None:
    told: list[str] = []
    with pytest.raises(Unavailable, match="has no HTTP port yet; `exchange up` chooses one"):
        http_port(directory)
    settle_port(directory, told.append)
    first = http_port(directory)
    settle_port(directory, told.append)
    assert http_port(directory) == first
    assert told == []


def test_a_port_that_was_chosen_for_somebody_moves_when_it_is_taken(
    directory: DataDirectory, taken: int
) -> None:
    told: list[str] = []
    remember(directory, Choices(http_port=taken, schema_registry="http://registry:8081"))
    settle_port(directory, told.append)
    moved = http_port(directory)
    assert moved != taken
    assert told == [f"HTTP moves to port {moved}, for {taken} is taken"]
    assert choices(directory).schema_registry == "http://registry:8081"


def test_a_port_that_somebody_asked_for_stays_or_the_start_fails(
    directory: DataDirectory, taken: int
) -> None:
    remember(directory, Choices(http_port=taken, http_port_asked=True))
    with pytest.raises(
        Misuse, match=rf"HTTP port {taken} on 127\.0\.0\.1 cannot be had \(Address already in use\)"
    ):
        settle_port(directory, lambda step: None)
    assert http_port(directory) == taken


def test_a_damaged_file_says_what_to_do(directory: DataDirectory) -> None:
    remember(directory, Choices())
    (directory.path / "choices.json").write_text("{")
    with pytest.raises(Misuse, match="delete it, and name again what is to be"):
        choices(directory)
