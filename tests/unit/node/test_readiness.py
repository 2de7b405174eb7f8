"""When a node is ready: by the words of processes that live, not of those that were."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.node.directory import DataDirectory
from streams.node.readiness import is_ready, process_reports
from streams.node.reports import FRESH_S, NODE, Report, forget_reports, read_reports, write_report

HERE = os.getpid()
PLACES = [
    *(("registry", 0), ("market", 0), ("market", 1)),
    *(("delivery", 0), ("delivery", 1), ("bonded", 0), ("settlement", 0)),
]
LEADS = [{"context": context, "partition": number} for context, number in PLACES]
FOLLOWS = LEADS


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory.create(tmp_path / "node", created_at=0)


def say(directory: DataDirectory, name: str, *, pid: int = HERE, at: float = 0.0, **details: Any) -> None:
    report = Report(
        name=name, pid=pid, started_at=0, at=at or time.time(), state=details.pop("state", "running"),
        details=details,
    )  # fmt: skip
    write_report(directory.run, report)


def all_well(directory: DataDirectory, **changed: Any) -> None:
    say_node(
        directory, **({"processes": {"deciders-0": HERE, "projections-0": HERE}, "kafka": HERE} | changed)
    )
    say(directory, "deciders-0", leads=LEADS, policies=FOLLOWS)
    say(directory, "projections-0", projections=FOLLOWS)


def say_node(directory: DataDirectory, **details: Any) -> None:
    say(directory, NODE, restarts=dict.fromkeys(details["processes"], 0), **details)


def test_a_node_is_ready_when_everything_is_led_answered_and_shown(directory: DataDirectory) -> None:
    assert not is_ready(directory)
    all_well(directory)
    assert is_ready(directory)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "starting"},
        {"kafka": None},
        {"processes": {"deciders-0": None, "projections-0": HERE}},
        {"processes": {"deciders-0": HERE + 1, "projections-0": HERE}},
        {"processes": {"deciders-0": HERE, "projections-0": HERE, "more-0": HERE}},
    ],
)
def test_it_is_not_ready_while_a_process_is_away(directory: DataDirectory, changed: dict[str, Any]) -> None:
    all_well(directory, **changed)
    assert not is_ready(directory)


def test_what_was_said_earlier_or_by_the_dead_does_not_count(directory: DataDirectory) -> None:
    all_well(directory)
    assert not is_ready(directory, since=time.time() + 1)
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    say_node(directory, processes={"deciders-0": ended.pid, "projections-0": HERE}, kafka=HERE)
    say(directory, "deciders-0", pid=ended.pid, leads=LEADS, policies=FOLLOWS)
    assert not is_ready(directory)


@pytest.mark.parametrize("missing", ["leads", "policies", "projections"])
def test_one_partition_that_nobody_has_is_enough(directory: DataDirectory, missing: str) -> None:
    all_well(directory)
    had = {"leads": LEADS, "policies": FOLLOWS, "projections": FOLLOWS}
    had[missing] = had[missing][1:]
    say(directory, "deciders-0", leads=had["leads"], policies=had["policies"])
    say(directory, "projections-0", projections=had["projections"])
    assert not is_ready(directory)


def test_another_worker_that_reports_here_may_have_some_of_it(directory: DataDirectory) -> None:
    all_well(directory)
    say(directory, "deciders-0", leads=LEADS[2:], policies=FOLLOWS)
    assert not is_ready(directory)
    say(directory, "deciders-1", leads=LEADS[:2])
    assert is_ready(directory)
    say(directory, "deciders-1", leads=LEADS[:2], at=time.time() - FRESH_S - 1)
    assert not is_ready(directory)


def test_reports_that_nobody_can_read_are_passed_over_and_old_ones_forgotten(
    directory: DataDirectory,
) -> None:
    all_well(directory)
    (directory.run / "other.json").write_bytes(b"{")
    (directory.run / "older.json").write_bytes(msgspec.json.encode({"name": "older"}))
    assert [report.name for report in process_reports(directory)] == ["deciders-0", NODE, "projections-0"]
    forget_reports(directory.run)
    assert read_reports(directory.run) == []
