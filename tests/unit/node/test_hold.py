"""A data directory belongs to one process at a time, whoever looks at it meanwhile."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse
from streams.node.directory import DataDirectory
from streams.node.hold import Holder
from tests.support import eventually


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory.create(tmp_path / "node", created_at=0)


def another(directory: DataDirectory, does: str = "runs a node") -> "subprocess.Popen[bytes]":
    """A process that holds the directory until its standard input ends."""
    script = (
        "import sys; from pathlib import Path; from streams.node.directory import DataDirectory\n"
        f"with DataDirectory.open(Path({str(directory.path)!r})).held({does!r}): sys.stdin.read()"
    )
    return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)


async def test_while_one_holds_it_another_is_told_who(directory: DataDirectory) -> None:
    with another(directory) as process:
        await eventually(lambda: directory.held_by() == Holder(process.pid, "runs a node"))
        with (
            pytest.raises(Misuse, match=rf"a node already runs in .*\(process {process.pid}\)"),
            directory.held(),
        ):
            pass
        process.kill()
        await eventually(lambda: directory.holder() is None)
    with directory.held():
        pass


async def test_what_else_is_done_to_it_is_said(directory: DataDirectory) -> None:
    with another(directory, "rebuilds the tables") as process:
        await eventually(lambda: directory.held_by() is not None)
        with (
            pytest.raises(Misuse, match=f"process {process.pid} rebuilds the tables in .*; wait"),
            directory.held(),
        ):
            pass
        process.kill()


def test_those_who_look_never_keep_anybody_from_it(directory: DataDirectory) -> None:
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            directory.holder()

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(200):
            with directory.held():
                pass
    finally:
        done.set()
        for looker in lookers:
            looker.join()


def test_a_directory_that_was_never_held_is_free(directory: DataDirectory) -> None:
    assert directory.holder() is None
