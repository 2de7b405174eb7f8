"""While deciders fold their journals, whoever starts the node hears how far they are."""

import time
from pathlib import Path

from streams.node.control import _tell_recovery
from streams.node.directory import DataDirectory
from streams.node.reports import Report, write_report


def report(directory: DataDirectory, name: str, started_at: float, *recovering: tuple[int, int]) -> None:
    details = {
        "recovering": [{"context": "market", "partition": 0, "folded": n, "of": of} for n, of in recovering]
    }
    write_report(
        directory.run,
        Report(name=name, pid=1, started_at=started_at, at=time.time(), state="joining", details=details),
    )


def told_of(directory: DataDirectory, began: float) -> tuple[list[str], list[tuple[int, int]]]:
    steps: list[str] = []
    moves: list[tuple[int, int]] = []
    _tell_recovery(directory, began, steps.append, lambda done, of: moves.append((done, of)))
    return steps, moves


def test_what_all_partitions_have_folded_is_summed_up(tmp_path: Path) -> None:
    directory, now = DataDirectory.create(tmp_path / "node", created_at=0), time.time()
    report(directory, "deciders-0", now, (10, 100), (5, 50))
    report(directory, "projections-0", now)
    assert told_of(directory, now) == (["folding the journals"], [(15, 150)])


def test_nothing_is_said_of_a_start_before_this_one_or_where_nothing_is_folded(tmp_path: Path) -> None:
    directory, now = DataDirectory.create(tmp_path / "node", created_at=0), time.time()
    report(directory, "deciders-0", now - 60, (10, 100))
    assert told_of(directory, now) == ([], [])
