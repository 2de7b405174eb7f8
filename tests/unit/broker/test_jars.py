"""The jars' lock: what is verified, what is fetched again, what is never left behind."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker.download import default_repository, ensure_jars
from streams.broker.jars import Jar, class_path, is_whole, jar_directory, read_lock, write_lock

BYTES = b"kafka" * 40_000


def a_jar(artifact: str = "kafka", content: bytes = BYTES) -> Jar:
    return Jar("org.example", artifact, "1.0", len(content), hashlib.sha256(content).hexdigest())


class Repository:
    """A Maven repository on loopback, and what was asked of it."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked = root, []
        repository = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *args: object) -> None:
                super().__init__(*args, directory=str(root))

            def do_GET(self) -> None:
                repository.asked.append(self.path)
                super().do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def publish(self, jar: Jar, content: bytes = BYTES) -> None:
        path = self.root / jar.repository_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    root = tmp_path / "repository"
    root.mkdir()
    repository = Repository(root)
    thread = threading.Thread(target=repository.server.serve_forever)
    thread.start()
    yield repository
    repository.server.shutdown()
    thread.join()
    repository.server.server_close()


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    return tmp_path / "some jars"


def ensure(jars: Path, repository: Repository, *wanted: Jar) -> list[tuple[int, int, int]]:
    """Ensure the jars and give back what was told meanwhile."""
    told: list[tuple[int, int, int]] = []
    ensure_jars(jars, wanted, repository.url, lambda *said: told.append(said))
    return told


def test_a_missing_jar_is_fetched_and_told_as_its_bytes_arrive(jars: Path, repository: Repository) -> None:
    repository.publish(a_jar())
    told = ensure(jars, repository, a_jar())
    assert (jars / a_jar().file_name).read_bytes() == BYTES
    assert told[0] == (1, 0, len(BYTES))
    assert told[-1] == (1, len(BYTES), len(BYTES))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_whole_jars_are_not_asked_for_again(jars: Path, repository: Repository) -> None:
    repository.publish(a_jar())
    ensure(jars, repository, a_jar())
    assert ensure(jars, repository, a_jar()) == []
    assert len(repository.asked) == 1


@pytest.mark.parametrize("damage", [BYTES[:-1], b"", BYTES[:-1] + b"x", BYTES + b"x"])
def test_a_truncated_or_altered_jar_is_seen_and_replaced(
    jars: Path, repository: Repository, damage: bytes
) -> None:
    jars.mkdir()
    (jars / a_jar().file_name).write_bytes(damage)
    assert not is_whole(a_jar(), jars)
    repository.publish(a_jar())
    ensure(jars, repository, a_jar())
    assert is_whole(a_jar(), jars)


def test_only_the_damaged_jar_of_several_is_fetched(jars: Path, repository: Repository) -> None:
    first, second = a_jar("first"), a_jar("second")
    for jar in (first, second):
        repository.publish(jar)
    ensure(jars, repository, first, second)
    repository.asked.clear()
    (jars / second.file_name).unlink()
    ensure(jars, repository, first, second)
    assert repository.asked == [f"/{second.repository_path}"]


def test_other_bytes_than_the_locked_ones_are_refused_and_leave_nothing(
    jars: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.broker.download._TRIES", 1)
    repository.publish(a_jar(), b"other bytes")
    with pytest.raises(
        Unavailable, match=rf"kafka 1\.0 .* SHA-256 .* arrived where {a_jar().sha256} is locked"
    ):
        ensure(jars, repository, a_jar())
    assert list(jars.iterdir()) == []


def test_a_jar_the_repository_has_not_is_named_with_the_remedy_and_not_asked_for_twice(
    jars: Path, repository: Repository
) -> None:
    with pytest.raises(Unavailable, match=r"kafka 1\.0 could not be had .*404.*CORRIDOR_MAVEN_REPOSITORY"):
        ensure(jars, repository, a_jar())
    assert len(repository.asked) == 1
    assert list(jars.iterdir()) == []


def test_the_repository_can_be_named_and_defaults_to_mavens_own() -> None:
    assert (
        default_repository({"CORRIDOR_MAVEN_REPOSITORY": "https://mirror.example/maven"})
        == "https://mirror.example/maven"
    )
    assert default_repository({}).startswith("https://")


def test_the_lock_says_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    locked = [a_jar("first"), a_jar("second", b"x")]
    write_lock(locked, ["org.example:first:1.0"], tmp_path / "jars.lock")
    assert read_lock(tmp_path / "jars.lock") == locked


def test_the_committed_lock_names_kafka_and_a_digest_for_every_jar() -> None:
    locked = read_lock()
    assert "kafka_2.13 4.3.1" in {f"{jar.artifact} {jar.version}" for jar in locked}
    assert all(len(jar.sha256) == 64 and jar.size_bytes > 0 for jar in locked)
    assert len({jar.file_name for jar in locked}) == len(locked)


def test_the_class_path_names_the_locked_jars_in_order_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "stranger.jar").write_bytes(b"")
    first, second = a_jar("first"), a_jar("second")
    expected = f"{tmp_path / first.file_name}:{tmp_path / second.file_name}"
    assert class_path([first, second], tmp_path) == expected


def test_a_jar_directory_that_a_class_path_cannot_hold_is_refused() -> None:
    with pytest.raises(Misuse, match="set CORRIDOR_JARS to another directory"):
        jar_directory({"CORRIDOR_JARS": "/some:where"})
