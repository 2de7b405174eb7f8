"""Saving while the database comes and goes."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from exchange.kernel.errors import Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import Change, PositionMoved, Store, open_store, read_position, save
from streams import threads
from streams.threads import in_thread, save_patiently
from tests.support.tables import with_tables

PLACE = ("views", "market.journal", 0)
AFTER = JournalPosition(7, 0, 5, bytes(range(32)))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(threads, "_PAUSE_S", 0.001)
    return open_store(with_tables(tmp_path / "exchange.sqlite"))


def flaky(monkeypatch: pytest.MonkeyPatch, *, commits: bool) -> list[int]:
    """The first two saves fail, before or after they have committed."""
    tries: list[int] = []

    def saving(
        store: Store, reader: str, topic: str, partition: int, first: Any, end: Any, changes: Sequence[Change]
    ) -> None:
        tries.append(1)
        if commits or len(tries) > 2:
            save(store, reader, topic, partition, first, end, changes)
        if len(tries) <= 2:
            raise Unavailable("the connection was lost")

    monkeypatch.setattr(threads, "save", saving)
    return tries


async def test_a_database_that_is_away_is_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = flaky(monkeypatch, commits=False)
    await save_patiently(store, *PLACE, BEGINNING, AFTER, ())
    assert len(tries) == 3
    assert read_position(store, *PLACE) == AFTER


async def test_a_commit_whose_answer_was_lost_is_found_and_not_made_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = flaky(monkeypatch, commits=True)
    await save_patiently(store, *PLACE, BEGINNING, AFTER, ())
    assert len(tries) == 1
    assert read_position(store, *PLACE) == AFTER


async def test_a_position_that_somebody_else_moved_is_no_reason_to_wait(store: Store) -> None:
    save(store, *PLACE, BEGINNING, AFTER, ())
    with pytest.raises(PositionMoved):
        await save_patiently(store, *PLACE, BEGINNING, AFTER._replace(offset=9, seq=6), ())


async def test_what_runs_in_a_thread_has_ended_when_its_caller_is_cancelled() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        may_end.wait(10)
        ended.set()

    task = asyncio.create_task(in_thread(slow))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
