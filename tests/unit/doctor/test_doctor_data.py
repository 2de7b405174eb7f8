"""What the doctor says of a data directory whose node is down, and of its tables."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from exchange.kernel.partition import Partition, state_digest
from exchange.kernel.position import JournalPosition
from exchange.store import Snapshot, Store, migrate, open_store, save_snapshot
from streams.deciders import all_deciders
from streams.journal import ENGINE_VERSION
from streams.node.directory import DataDirectory
from streams.node.doctor import kafka, tables
from streams.node.doctor.examining import examine
from streams.node.doctor.finding import Examination
from streams.schema_ids import DIRECTORY
from tests.support.tables import with_tables
from tests.unit.settlement.story import settled
from tests.unit.views.cases_story import CASE, before_the_counter
from tests.unit.views.story import Journal, play


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory.create(tmp_path / "node", created_at=0)


@pytest.fixture
def store(directory: DataDirectory) -> Iterator[Store]:
    with_tables(Path(directory.store_url.removeprefix("sqlite:///")))
    with closing(open_store(directory.store_url)) as store:
        yield store


def states(found: Examination) -> dict[str, str]:
    return {each.check: each.state for each in found.findings}


async def test_a_node_that_is_down_is_sound_and_says_what_was_not_looked_at(
    directory: DataDirectory, store: Store
) -> None:
    found = await examine(directory.path)
    assert found.sound, found.findings
    assert {check for check, state in states(found).items() if state == "unseen"} == {
        "kafka", "topics", "clock", "journals",
    }  # fmt: skip
    assert states(found)["database"] == states(found)["snapshots"] == states(found)["node"] == "ok"


async def test_what_is_no_data_directory_or_of_another_version_is_said(directory: DataDirectory) -> None:
    found = await examine(directory.path.parent / "elsewhere")
    assert not found.sound
    told = next(each for each in found.findings if each.check == "data directory")
    assert "exchange up" in told.remedy
    identity = msgspec.json.decode((directory.path / "node.json").read_bytes()) | {"format": 99}
    (directory.path / "node.json").write_bytes(msgspec.json.encode(identity))
    found = await examine(directory.path)
    told, disk = found.findings[-2:]
    assert "made in format 99" in told.found
    assert disk.check == "disk", "which Kafka it has is not known, so neither what that needs"


async def test_a_foreign_kafka_that_is_away_is_wrong(tmp_path: Path) -> None:
    directory = DataDirectory.create(tmp_path / "own", created_at=0, bootstrap_servers="127.0.0.1:1")
    found = await examine(directory.path)
    assert not found.sound
    assert states(found)["kafka"] == "wrong"
    assert states(found)["topics"] == "unseen"


def test_a_database_is_empty_older_newer_or_somebody_elses(directory: DataDirectory) -> None:
    with closing(open_store(directory.store_url)) as store:
        assert tables.database(store).state == "warning"
        migrate(store)
        assert tables.database(store).state == "ok"
        with store.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        newer = tables.database(store)
    assert newer.state == "wrong"
    assert "9999" in newer.found


def test_a_database_that_is_away_is_wrong() -> None:
    with closing(open_store("postgresql+psycopg://nobody:s3cr3t@127.0.0.1:1/none")) as store:
        finding = tables.database(store)
        assert [each.state for each in tables.snapshots(store)] == ["unseen"]
    assert finding.state == "wrong"
    assert "s3cr3t" not in finding.found


def a_snapshot(*, whole: bool = True, engine: int = ENGINE_VERSION, offset: int = 2) -> Snapshot:
    written = Partition(all_deciders()["market"], 0).written_down()
    return Snapshot(
        context="market",
        partition=0,
        engine_version=engine,
        position=JournalPosition(offset, 0, 0, bytes(32)),
        state_digest=state_digest(written) if whole else bytes(32),
        state=written,
    )


def test_snapshots_that_do_not_verify_are_named(store: Store) -> None:
    assert [each.state for each in tables.snapshots(store)] == ["ok"]
    save_snapshot(store, a_snapshot())
    save_snapshot(store, a_snapshot(engine=ENGINE_VERSION + 1))
    (fine,) = tables.snapshots(store)
    assert fine.found == "1, all verify; 1 of other engine versions, unused"
    save_snapshot(store, a_snapshot(whole=False, offset=5))
    (broken,) = tables.snapshots(store)
    assert broken.state == "warning"
    assert "market/0 at fact 0" in broken.found


def test_a_schema_that_was_changed_or_lost_is_wrong(tmp_path: Path) -> None:
    assert tables.schemas().state == "ok"
    copy = tmp_path / "avro"
    shutil.copytree(DIRECTORY, copy)
    file = copy / "market" / "TradeMatched.avsc"
    file.write_text(file.read_text().replace('"quantity"', '"amount"'))
    changed = tables.schemas(copy)
    file.unlink()
    lost = tables.schemas(copy)
    assert changed.state == lost.state == "wrong"
    assert "TradeMatched" in changed.found
    assert "TradeMatched" in lost.found


@pytest.mark.parametrize(
    ("off_us", "state"),
    [(0, "ok"), (100_000, "ok"), (900_000, "warning"), (-900_000, "warning"), (9_000_000, "wrong")],
)
def test_a_brokers_clock_that_runs_apart_is_told(off_us: int, state: str) -> None:
    before, after = 1_000_000_000, 1_000_004_000
    finding = kafka.skew(before + off_us, before, after)
    assert finding.state == state
    assert ("NTP" in finding.remedy) == (state != "ok")


def test_a_durable_node_whose_clock_is_shifted_is_wrong(tmp_path: Path) -> None:
    shifted = DataDirectory.create(tmp_path / "a", created_at=0, clock_shift_us=5)
    assert kafka.shift(shifted.identity).state == "wrong"
    demo = DataDirectory.create(tmp_path / "b", created_at=0, clock_shift_us=5, purpose="demo")
    assert kafka.shift(demo.identity).state == "ok"


async def test_where_no_node_is_yet_it_looks_at_what_a_first_start_needs(tmp_path: Path) -> None:
    found = await examine(tmp_path / "not" / "yet")
    checks = [each.check for each in found.findings]
    assert checks[checks.index("data directory") :] == ["data directory", "disk", "java", "kafka jars"]
    assert not found.sound
    assert not (tmp_path / "not").exists()


def test_cases_that_the_counter_has_not_ruled_on_in_time_are_told(store: Store) -> None:
    assert tables.counter(store).state == "ok"
    journal = Journal("registry")
    for outcome in before_the_counter()[:3]:
        journal.add(*outcome)
    play(store, journal)
    late = tables.counter(store)
    assert (late.state, late.found) == (
        "warning",
        f"1 overdue, the first of them {CASE} since 2026-11-30T00:00:00Z",
    )
    assert "exchange case list --overdue" in late.remedy


def test_movements_that_nobody_knows_for_more_than_a_day_are_told(store: Store) -> None:
    assert tables.suspense(store).state == "ok"
    play(store, settled())
    late = tables.suspense(store)
    assert late.state == "warning"
    assert late.found.startswith("1 unknown for more than a day, the first of them BL-0.")
    assert "exchange settlement suspense --overdue" in late.remedy
