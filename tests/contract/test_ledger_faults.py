"""Whatever happens to a projector, its database or its disk: nothing of the ledger is lost or doubled."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from exchange.store import Store, migrate, open_store
from exchange.views.dump import wipe
from exchange.views.ledger.audit import audit
from exchange.views.ledger.dumping import dump_ledger
from exchange.views.settlement import SETTLEMENT
from streams import threads
from streams.metrics.instruments import REGISTRY
from tests.support import eventually
from tests.support.postgres import Postgres
from tests.support.projecting import killed, project, shown
from tests.support.small_disk import a_small_disk, clear, fill
from tests.unit.views.ledger_story import a_busy_ledger
from tests.unit.views.story import Journal

KILLED = ((5_000, False), (9_700, True), (15_000, True))
"""After how many facts a projector is killed: between two batches, or with one written and not committed."""
HARMED_AT = 3_000
FREE_SOME = "free some space where it lies"


@pytest.fixture(scope="module")
def journal() -> Journal:
    return a_busy_ledger()


@pytest.fixture(scope="module")
def whole(journal: Journal, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The ledger that nothing happened to, in SQLite."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('whole') / 'exchange.sqlite'}")
    migrate(store)
    asyncio.run(project(store, journal))
    lines = list(dump_ledger(store))
    store.close()
    assert all(any(f'"table":"{table.name}"' in line for line in lines) for table in SETTLEMENT.tables)
    return lines


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_PAUSE_S_MAX", 0.05)


def is_whole(store: Store, journal: Journal, whole: list[str]) -> None:
    """The ledger is what nothing happened to is, without a fault, and rebuilt it is the same."""
    assert list(dump_ledger(store)) == whole
    with store.reading() as connection:
        assert list(audit(connection)) == []
    wipe(store)
    asyncio.run(project(store, journal))
    assert list(dump_ledger(store)) == whole


async def harmed_and_well_again(
    store: Store, journal: Journal, harm: Callable[[], None], mend: Callable[[], None]
) -> None:
    """Project; in the middle of it the database cannot be written until the projector has noticed twice."""
    task = asyncio.create_task(project(store, journal))
    await eventually(lambda: shown(store, journal).seq > HARMED_AT)
    waited = _waits()
    await asyncio.to_thread(harm)
    try:
        await eventually(lambda: _waits() >= waited + 2)
        assert not task.done()
    finally:
        await asyncio.to_thread(mend)
    await task


def _waits() -> float:
    return REGISTRY.get_sample_value("corridor_store_waits_total") or 0.0


def test_a_projector_that_is_killed_again_and_again_loses_and_doubles_nothing(
    store: Store, journal: Journal, whole: list[str]
) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    for after, within in KILLED:
        killed(url, journal, after, within)
        assert after <= shown(store, journal).seq < journal.seq
    asyncio.run(project(store, journal))
    is_whole(store, journal, whole)


async def test_a_sqlite_file_that_is_away_for_a_while_is_waited_for(
    tmp_path: Path, journal: Journal, whole: list[str]
) -> None:
    place, elsewhere = tmp_path / "here", tmp_path / "away"
    place.mkdir()
    with _opened(f"sqlite:///{place / 'exchange.sqlite'}") as store:

        def harm() -> None:
            place.rename(elsewhere)
            store.engine.dispose()

        await harmed_and_well_again(store, journal, harm, lambda: elsewhere.rename(place) and None)
        await asyncio.to_thread(is_whole, store, journal, whole)


async def test_a_postgres_that_lets_nobody_in_for_a_while_is_waited_for(
    postgres_url: str, journal: Journal, whole: list[str]
) -> None:
    with _opened(postgres_url) as store:
        name = store.engine.url.database

        def harm() -> None:
            _as_superuser(store, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            _as_superuser(
                store, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )

        def mend() -> None:
            _as_superuser(store, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

        await harmed_and_well_again(store, journal, harm, mend)
        await asyncio.to_thread(is_whole, store, journal, whole)


async def test_a_disk_that_fills_under_sqlite_is_waited_for(
    tmp_path: Path, journal: Journal, whole: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with (
        a_small_disk(tmp_path / "disk", 16_384) as disk,
        _opened(f"sqlite:///{disk / 'exchange.sqlite'}") as store,
    ):
        await harmed_and_well_again(store, journal, lambda: fill(disk), lambda: clear(disk))
        assert FREE_SOME in caplog.text
        await asyncio.to_thread(is_whole, store, journal, whole)


async def test_a_disk_that_fills_under_postgres_is_waited_for(
    postgres: Postgres, journal: Journal, whole: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    # Not below pytest's own directory, which the server's user may not enter.
    with TemporaryDirectory(prefix="corridor-disk-") as directory:
        Path(directory).chmod(0o755)
        with (
            a_small_disk(Path(directory) / "disk", 65_536) as disk,
            postgres.tablespace(disk / "tables") as space,
            postgres.database(on=space) as url,
            _opened(url) as store,
        ):
            await harmed_and_well_again(store, journal, lambda: fill(disk), lambda: clear(disk))
            assert FREE_SOME in caplog.text
            await asyncio.to_thread(is_whole, store, journal, whole)


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    migrate(store)
    yield store
    store.close()


def _as_superuser(store: Store, statement: str) -> None:
    given = store.engine.url.query["host"]
    with psycopg.connect(host=str(given), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
