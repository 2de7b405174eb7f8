"""What takes long, as people see it: in a terminal how far it is, how fast, how long still; elsewhere steps only."""

from io import StringIO

import pytest
from rich.console import Console
from rich.progress import Progress

from exchange.cli import steps
from exchange.cli.steps import Steps, columns


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, quiet: bool = False) -> str:
    """Everything that a console saw of two steps, the second of which moves."""
    seen = Console(file=StringIO(), force_terminal=terminal, width=100, quiet=quiet, highlight=False)
    monkeypatch.setattr(steps, "console", lambda **_: seen)
    with Steps(quiet=quiet) as told:
        told.told("starting")
        told.told("publishing")
        for done in range(0, 1_001, 250):
            told.moved(done, 1_000, "records")
            told._progress.refresh()
    assert isinstance(seen.file, StringIO)
    return seen.file.getvalue()


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, terminal=True)
    assert "500 records of 1,000 records" in text
    assert "━" in text
    assert "✓ publishing" in text


def test_a_file_sees_the_steps_and_nothing_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, terminal=False).splitlines()
    assert [line.split(" (")[0] for line in lines] == ["  ✓ starting", "  ✓ publishing"]


def test_nobody_is_told_anything_where_one_document_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, terminal=True, quiet=True) == ""


def test_rate_and_remaining_time_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(1_000))
    seen = Console(file=StringIO(), force_terminal=True, width=120, highlight=False)
    with Progress(
        *columns(), console=seen, auto_refresh=False, get_time=lambda: next(seconds) * 1.0
    ) as progress:
        task = progress.add_task("fetching", total=100_000_000, unit="bytes")
        for done in range(1, 5):
            progress.update(task, completed=done * 10_000_000)
        progress.refresh()
    text = seen.file.getvalue()
    assert "40.0 MB of 100.0 MB" in text
    assert "MB/s" in text
    assert "0:00:" in text


def test_what_has_no_known_end_shows_count_and_rate_only() -> None:
    seen = Console(file=StringIO(), force_terminal=True, width=120, highlight=False)
    with Progress(*columns(), console=seen, auto_refresh=False) as progress:
        progress.update(progress.add_task("receiving", total=None, unit="records"), completed=7)
        progress.refresh()
    assert "7 records" in seen.file.getvalue()
    assert "of" not in seen.file.getvalue()
