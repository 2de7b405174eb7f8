"""Keeping a reader's position: never ahead of what is done, acknowledged once it is stored, seldom enough."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import PositionMoved, migrate, open_store, read_position, save
from streams import keeping
from streams.keeping import PositionKeeper, save_farthest
from streams.threads import in_thread


def at(offset: int) -> JournalPosition:
    return JournalPosition(offset=offset, claim=0, seq=offset, digest=bytes(32))


class Stored:
    """A stored position that moves only from where it is."""

    def __init__(self) -> None:
        self.position = BEGINNING
        self.saves = 0
        self.away = asyncio.Event()
        self.away.set()

    async def save(self, first: JournalPosition, end: JournalPosition) -> JournalPosition:
        await self.away.wait()
        await asyncio.sleep(0)
        assert self.position == first
        self.position = end
        self.saves += 1
        return end


class Told:
    """What was acknowledged, and what was stored at that moment; and failures."""

    def __init__(self, stored: Stored) -> None:
        self.acknowledged: list[tuple[int, int]] = []
        self.failures: list[BaseException] = []
        self._stored = stored

    def of(self, offset: int) -> Callable[[], None]:
        return lambda: self.acknowledged.append((offset, self._stored.position.offset))


async def test_the_first_position_is_kept_at_once_and_then_acknowledged() -> None:
    stored = Stored()
    told = Told(stored)
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    keeper.reached(at(5), told.of(5))
    while not told.acknowledged:
        await asyncio.sleep(0)
    assert (keeper.saved, stored.position, told.acknowledged) == (at(5), at(5), [(5, 5)])
    await keeper.close()


async def test_many_batches_share_a_save_and_none_is_acknowledged_before_its_position_is_stored() -> None:
    stored = Stored()
    told = Told(stored)
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    for offset in range(1, 201):
        keeper.reached(at(offset), told.of(offset))
        await asyncio.sleep(0)
    await keeper.close()
    assert stored.position == at(200)
    assert stored.saves <= 3
    assert [offset for offset, _ in told.acknowledged] == list(range(1, 201))
    assert all(offset <= stored_then for offset, stored_then in told.acknowledged)


async def test_what_is_done_when_it_closes_is_kept_and_what_comes_later_is_not() -> None:
    stored = Stored()
    told = Told(stored)
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    keeper.reached(at(1), told.of(1))
    await asyncio.sleep(0.01)
    keeper.reached(at(2), told.of(2))
    await keeper.close()
    keeper.reached(at(3), told.of(3))
    await asyncio.sleep(0.1)
    assert (stored.position, keeper.saved) == (at(2), at(2))
    assert told.acknowledged == [(1, 1), (2, 2)]


async def test_a_batch_that_moves_nothing_is_acknowledged_without_a_save() -> None:
    stored = Stored()
    told = Told(stored)
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    keeper.reached(BEGINNING, told.of(0))
    await keeper.close()
    assert (stored.saves, len(told.acknowledged)) == (0, 1)


async def test_a_database_that_is_away_is_not_waited_for_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LAST_SAVE_S", 0.05)
    stored = Stored()
    told = Told(stored)
    stored.away.clear()
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    keeper.reached(at(1), told.of(1))
    async with asyncio.timeout(5):
        await keeper.close()
    assert (stored.position, told.acknowledged, told.failures) == (BEGINNING, [], [])


async def test_a_save_that_has_begun_in_a_thread_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LAST_SAVE_S", 0.02)
    done = []

    async def slowly(first: JournalPosition, end: JournalPosition) -> JournalPosition:
        def late() -> None:
            time.sleep(0.2)
            done.append(end)

        await in_thread(late)
        return end

    keeper = PositionKeeper(slowly, BEGINNING, lambda error: None)
    keeper.reached(at(1), lambda: None)
    await asyncio.sleep(0)
    await keeper.close()
    assert done == [at(1)]


async def test_a_position_that_another_has_moved_is_told_and_nothing_is_acknowledged() -> None:
    stored = Stored()
    told = Told(stored)
    keeper = PositionKeeper(stored.save, BEGINNING, told.failures.append)
    stored.position = at(9)
    keeper.reached(at(1), told.of(1))
    await keeper.close()
    assert [type(failure) for failure in told.failures] == [AssertionError]
    assert (told.acknowledged, keeper.saved) == ([], BEGINNING)


async def test_where_another_has_come_farther_its_position_stays_and_all_is_acknowledged(
    tmp_path: Path,
) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.sqlite'}")) as store:
        migrate(store)
        told: list[int] = []
        failures: list[BaseException] = []
        keeper = PositionKeeper(
            lambda first, end: save_farthest(store, "policies", "market.journal", 0, first, end),
            BEGINNING,
            failures.append,
        )
        save(store, "policies", "market.journal", 0, BEGINNING, at(9))
        for offset in (5, 9, 12):
            keeper.reached(at(offset), partial(told.append, offset))
            while offset not in told:
                assert not failures
                await asyncio.sleep(0.01)
            assert keeper.saved == read_position(store, "policies", "market.journal", 0) == at(max(offset, 9))
        await keeper.close()


async def test_a_position_is_saved_on_from_where_another_has_come_but_not_from_where_it_went_back_to(
    tmp_path: Path,
) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.sqlite'}")) as store:
        migrate(store)
        save(store, "policies", "market.journal", 0, BEGINNING, at(4))
        assert await save_farthest(store, "policies", "market.journal", 0, at(3), at(7)) == at(7)
        assert read_position(store, "policies", "market.journal", 0) == at(7)
        with pytest.raises(PositionMoved):
            await save_farthest(store, "policies", "market.journal", 0, at(8), at(10))
        with pytest.raises(PositionMoved):
            await save_farthest(store, "policies", "market.journal", 1, at(8), at(10))
