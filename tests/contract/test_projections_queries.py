"""The named queries and an analyst's own SQL, on SQLite and on PostgreSQL."""

from typing import Any

import pytest
from sqlalchemy import text

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import JournalPosition
from exchange.market.commands import Side
from exchange.store import Snapshot, Store, migrate, open_store, save_snapshot
from exchange.views.dump import dump_digest
from exchange.views.queries import (
    QUERIES,
    Rows,
    attestations,
    bills,
    bonded,
    bonded_fenced,
    cases,
    described,
    ecny,
    invoices,
    ledger,
    lines,
    moving,
    plans,
    run_query,
    run_sql,
    safeguards,
    settling,
    subsidies,
)
from exchange.views.streams import stream_products
from tests.unit.views.story import (
    BUYER,
    ENTITLEMENT,
    INSTRUMENT,
    SELLER,
    Journal,
    a_ruling,
    a_story,
    an_instrument,
    an_order,
    at,
    play,
)

PLANS = tuple(query.name for query in plans.QUERIES)
BONDED = tuple(query.name for query in (*bonded.QUERIES, *bonded_fenced.QUERIES))
CASES = tuple(query.name for query in cases.QUERIES)
"""Told in test_projections_cases.py."""
SAFEGUARDS = tuple(query.name for query in safeguards.QUERIES)
DESCRIBED = tuple(query.name for query in described.QUERIES)
"""Told in tests/unit/views/test_views_described.py."""
SETTLING = tuple(query.name for query in settling.QUERIES)
"""Told in test_projections_settlement.py."""
MOVED = tuple(
    query.name for room in (moving, ecny, subsidies, invoices, lines, bills) for query in room.QUERIES
)
"""Told in test_projections_settlement.py, and in stories of tests/unit/views."""
LEDGER = tuple(query.name for query in ledger.QUERIES)
"""Told in test_ledger.py."""
ATTESTED = tuple(query.name for query in attestations.QUERIES)
"""Told in tests/unit/views/test_views_attestations.py."""
SILENT = {"escrow_open", "indicative", "redecisions"}
"""What nothing in the story calls for."""
AFTER_TRADE = (
    *("disputes", "refunds", "returned_lots", "withdrawals", "credit", "fees", "brokers"),
    *("supply_taxes", "supply_tax_collected"),
)
"""What another story tells: test_projections_after_trade.py."""


@pytest.fixture
def told(store: Store) -> Store:
    """A database that holds the story."""
    play(store, *a_story())
    return store


def pick(rows: Rows, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows.as_dicts()]


def test_every_named_query_answers(told: Store) -> None:
    given = {
        "instrument": "L-0.5.0",
        "participant": BUYER,
        "name": "hub://exchange/stream/P-07/0-99",
        "id": "D-0.20.0",
        "command_id": "buy",
        "interval": "5m",
        "auction": "A-0.50.0",
        "request": "RQ-0.51.0",
        "quote": "QU-0.53.0",
        "award": "AW-0.54.0",
        "consignment": "C-0.15.0",
        "case": "RC-0.1.0",
        "safeguard": "I-04",
        "until": "2026-12-31",
        "downstream": "hub://exchange/stream/P-07/0-99",
        "upstream": "hub://CN/product/P-07/1.0",
        "sources": "hub://CN/product/P-07/1.0",
        "party": BUYER,
        "egress": "X-0.69.0",
        "attestation": "AT-1",
        "trade": "T-0.20.0",
        "number": "2026-SE-CN-02-000001",
    }
    for name, query in QUERIES.items():
        params = {each.name: given[each.name] for each in query.parameters if each.required}
        rows = run_query(told, name, params)
        elsewhere = SILENT.union(AFTER_TRADE, PLANS, BONDED, CASES, SAFEGUARDS, DESCRIBED, SETTLING, LEDGER)
        elsewhere |= {*ATTESTED, *MOVED}
        assert rows.rows or name in elsewhere, name
        assert not rows.more
        assert all(len(row) == len(rows.columns) for row in rows.rows)
        assert all(isinstance(cell, str | int | None) for row in rows.rows for cell in row), name
        assert query.answers.endswith(".")
        assert_declared(name, rows)


def assert_declared(name: str, rows: Rows) -> None:
    """Whatever a named query brings is of the kind that its column is declared to hold, on either database."""
    holds: dict[Any, type] = {"whole": int, "time": int, "flag": bool, "text": str}
    for column, kind, cells in zip(
        rows.columns, rows.kinds, zip(*rows.rows, strict=True), strict=bool(rows.rows)
    ):
        assert kind in holds, (name, column)
        assert (kind == "time") == (column == "at" or column.endswith("_at")), (name, column)
        assert all(cell is None or type(cell) is holds[kind] for cell in cells), (name, column)


def test_the_trial_balance_is_zero_in_every_currency(told: Store) -> None:
    rows = run_query(told, "trial_balance")
    assert pick(rows, "currency", "difference_minor") == [("CNY", 0), ("USD", 0)]
    assert all(debit == credit > 0 for _, _, debit, credit, _ in rows.rows)


def test_a_purse_shows_what_is_free_held_in_escrow_and_owed(told: Store) -> None:
    columns = ("partition", "currency", "cash_minor", "reserved_minor", "escrow_minor", "payable_minor")
    assert pick(run_query(told, "purses", {"participant": BUYER}), *columns) == [
        (0, "CNY", 2_000_000 - 1_200_000 - 400, 400, 0, 0),
        (0, "USD", 3_000_000, 0, 0, 0),
        (1, "CNY", 2_000_000 - 1_200_000 - 400, 400, 0, 0),
        (1, "USD", 3_000_000, 0, 0, 0),
    ]
    assert pick(run_query(told, "purses", {"participant": SELLER}), *columns) == [
        (0, "CNY", 0, 0, 0, 0),
        (1, "CNY", 0, 0, 0, 0),
    ]


def test_balances_stand_on_the_side_on_which_an_account_grows(told: Store) -> None:
    rows = run_query(told, "balances", {"account": 4010})
    assert pick(rows, "account_name", "party", "balance_minor") == [
        ("Exchange fee income", "operator", 28_302),
        ("Exchange fee income", "operator", 28_302),
    ]
    rows = run_query(told, "balances", {"account": "1010"})
    assert pick(rows, "partition", "currency", "balance_minor")[:2] == [
        (0, "CNY", 2_000_000 - 1_170_000),
        (0, "USD", 3_000_000),
    ]
    assert pick(run_query(told, "balances", {"party": "CN-6"}), "balance_minor") == [(1_698,), (1_698,)]


def test_escrow_is_open_until_the_purchase_is_final(store: Store) -> None:
    market = a_story()[1]
    market.outcomes = market.outcomes[:7]
    play(store, market)
    rows = run_query(store, "escrow_open")
    assert pick(rows, "trade_id", "buyer_id", "seller_id", "currency", "amount_minor", "at") == [
        ("T-0.20.0", BUYER, SELLER, "CNY", 1_200_000, at(6))
    ]
    assert pick(run_query(store, "purses", {"participant": BUYER}), "cash_minor", "escrow_minor")[0] == (
        800_000,
        1_200_000,
    )


def test_escrow_of_final_purchases_is_empty(told: Store) -> None:
    assert run_query(told, "escrow_open").rows == ()


def test_a_book_shows_its_levels_best_first_and_the_posted_price(store: Store) -> None:
    journal = Journal("market")
    journal.add(an_instrument())
    for number, (side, price, quantity) in enumerate(
        [(Side.BID, 100, 3), (Side.BID, 110, 1), (Side.BID, 100, 4), (Side.ASK, 130, 2), (Side.ASK, 120, 5)]
    ):
        journal.add(an_order(f"O-0.{number}.0", side=side, price=price, quantity=quantity, reserved_minor=0))
    play(store, journal)
    rows = run_query(store, "book", {"instrument": INSTRUMENT})
    assert rows.columns == ("side", "price", "quantity", "orders")
    assert rows.rows == (
        ("bid", 110, 1, 1),
        ("bid", 100, 7, 2),
        ("ask", 120, 5, 1),
        ("ask", 130, 2, 1),
        ("ask", 1_200_000, None, 0),
    )


def test_orders_end_filled_cancelled_or_stay_open(told: Store) -> None:
    rows = run_query(told, "orders", {"participant": BUYER})
    assert pick(rows, "order_id", "quantity", "quantity_left", "state", "grounds")[::2] == [
        ("O-0.20.0", 1, 0, "filled", None),
        ("O-0.30.0", 3, 0, "cancelled", "asked"),
        ("O-0.40.0", 4, 4, "open", None),
    ]


def test_trades_tell_what_became_of_the_purchase(told: Store) -> None:
    rows = run_query(told, "trades", {"instrument": "L-0.5.0"})
    assert pick(rows, "trade_id", "state", "basis", "decision_id") == [
        ("T-0.20.0", "accepted", "evidence", "D-0.20.0"),
        ("T-0.30.0", "refunded", "seller", None),
    ]


def test_a_delivery_tells_what_arrived(told: Store) -> None:
    rows = run_query(told, "deliveries", {"entitlement": ENTITLEMENT})
    columns = (
        "purchase",
        "delivery",
        "from_seq",
        "through",
        "ranges_received",
        "records_received",
        "open_gaps",
    )
    assert pick(rows, *columns) == [("accepted", "accepted", 0, 149, 2, 150, 0)]
    # One of the two ranges was ruled delivered and confirmed: it counts once.
    assert pick(rows, "ranges_delivered", "records_delivered") == [(2, 150)]
    assert len(run_query(told, "deliveries").rows) == 4


def test_what_was_ruled_delivered_counts_where_the_buyer_never_confirmed_it(store: Store) -> None:
    registry, market, _, delivered = a_story()
    for journal in (registry, market):
        play(store, journal)
    journal = Journal("delivery")
    for outcome in delivered.outcomes[:4]:
        journal.add(*(recorded.fact for recorded in outcome))
    # Fact 4 on: nobody confirms anything; the exchange bears the seller out on one range, nobody on the other.
    journal.add(a_ruling(0, 99))
    journal.add(a_ruling(100, 149, "neither"))
    play(store, journal)
    rows = run_query(store, "deliveries", {"entitlement": ENTITLEMENT})
    columns = ("ranges_received", "records_received", "ranges_delivered", "records_delivered")
    assert pick(rows, *columns) == [(0, 0, 1, 100)]
    name = f"hub://exchange/delivery/{ENTITLEMENT}"
    edges = run_query(store, "ancestors", {"name": f"{name}/0-99"})
    assert pick(edges, "kind", "job", "upstream")[0] == (
        "delivered",
        "rule/exchange",
        "hub://exchange/stream/P-07/0-99",
    )
    assert run_query(store, "ancestors", {"name": f"{name}/100-149"}).rows == ()


def test_receipts_tell_whom_a_ruling_bore_out(told: Store) -> None:
    rows = run_query(told, "receipts", {"entitlement": ENTITLEMENT})
    assert pick(rows, "first_seq", "last_seq", "state", "ruled_for") == [
        (0, 99, "agreed", None),
        (100, 149, "differed", "seller"),
        (100, 149, "agreed", None),
    ]


def test_the_streams_an_exchange_knows_are_those_of_its_products(told: Store, empty_store: Store) -> None:
    assert stream_products(told) == {"P-07"}
    assert stream_products(empty_store) == frozenset()


def test_a_gap_is_open_until_a_receipt_covers_it(told: Store) -> None:
    assert pick(run_query(told, "gaps"), "first_seq", "last_seq", "state") == [(120, 130, "closed")]


def test_an_outcome_is_found_by_the_command_that_asked(told: Store) -> None:
    rows = run_query(told, "outcomes", {"command_id": "buy-more"})
    columns = ("partition", "kind", "command", "reason", "codes", "first_seq", "last_seq")
    assert pick(rows, *columns)[0] == (
        0,
        "refused",
        "PlaceOrder",
        "FENCE_REFUSED",
        '["US_DSP_PROHIBITED"]',
        10,
        11,
    )
    kinds = [kind for (kind,) in pick(run_query(told, "outcomes", {"command_id": "buy"}), "kind")]
    assert kinds == ["accepted", "accepted", "repeated", "repeated"]


def test_a_decision_is_shown_whole(told: Store) -> None:
    assert len(run_query(told, "decisions", {"buyer": BUYER}).rows) == 4
    assert run_query(told, "decisions", {"buyer": SELLER}).rows == ()
    (found,) = run_query(told, "decision", {"id": "D-0.20.0"}).as_dicts()
    assert found["crossing"] == '{"hops":[]}'
    assert found["outcome"] == "ALLOW"


def test_positions_show_how_far_every_reader_is(told: Store) -> None:
    rows = run_query(told, "positions")
    assert pick(rows, "topic", "partition")[0] == ("delivery.journal", 0)
    assert len(rows.rows) == 4


def test_a_limit_says_that_there_is_more(told: Store) -> None:
    rows = run_query(told, "participants", limit=2)
    assert len(rows.rows) == 2
    assert rows.more
    assert not run_query(told, "participants", limit=4).more


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("weather", {}, "no query 'weather'"),
        ("book", {}, "needs instrument"),
        ("book", {"instrument": "x", "colour": "red"}, "no parameter 'colour'"),
        ("participants", {"limit": 5}, "its parameters: none"),
        ("balances", {"account": "cash"}, "whole number"),
        ("balances", {"account": 2**70}, "64 bits"),
        ("orders", {"participant": "a\0b"}, "NUL"),
    ],
)
def test_a_question_asked_wrongly_says_what_is_wrong(
    store: Store, name: str, params: dict[str, Any], says: str
) -> None:
    with pytest.raises(Misuse, match=says):
        run_query(store, name, params)
    with pytest.raises(Misuse, match="limit of 0"):
        run_query(store, "participants", limit=0)


def test_an_analyst_asks_in_sql(told: Store) -> None:
    sql = "SELECT state, count(*) AS orders, sum(quantity) AS lots FROM orders GROUP BY state ORDER BY state;"
    rows = run_sql(told, sql)
    assert rows.columns == ("state", "orders", "lots")
    assert rows.rows == (("cancelled", 2, 6), ("filled", 2, 2), ("open", 2, 8))
    like = "WITH mine AS (SELECT * FROM participants WHERE display_name LIKE 'The %%' OR 1 % 2 = 1) SELECT 1 FROM mine"
    assert len(run_sql(told, like).rows) == 4
    few = run_sql(told, "SELECT * FROM participants", limit=3)
    assert len(few.rows) == 3
    assert few.more


def test_whatever_a_select_brings_can_be_shown(store: Store) -> None:
    save_snapshot(store, a_snapshot())
    rows = run_sql(store, "SELECT state, next_offset, 1.5, NULL, CURRENT_DATE FROM snapshots")
    ((state, offset, share, nothing, today),) = rows.rows
    assert (state, offset, float(str(share)), nothing) == ("00ff", 5, 1.5, None)
    assert isinstance(today, str)


def a_snapshot() -> Snapshot:
    return Snapshot(
        context="market",
        partition=0,
        engine_version=1,
        position=JournalPosition(5, 0, 5, bytes(32)),
        state_digest=bytes(32),
        state=b"\x00\xff",
    )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders",
        "INSERT INTO progress VALUES ('views', 'market.journal', 9, 1, 1, 1, '')",
        "UPDATE orders SET quantity_left = 1",
        "DROP TABLE orders",
        "CREATE TABLE mine (x integer)",
        "CREATE TEMP TABLE mine (x integer)",
        "SELECT 1; DELETE FROM orders",
        "VACUUM",
        "COMMIT",
        "SELECT * FROM nowhere",
        "SELECT colour FROM orders",
        "SELEC 1",
        "",
        " ;",
        "SELECT '\0'",
    ],
)
def test_an_analyst_changes_nothing_and_is_told_why_in_one_line(told: Store, sql: str) -> None:
    before = dump_digest(told)
    with pytest.raises(Misuse) as raised:
        run_sql(told, sql)
    assert "\n" not in str(raised.value)
    assert dump_digest(told) == before


def test_sql_that_takes_too_long_is_ended(told: Store) -> None:
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(Misuse, match=r"1 s|timeout"):
        run_sql(told, sql, timeout_s=1)


def test_a_statement_of_a_reading_transaction_can_be_limited_and_leaves_no_limit_behind(told: Store) -> None:
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n {end}) SELECT count(*) FROM n"
    with pytest.raises(Unavailable), told.reading(timeout_s=1) as connection:
        connection.execute(text(sql.format(end="")))
    with told.reading() as connection:
        assert connection.execute(text(sql.format(end="WHERE i < 100000"))).scalar_one() == 100_000


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '{path}.other' AS other",
        "VACUUM INTO '{path}.copy'",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "SELECT load_extension('anything')",
    ],
)
def test_an_analyst_reaches_no_other_file_through_sqlite(sqlite_url: str, sql: str) -> None:
    store = open_store(sqlite_url)
    migrate(store)
    path = sqlite_url.removeprefix("sqlite:///")
    with pytest.raises(Misuse, match=r"not authorized|prohibited|denied"):
        run_sql(store, sql.format(path=path))
    store.close()


@pytest.mark.parametrize(
    "sql",
    ["COPY orders TO '/dev/null'", "SELECT set_config('transaction_read_only', 'off', true)", "SHOW all"],
)
def test_an_analyst_leaves_the_reading_transaction_of_postgres_by_no_way(postgres_url: str, sql: str) -> None:
    store = open_store(postgres_url)
    migrate(store)
    with pytest.raises(Misuse):
        run_sql(store, sql)
    store.close()


def test_a_file_that_was_not_made_yet_is_named(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with pytest.raises(Misuse, match="not been made"):
        run_sql(store, "SELECT 1")


def test_what_an_analyst_sets_ends_with_the_question(postgres_url: str) -> None:
    store = open_store(postgres_url)
    migrate(store)
    run_sql(store, "SELECT set_config('search_path', 'pg_catalog', false), pg_advisory_lock(7)")
    assert run_query(store, "participants").rows == ()
    with store.begin() as connection:
        free = text("SELECT pg_try_advisory_xact_lock(7)")
        assert connection.execute(free).scalar_one() is True
    store.close()
