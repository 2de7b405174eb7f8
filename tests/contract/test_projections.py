"""Projections promise the same tables for the same facts: on either database, in any batches, rebuilt or live."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import (
    VIEWS_READER,
    Snapshot,
    Store,
    migrate,
    open_store,
    positions,
    read_position,
    save,
    save_snapshot,
    snapshots,
)
from exchange.views import VIEWS, project_batch
from exchange.views.dump import dump, dump_digest, view_tables, wipe
from tests.contract.test_projections_cases import told_of_cases
from tests.support.tables import with_tables
from tests.unit.bonded.tables import a_story_of_consignments
from tests.unit.settlement.story import settled
from tests.unit.views.after_trade_story import an_aftermath
from tests.unit.views.attested_story import a_decision_on_a_word, words_given
from tests.unit.views.credit_story import bought_on_credit
from tests.unit.views.described_story import described_anew
from tests.unit.views.ledger_story import two_periods_and_more
from tests.unit.views.plan_story import sales_by_plans
from tests.unit.views.running_story import rights_that_run
from tests.unit.views.safeguards_story import safeguards_and_persons
from tests.unit.views.story import Journal, a_story, play, position_after


@contextmanager
def a_sqlite_store(directory: Path) -> Iterator[Store]:
    store = open_store(with_tables(directory / "exchange.sqlite"))
    yield store
    store.close()


def test_both_databases_hold_the_same_after_the_same_facts(sqlite_url: str, postgres_url: str) -> None:
    dumps = []
    for url in (sqlite_url, postgres_url):
        store = open_store(url)
        migrate(store)
        play(store, *a_story(), an_aftermath())
        dumps.append((list(dump(store)), dump_digest(store)))
        store.close()
    assert dumps[0] == dumps[1]


def test_the_stories_fill_every_table(store: Store) -> None:
    play(
        store,
        *a_story(),
        an_aftermath(),
        sales_by_plans(),
        rights_that_run(),
        a_story_of_consignments(),
        safeguards_and_persons(partition=2),
        settled(),
        described_anew(),
        *told_of_cases(),
        two_periods_and_more(partition=4),
        words_given(),
        a_decision_on_a_word(),
        bought_on_credit(),
    )
    lines = list(dump(store))
    for table in (*(table.name for table in view_tables()), "progress"):
        assert any(f'"table":"{table}"' in line for line in lines), table


def test_tables_rebuilt_equal_the_live_ones(store: Store) -> None:
    play(store, *a_story())
    before = list(dump(store))
    wipe(store)
    play(store, *a_story())
    assert list(dump(store)) == before


def test_wiping_empties_views_and_leaves_snapshots_and_other_readers(store: Store) -> None:
    play(store, *a_story())
    elsewhere = JournalPosition(5, 0, 4, bytes(32))
    for reader in ("policy.registry_market", "viewer"):
        save(store, reader, "registry.journal", 0, BEGINNING, elsewhere)
    save(store, "view.lineage", "registry.journal", 0, BEGINNING, elsewhere)
    snapshot = Snapshot(
        context="market",
        partition=0,
        engine_version=1,
        position=elsewhere,
        state_digest=bytes(32),
        state=b"state",
    )
    save_snapshot(store, snapshot)
    wipe(store)
    assert list(dump(store)) == []
    assert [each.reader for each in positions(store)] == ["policy.registry_market", "viewer"]
    assert snapshots(store, "market", 0, 1) == (snapshot,)


def test_a_batch_projected_twice_is_refused_the_second_time(store: Store) -> None:
    journal = a_story()[1]
    play(store, journal)
    before = dump_digest(store)
    with pytest.raises(InvariantBroken):
        play(store, journal)
    assert dump_digest(store) == before


def in_batches(store: Store, journals: tuple[Journal, ...], cuts: list[tuple[int, int]]) -> None:
    """Project the journals in turns: each cut names a journal and how many of its outcomes come next."""
    left: list[list[Outcome]] = [list(journal.outcomes) for journal in journals]
    turns = [*cuts, *((place, len(outcomes)) for place, outcomes in enumerate(left))]
    for place, size in turns:
        journal, batch = journals[place], left[place][:size]
        del left[place][:size]
        topic = f"{journal.context}.journal"
        first = read_position(store, VIEWS_READER, topic, journal.partition) or BEGINNING
        changes = project_batch(VIEWS, journal.context, journal.partition, batch)
        save(store, VIEWS_READER, topic, journal.partition, first, position_after(batch, first), changes)


@pytest.fixture(scope="module")
def whole() -> str:
    """The digest of the story projected in one batch a journal."""
    with TemporaryDirectory() as directory, a_sqlite_store(Path(directory)) as store:
        play(store, *a_story())
        return dump_digest(store)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=40))
def test_any_batches_in_any_turns_give_the_same_tables(whole: str, cuts: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as directory, a_sqlite_store(Path(directory)) as store:
        in_batches(store, a_story(), cuts)
        assert dump_digest(store) == whole


def test_single_outcomes_give_the_same_tables_in_postgres(postgres_url: str, whole: str) -> None:
    store = open_store(postgres_url)
    migrate(store)
    in_batches(store, a_story(), [(place, 1) for place in (3, 2, 1, 0)] * 30)
    assert dump_digest(store) == whole
    store.close()
