"""What the store promises, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Table, literal, select, text

from exchange.kernel.errors import InvariantBroken, Misuse, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import (
    Add,
    Change,
    Insert,
    Merge,
    PositionMoved,
    Restate,
    Snapshot,
    Store,
    Update,
    open_store,
    positions,
    read_position,
    save,
    save_snapshot,
    snapshots,
)
from exchange.store.writing import apply
from exchange.views.candles import CANDLES
from exchange.views.catalogue import OPINIONS, PARTICIPANTS
from exchange.views.ledger.tables import BALANCES
from tests.contract.conftest import empty

FIRST = JournalPosition(offset=12, claim=0, seq=10, digest=bytes(range(32)))
SECOND = JournalPosition(offset=40, claim=20, seq=31, digest=bytes(range(1, 33)))
JOURNAL = ("views", "market.journal", 3)


def an_opinion(seq: int = 0, **values: object) -> Insert:
    row = {
        "partition": 0,
        "seq": seq,
        "product_id": "P-07",
        "version": "1.0",
        "kind": "quality",
        "passed": True,
        "assessor_id": "AS-CN-01",
        "report_digest": "00",
        "statement": "sound",
        "at": 1,
    }
    return Insert(OPINIONS, row | values)


def a_balance(party: str = "BU-CN-01") -> dict[str, str | int | bool | None]:
    key = {"account": 2010, "party": party, "currency": "CNY", "asset": "CNY"}
    return {"context": "market", "partition": 0, **key}


def rows(store: Store, table: Table) -> list[dict[str, object]]:
    query = select(table).order_by(*table.primary_key.columns)
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def test_a_reader_that_saved_nothing_has_no_position(store: Store) -> None:
    assert read_position(store, *JOURNAL) is None
    assert positions(store) == ()


def test_a_saved_position_is_read_back_whole(store: Store) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST)
    save(store, *JOURNAL, FIRST, SECOND)
    assert read_position(store, *JOURNAL) == SECOND
    assert read_position(store, "views", "market.journal", 4) is None
    assert [each.position for each in positions(store)] == [SECOND]


@pytest.mark.parametrize(
    "elsewhere",
    [
        BEGINNING,
        SECOND,
        FIRST._replace(offset=11),
        FIRST._replace(claim=1),
        FIRST._replace(seq=9),
        FIRST._replace(digest=bytes(32)),
    ],
)
def test_a_batch_that_does_not_begin_at_the_position_changes_nothing(
    store: Store, elsewhere: JournalPosition
) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST)
    with pytest.raises(PositionMoved, match=r"market\.journal/3"):
        save(store, *JOURNAL, elsewhere, SECOND, [an_opinion()])
    assert read_position(store, *JOURNAL) == FIRST
    assert rows(store, OPINIONS) == []


def test_a_reader_without_a_position_begins_at_the_beginning(store: Store) -> None:
    with pytest.raises(PositionMoved):
        save(store, *JOURNAL, FIRST, SECOND, [an_opinion()])
    assert rows(store, OPINIONS) == []


def test_a_position_never_goes_back(store: Store) -> None:
    save(store, *JOURNAL, BEGINNING, SECOND)
    with pytest.raises(InvariantBroken, match="go back"):
        save(store, *JOURNAL, SECOND, FIRST)


@pytest.mark.parametrize("many", [2, 50])
def test_rows_and_position_are_saved_together_or_not_at_all(store: Store, many: int) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion(1)])
    with pytest.raises(InvariantBroken, match=r"(?i)unique"):
        save(store, *JOURNAL, FIRST, SECOND, [an_opinion(seq) for seq in reversed(range(1, many))])
    assert read_position(store, *JOURNAL) == FIRST
    assert [row["seq"] for row in rows(store, OPINIONS)] == [1]


@pytest.mark.parametrize("begun", [True, False])
def test_of_two_savers_of_one_batch_one_finds_the_position_moved(store: Store, begun: bool) -> None:
    first = BEGINNING
    if begun:
        save(store, *JOURNAL, BEGINNING, FIRST)
        first = FIRST
    start = Barrier(4)

    def attempt(number: int) -> bool:
        start.wait()
        try:
            save(
                store,
                *JOURNAL,
                first,
                SECOND,
                [an_opinion(number), Add(BALANCES, a_balance(), {"debit_minor": 1})],
            )
        except PositionMoved:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert len(rows(store, OPINIONS)) == 1
    assert rows(store, BALANCES)[0]["debit_minor"] == 1


def test_many_rows_go_in_at_once(store: Store) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion(seq, passed=seq % 2 == 0) for seq in range(1_000)])
    found = rows(store, OPINIONS)
    assert [row["seq"] for row in found] == list(range(1_000))
    assert [row["passed"] for row in found[:3]] == [True, False, True]


def test_a_row_is_updated_in_the_batch_that_inserts_it_and_in_later_ones(store: Store) -> None:
    key = {"partition": 0, "seq": 1}
    batch = [an_opinion(1), Update(OPINIONS, key, {"statement": "unsound"}, {"at": 5}), an_opinion(2)]
    save(store, *JOURNAL, BEGINNING, FIRST, batch)
    assert [(row["seq"], row["statement"], row["at"]) for row in rows(store, OPINIONS)] == [
        (1, "unsound", 6),
        (2, "sound", 1),
    ]
    later = [
        Update(OPINIONS, key, amounts={"at": 2}),
        Update(OPINIONS, key, {"statement": "mended"}),
        Update(OPINIONS, key, {"at": 100}, {}),
        Update(OPINIONS, key, amounts={"at": 1}),
        Update(OPINIONS, {"partition": 0, "seq": 2}, amounts={"at": 1}),
    ]
    save(store, *JOURNAL, FIRST, SECOND, later)
    assert [(row["seq"], row["statement"], row["at"]) for row in rows(store, OPINIONS)] == [
        (1, "mended", 101),
        (2, "sound", 2),
    ]


def test_an_update_of_a_row_that_is_not_there_is_a_bug(store: Store) -> None:
    with pytest.raises(InvariantBroken, match="opinions"):
        save(store, *JOURNAL, BEGINNING, FIRST, [Update(OPINIONS, {"partition": 0, "seq": 9}, {"at": 1})])


def test_amounts_add_up_over_batches_and_within_one(store: Store) -> None:
    one = Add(BALANCES, a_balance(), {"debit_minor": 5})
    other = Add(BALANCES, a_balance("BU-JP-01"), {"credit_minor": 7})
    save(
        store, *JOURNAL, BEGINNING, FIRST, [one, other, one, Add(BALANCES, a_balance(), {"credit_minor": 1})]
    )
    save(store, *JOURNAL, FIRST, SECOND, [one])
    found = {row["party"]: (row["debit_minor"], row["credit_minor"]) for row in rows(store, BALANCES)}
    assert found == {"BU-CN-01": (15, 1), "BU-JP-01": (0, 7)}


def test_what_is_merged_keeps_the_first_the_last_and_the_extremes(store: Store) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST, [a_trade(5), a_trade(9), a_trade(2)])
    save(store, *JOURNAL, FIRST, SECOND, [a_trade(7), a_trade(4, begins_at=60), a_trade(6)])
    first, second = rows(store, CANDLES)
    assert [first[name] for name in PRICES] == [5, 9, 2, 6]
    assert (first["volume"], first["trades"]) == (29, 5)
    assert [second[name] for name in PRICES] == [4, 4, 4, 4]


def test_rows_are_worked_out_anew_from_what_the_whole_batch_leaves(store: Store) -> None:
    save(store, *JOURNAL, BEGINNING, FIRST, [a_trade(5), a_trade(9), a_trade(4, begins_at=60)])
    sixty = literal(60, BigInteger).label("interval_s")
    columns = (sixty if each.name == "interval_s" else each for each in CANDLES.c)
    minute = select(*columns).where(CANDLES.c.interval_s == 1, CANDLES.c.begins_at == 60)
    anew = Restate(CANDLES, CANDLES.c.begins_at == 0, minute)
    save(store, *JOURNAL, FIRST, SECOND, [anew, a_trade(7), a_trade(3, begins_at=60)])
    assert [(row["interval_s"], row["begins_at"], row["trades"]) for row in rows(store, CANDLES)] == [
        (1, 60, 2),
        (60, 60, 2),
    ]


PRICES = ("first_price", "high_price", "low_price", "last_price")


def a_trade(price: int, begins_at: int = 0) -> Merge:
    return Merge(
        CANDLES,
        {"instrument_id": "hours", "sold_by": "book", "interval_s": 1, "begins_at": begins_at},
        first={"partition": 0, "currency": "CNY", "first_price": price},
        last={"last_price": price, "seq": price, "at": 1},
        least={"low_price": price},
        most={"high_price": price},
        amounts={"volume": price, "value_minor": 1, "trades": 1},
    )


def test_a_sum_past_64_bits_is_refused_instead_of_rounded(store: Store) -> None:
    largest = Add(BALANCES, a_balance(), {"debit_minor": 2**63 - 1})
    save(store, *JOURNAL, BEGINNING, FIRST, [largest])
    with pytest.raises(InvariantBroken):
        save(store, *JOURNAL, FIRST, SECOND, [Add(BALANCES, a_balance(), {"debit_minor": 1})])
    assert rows(store, BALANCES)[0]["debit_minor"] == 2**63 - 1


@pytest.mark.parametrize("many", [1, 50, 300])
def test_a_row_names_every_column_and_no_other(store: Store, many: int) -> None:
    short = Insert(OPINIONS, {"partition": 0, "seq": 1})
    with pytest.raises(InvariantBroken, match="lacks the column"):
        save(store, *JOURNAL, BEGINNING, FIRST, [short] * many)
    with pytest.raises(InvariantBroken, match="lacks the column"):
        save(store, *JOURNAL, BEGINNING, FIRST, [*(an_opinion(seq) for seq in range(many)), short])
    with pytest.raises(InvariantBroken, match="no column colour"):
        save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion(seq, colour="red") for seq in range(many)])
    assert rows(store, OPINIONS) == []


@pytest.mark.parametrize("many", [1, 50, 1_300])
def test_rows_are_read_back_as_they_were_given(store: Store, many: int) -> None:
    given = [an_opinion(seq, passed=seq % 2 == 0, at=-seq, statement="100 %s of 🜨") for seq in range(many)]
    save(store, *JOURNAL, BEGINNING, FIRST, given)
    assert rows(store, OPINIONS) == [dict(each.row) for each in given]


@pytest.mark.parametrize("many", [1, 50])
@pytest.mark.parametrize("wrong", [{"statement": None}, {"at": None}, {"statement": 7}])
def test_a_value_that_is_none_or_of_another_kind_is_a_bug(
    store: Store, many: int, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvariantBroken):
        save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion(seq, **wrong) for seq in range(many)])
    assert rows(store, OPINIONS) == []


@pytest.mark.parametrize("many", [1, 50, 300])
@pytest.mark.parametrize("nul", ["\0", ""])
def test_what_a_participant_wrote_is_kept_whatever_it_is(store: Store, many: int, nul: str) -> None:
    written = f"\\N tab\t line\n quote'\" nul{nul} percent %s 🜨 \\."
    save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion(seq, statement=written) for seq in range(many)])
    save(
        store,
        *JOURNAL,
        FIRST,
        SECOND,
        [Update(OPINIONS, {"partition": 0, "seq": 0}, {"statement": "a\0b"})],
    )
    found = [row["statement"] for row in rows(store, OPINIONS)]
    assert found == ["a␀b", *[written.replace("\0", "␀")] * (many - 1)]


ROW, OTHER_ROW = ({"partition": 0, "seq": seq} for seq in (1, 2))
KEYS = st.sampled_from((ROW, OTHER_ROW))
STATEMENTS = st.sampled_from(("sound", "unsound", "nul\0"))
MOVES = st.one_of(
    st.builds(lambda key, said: Update(OPINIONS, key, {"statement": said}), KEYS, STATEMENTS),
    st.builds(lambda key, at: Update(OPINIONS, key, {"at": at}), KEYS, st.integers(0, 9)),
    st.builds(lambda key, at: Update(OPINIONS, key, amounts={"at": at}), KEYS, st.integers(-9, 9)),
    st.builds(
        lambda key, at: Update(OPINIONS, key, {"statement": "both"}, {"at": at}), KEYS, st.integers(0, 9)
    ),
    st.builds(lambda amount: Add(BALANCES, a_balance(), {"debit_minor": amount}), st.integers(0, 9)),
    st.builds(lambda price, at: a_trade(price, at), st.integers(1, 9), st.integers(0, 1)),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=12), before=st.booleans())
def test_a_batch_does_what_its_changes_do_one_by_one(store: Store, moves: list[Change], before: bool) -> None:
    rows_of_batch = [an_opinion(1), an_opinion(2)]
    found = []
    for in_one in (True, False):
        empty(store)
        apply_in(store, rows_of_batch if before else [])
        changes = [*([] if before else rows_of_batch), *moves]
        for batch in [changes] if in_one else [[change] for change in changes]:
            apply_in(store, batch)
        found.append((rows(store, OPINIONS), rows(store, BALANCES), rows(store, CANDLES)))
    assert found[0] == found[1]


def apply_in(store: Store, changes: list[Change]) -> None:
    with store.begin() as connection:
        apply(connection, changes)


def a_snapshot(offset: int, **values: object) -> Snapshot:
    position = JournalPosition(offset=offset, claim=0, seq=offset, digest=bytes(32))
    fields = {"context": "market", "partition": 0, "engine_version": 1, "position": position}
    return Snapshot(**(fields | {"state_digest": b"\1" * 32, "state": b"\0state\xff"} | values))


def test_the_newest_three_snapshots_of_a_kind_are_kept_newest_first(store: Store) -> None:
    others = [a_snapshot(1, partition=1), a_snapshot(1, engine_version=2), a_snapshot(1, context="delivery")]
    for each in (*others, *map(a_snapshot, (10, 20, 30, 40))):
        save_snapshot(store, each)
    assert [each.position.offset for each in snapshots(store, "market", 0, 1)] == [40, 30, 20]
    assert snapshots(store, "market", 0, 2) == (others[1],)
    assert snapshots(store, "market", 1, 1) == (others[0],)
    assert snapshots(store, "registry", 0, 1) == ()


def test_a_snapshot_taken_again_at_the_same_place_replaces_the_first(store: Store) -> None:
    save_snapshot(store, a_snapshot(10))
    save_snapshot(store, a_snapshot(10, state=b"again"))
    assert [each.state for each in snapshots(store, "market", 0, 1)] == [b"again"]


def test_a_database_that_was_never_migrated_says_so(empty_store: Store) -> None:
    with pytest.raises(Misuse, match="`exchange up` makes its tables"):
        save(empty_store, *JOURNAL, BEGINNING, FIRST)


def test_reading_sees_one_moment_and_holds_up_no_writer(store: Store) -> None:
    with store.reading() as connection:
        before = connection.execute(select(PARTICIPANTS)).all()
        save(store, *JOURNAL, BEGINNING, FIRST, [an_opinion()])
        assert connection.execute(select(OPINIONS)).all() == before == []
    assert len(rows(store, OPINIONS)) == 1


def test_a_reading_transaction_in_postgres_cannot_write(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with pytest.raises(InvariantBroken, match="read-only"), store.reading() as connection:
        connection.execute(text("CREATE TABLE x (y int)"))
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://someone:very-secret@127.0.0.1:1/exchange",
        "postgresql://127.0.0.1:1/exchange?user=someone&password=very-secret",
    ],
)
def test_a_database_out_of_reach_is_unavailable_and_names_no_password(url: str) -> None:
    store = open_store(url)
    with pytest.raises(Unavailable) as raised:
        read_position(store, *JOURNAL)
    assert "very-secret" not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)


def test_a_database_that_went_away_is_unavailable(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with pytest.raises(Unavailable), store.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with store.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    store.close()
