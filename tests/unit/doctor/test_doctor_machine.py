"""What the doctor says of the machine, in its bad cases too."""

import socket
from pathlib import Path

import pytest

from streams.node.directory import DataDirectory
from streams.node.doctor import machine

GB = 1 << 30
DAY_US = 86_400_000_000


def test_a_python_that_is_too_old_or_untried_is_named() -> None:
    assert machine.python((3, 12)).state == "ok"
    assert machine.python((3, 10)).state == machine.python((3, 15)).state == "wrong"
    assert "3.10" in machine.python((3, 10)).found


@pytest.mark.parametrize("installed", [{"aiokafka": "0.13.0"}, {"other": "1"}])
def test_a_package_that_is_missing_or_another_is_wrong(installed: dict[str, str], tmp_path: Path) -> None:
    wanted = ["aiokafka==0.14.0", 'pandas>=2 ; extra == "pandas"']
    (finding,) = machine.packages(wanted, installed, tmp_path / "none")
    assert finding.state == "wrong"
    assert "aiokafka" in finding.found
    assert "make install" in finding.remedy
    assert "pandas" not in finding.found


def test_versions_other_than_the_locked_ones_are_to_be_watched(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    lines = (
        "aiokafka==0.14.0 \\\n    --hash=sha256:00",
        "msgspec==0.20.0 ; python_version > '3' \\\n    --hash=sha256:00",
        "msgspec==0.9.0 ; python_version < '3' \\\n    --hash=sha256:00",
    )
    lock.write_text("\n".join(lines))
    installed = {"aiokafka": "0.14.0", "msgspec": "0.21.0"}
    declared, locked = machine.packages(["aiokafka==0.14.0"], installed, lock)
    assert declared.state == "ok"
    assert (locked.state, locked.found) == ("warning", "msgspec 0.21.0 (locked: 0.20.0)")
    _, locked = machine.packages(["aiokafka==0.14.0"], {**installed, "msgspec": "0.20.0"}, lock)
    assert locked.state == "ok"


def test_a_java_that_is_missing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.broker.java.find_spec", lambda name: None)
    finding = machine.java({"JAVA_HOME": "/nowhere", "PATH": ""})
    assert finding.state == "wrong"
    assert "/nowhere" in finding.found


def test_jars_that_are_missing_are_fetched_by_the_next_start(tmp_path: Path) -> None:
    finding = machine.jars(tmp_path)
    assert finding.state == "warning"
    assert str(tmp_path) in finding.found


@pytest.mark.parametrize(
    ("free", "age_days", "used", "state"),
    [
        (100 * GB, 10, 1 << 20, "ok"),
        (4 * GB, 10, 1 << 20, "warning"),
        (GB // 2, 10, 1 << 20, "wrong"),
        (6 * GB, 1, 300 << 20, "warning"),
    ],
)
def test_a_disk_is_judged_by_its_room_and_by_the_pace_of_the_past(
    free: int, age_days: int, used: int, state: str, tmp_path: Path
) -> None:
    directory = DataDirectory.create(tmp_path / "node", created_at=0)
    with (directory.path / "data").open("wb") as file:
        file.write(bytes(used))
    finding = machine.disk(directory, free, age_days * DAY_US / 1_000_000)
    assert finding.state == state, finding.found
    assert (str(directory.path) in finding.remedy) == (state != "ok")


@pytest.mark.parametrize(("free", "state"), [(100 * GB, "ok"), (4 * GB, "warning"), (GB // 2, "wrong")])
def test_room_is_looked_at_where_a_node_would_be_made(free: int, state: str, tmp_path: Path) -> None:
    finding = machine.room(tmp_path / "not" / "yet", free)
    assert (finding.check, finding.state) == ("disk", state)
    assert finding.found.endswith(f" free in {tmp_path}")
    assert ("--data" in finding.remedy) == (state != "ok")
    assert not (tmp_path / "not").exists()


def test_a_place_that_keeps_no_files_is_no_room(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = machine.room(tmp_path / "file" / "node")
    assert (finding.state, finding.found) == ("wrong", f"{tmp_path / 'file'} cannot be written")
    assert finding.remedy == "choose another directory with --data"


@pytest.mark.parametrize(
    ("limits", "state"),
    [((65_536, 65_536), "ok"), ((2_048, 2_048), "warning"), ((512, 4_096), "wrong"), ((-1, -1), "ok")],
)
def test_too_few_open_files_are_told_before_kafka_meets_them(limits: tuple[int, int], state: str) -> None:
    finding = machine.open_files(limits)
    assert finding.state == state
    assert ("ulimit" in finding.remedy) == (state != "ok")


def test_a_port_that_is_taken_is_wrong_only_if_somebody_asked_for_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        states = [each.state for each in machine.ports({"Kafka": (port, False), "HTTP": (port, True)})]
    assert states == ["warning", "wrong"]
    assert [each.state for each in machine.ports({"HTTP": (port, True)})] == ["ok"]
