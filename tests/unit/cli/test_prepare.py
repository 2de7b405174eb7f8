"""What installing calls: whatever keeps Kafka from starting sooner is told, and nothing else stops it."""

from pathlib import Path

import pytest

from exchange.cli import prepare
from exchange.kernel.errors import Unavailable
from streams.broker.java import NoJava


@pytest.fixture
def jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare, "find_java", lambda: tmp_path / "java" / "bin" / "java")
    monkeypatch.setattr(prepare, "fetch_jars", lambda: (tmp_path, ()))
    return tmp_path


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied", "/jars"),
        OSError(28, "No space left on device"),
        Unavailable("x"),
    ],
)
def test_an_archive_that_cannot_be_made_is_told_and_no_failure(
    jars: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    async def failing(*given: object) -> None:
        raise error

    monkeypatch.setattr(prepare, "make_archive", failing)
    assert prepare.main() == 0
    said = capsys.readouterr().err
    assert "Kafka will start without an archive of its classes: " in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("jars")
def test_a_jar_that_cannot_be_had_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing() -> None:
        raise Unavailable("kafka-clients.jar cannot be had; try again")

    monkeypatch.setattr(prepare, "fetch_jars", failing)
    assert prepare.main() == 3
    assert capsys.readouterr().err.startswith("exchange: kafka-clients.jar cannot be had")


def test_ctrl_c_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "find_java", interrupted)
    assert prepare.main() == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_machine_without_java_is_told_apart_from_every_other_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise NoJava("no Java")

    monkeypatch.setattr(prepare, "find_java", missing)
    assert prepare.main() == 5
