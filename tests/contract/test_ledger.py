"""The ledger as of any moment, on both databases: what the postings until then come to, without reading them all."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete, literal, select, text, update

from exchange.kernel.errors import InvariantBroken, Misuse
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.lineage import moment_of
from exchange.store import VIEWS_READER, Store, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from exchange.views.accounts import CHART
from exchange.views.dump import dump
from exchange.views.ledger.as_of import before, up_to
from exchange.views.ledger.sums import Chosen, balances_at, totals_at
from exchange.views.ledger.tables import BALANCES, ENTRIES, PERIOD_BALANCES, PERIOD_TOTALS, POSTINGS
from exchange.views.queries import ledger_statement, run_query
from exchange.views.queries.ledger_statement import select_ends, select_lines
from tests.unit.views.ledger_story import ANNE, BELA, PERIODS, TRADE, two_periods_and_more
from tests.unit.views.story import START, Journal, a_story, at, play, position_after

PLACES = (3, 4, 4_999, 5_001, 9_997, 9_998, 9_999, 10_000, 10_001, 19_998, 19_999, 20_000, 20_001, 20_002)


@pytest.fixture
def told(store: Store) -> Store:
    play(store, *a_story(), two_periods_and_more())
    return store


def asked(store: Store, query: str, **given: Any) -> list[dict[str, Any]]:
    return run_query(store, query, given).as_dicts()


def summed(
    store: Store, *, upto: Mapping[int, int] = {}, until_at: int | None = None
) -> Counter[tuple[Any, ...]]:
    """By account, party and ledger, one posting after the other, what a naive reader comes to."""
    sums: Counter[tuple[Any, ...]] = Counter()
    with store.reading() as connection:
        for row in connection.execute(select(POSTINGS)):
            if row.seq > upto.get(row.partition, row.seq) or (until_at is not None and row.at > until_at):
                continue
            sums[row.debit_account, row.debit_party, row.currency, "debit"] += row.amount_minor
            sums[row.credit_account, row.credit_party, row.currency, "credit"] += row.amount_minor
    return sums


def answered(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter(
        {
            (row["account"], row["party"], row["currency"], side): row[f"{side}_minor"]
            for row in rows
            for side in ("debit", "credit")
            if row[f"{side}_minor"]
        }
    )


def of_chart(sums: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    of_all: Counter[tuple[Any, ...]] = Counter()
    for (account, _, currency, side), amount in sums.items():
        of_all[account, currency, side] += amount
    return of_all


def test_accounts_as_of_any_place_are_what_the_postings_until_then_come_to(told: Store) -> None:
    for seq in PLACES:
        as_of_place(told, seq)


def as_of_place(told: Store, seq: int) -> None:
    position = f"market/3/{seq},market/0/8"
    right = summed(told, upto={3: seq, 0: 8})
    assert answered(asked(told, "ledger_accounts", position=position)) == right
    rows = asked(told, "ledger_trial_balance", position=position)
    assert of_chart(answered([row | {"party": ""} for row in rows])) == of_chart(right)
    ledgers = {row["asset"] for row in rows}
    for asset in ledgers:
        of_it = [row for row in rows if row["asset"] == asset]
        assert sum(row["debit_minor"] for row in of_it) == sum(row["credit_minor"] for row in of_it)


def test_accounts_as_of_a_time_count_that_moment_and_nothing_later(told: Store) -> None:
    for moment in (at(cause) + shift for cause in (0, 3, 5, 6, 20) for shift in (-1, 0)):
        rows = asked(told, "ledger_accounts", until_at=moment)
        assert answered(rows) == summed(told, until_at=moment)


def test_as_of_now_the_running_balances_answer(told: Store) -> None:
    assert answered(asked(told, "ledger_accounts")) == summed(told)
    parties = {row["party"] for row in asked(told, "ledger_accounts", account=2010, open="yes")}
    assert {ANNE, BELA} < parties


def test_nothing_before_the_last_periodic_balances_is_read(told: Store) -> None:
    """Everything older is gone, and the answers stay what they were."""
    asks = [
        ("ledger_accounts", {"position": "market/3/20001"}),
        ("ledger_accounts", {"position": "market/3/20001", "party": BELA}),
        ("ledger_trial_balance", {"position": "market/3/20001"}),
        ("ledger_trial_balance", {}),
        (
            "ledger_statement",
            {"party": BELA, "from_position": "market/3/20000", "position": "market/3/20001"},
        ),
    ]
    known = [asked(told, query, **given) for query, given in asks]
    with told.begin() as connection:
        for table in (ENTRIES, POSTINGS):
            connection.execute(delete(table).where(table.c.partition == 3, table.c.seq < PERIODS[-1]))
    assert [asked(told, query, **given) for query, given in asks] == known


def test_the_questions_never_scan_the_postings(sqlite_url: str) -> None:
    """SQLite says how it finds its rows."""
    store = open_store(sqlite_url)
    migrate(store)
    play(store, two_periods_and_more())
    with store.reading() as connection:
        until = up_to(connection, moment_of(position="market/3/20001"))
        since = before(connection, moment_of(position="market/3/10001"))
        whose: Any = literal(ANNE)
        asks = (
            totals_at(until),
            balances_at(until, Chosen(None, ANNE)),
            balances_at(until, Chosen(2010, None)),
            select_ends(since, until, Chosen(None, whose)),
            select_lines(since, until, Chosen(None, whose)),
        )
        for query in asks:
            sql = query.compile(store.engine, compile_kwargs={"literal_binds": True})
            plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
            of_tables = [
                line for line in plan if "postings" in line or "entries" in line or "period_" in line
            ]
            assert of_tables, plan
            assert all(line.startswith("SEARCH") for line in of_tables), of_tables
            by_range = [line for line in of_tables if "postings USING PRIMARY KEY" in line]
            assert not by_range or ANNE not in str(sql), by_range
    store.close()


def test_any_batches_give_the_same_periodic_balances(store: Store) -> None:
    journal = two_periods_and_more()
    play(store, journal)
    whole = list(dump(store))
    with store.begin() as connection:
        for table in (*(table for view in VIEWS for table in view.tables),):
            connection.execute(delete(table))
        connection.execute(text("DELETE FROM progress"))
    first = BEGINNING
    for outcome in journal.outcomes:
        after = position_after([outcome], first)
        changes = project_batch(VIEWS, "market", journal.partition, [outcome])
        save(store, VIEWS_READER, "market.journal", journal.partition, first, after, changes)
        first = after
    assert list(dump(store)) == whole
    assert {row["seq"] for row in rows(store, PERIOD_TOTALS)} == set(PERIODS)


def rows(store: Store, table: Any) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


def test_a_statement_leads_from_the_opening_to_the_closing_balance(told: Store) -> None:
    given = {"party": ANNE, "from_position": "market/3/4", "position": "market/3/10001,market/0/2,market/1/2"}
    found = asked(told, "ledger_statement", **given)
    cny = [row for row in found if (row["account"], row["asset"]) == (2010, "CNY")]
    assert [(row["kind"], row["entry"], row["debit_minor"], row["credit_minor"]) for row in cny] == [
        ("opening", None, None, None),
        ("posting", "market/3/4", 1_250_000, 0),
        ("posting", "market/3/9998", 30, 0),
        ("posting", "market/3/10001", 0, 50_000),
        ("closing", None, 1_250_030, 50_000),
    ]
    assert [row["balance_minor"] for row in cny] == [5_000_000, 3_750_000, 3_749_970, 3_799_970, 3_799_970]
    assert (cny[3]["fact"], cny[3]["subject"]) == ("TradeMatched", TRADE)


def test_of_more_rows_than_can_be_brought_back_the_first_are(
    told: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_query(told, "ledger_statement", {"party": ANNE})
    try:
        for most in range(1, 9):
            monkeypatch.setattr(ledger_statement, "ROWS_LIMIT", most)
            ledger_statement._asked.cache_clear()
            found = run_query(told, "ledger_statement", {"party": ANNE})
            assert found.more
            assert sum(row[5] == "posting" for row in found.rows) == most + 1
            assert found.rows == whole.rows[: len(found.rows)]
    finally:
        ledger_statement._asked.cache_clear()


def test_every_statement_opens_with_what_the_one_before_it_closed_with(told: Store) -> None:
    parts = [
        {"position": "market/3/9999,market/0/30,market/1/30"},
        {"from_position": "market/3/10000,market/0/31,market/1/31"},
    ]
    earlier, later = (asked(told, "ledger_statement", party=BELA, **given) for given in parts)
    closed = {row["account"]: row["balance_minor"] for row in earlier if row["kind"] == "closing"}
    opened = {row["account"]: row["balance_minor"] for row in later if row["kind"] == "opening"}
    assert closed.items() <= opened.items()


def test_a_statement_of_rows_that_were_changed_is_refused(told: Store) -> None:
    with told.begin() as connection:
        one = (POSTINGS.c.partition == 3) & (POSTINGS.c.seq == 10_001) & (POSTINGS.c.line == 0)
        connection.execute(update(POSTINGS).where(one).values(amount_minor=1))
    with pytest.raises(InvariantBroken, match=rf"account 2020 of {ANNE} in CNY"):
        asked(told, "ledger_statement", party=ANNE)


def test_an_entry_is_found_by_its_fact_and_by_what_it_is_about(told: Store) -> None:
    (by_place,) = {row["fact"] for row in asked(told, "ledger_entry", name="market/3/10001")}
    assert by_place == "TradeMatched"
    about = asked(told, "ledger_entry", name=TRADE)
    assert "market/3/10001" in {row["entry"] for row in about}
    assert {row["debit_name"] for row in about} <= {line.name for line in CHART.values()}
    assert asked(told, "ledger_entry", name="market/3/7") == []


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ledger_trial_balance", {"position": "market/3/20003"}, "up to fact 20002, not to fact 20003"),
    ("ledger_trial_balance", {"position": "market/9/0"}, "nothing of market/9"),
    ("ledger_trial_balance", {"position": "market/x/0"}, "no place of a fact"),
    ("ledger_accounts", {"account": 1}, "no account 1"),
    (
        "ledger_statement",
        {"party": ANNE, "from_position": "market/3/20000", "position": "market/3/4"},
        "end before it begins",
    ),
]


def test_what_cannot_be_asked_is_said(told: Store) -> None:
    for query, given, said in WRONG:
        with pytest.raises(Misuse, match=said):
            asked(told, query, **given)


def test_an_empty_ledger_answers_with_nothing(store: Store) -> None:
    for query, given in (
        ("ledger_trial_balance", {"until_at": START}),
        ("ledger_accounts", {}),
        ("ledger_statement", {"party": ANNE}),
    ):
        assert asked(store, query, **given) == []


def test_balances_past_63_bits_are_refused_and_nothing_of_them_is_kept(store: Store) -> None:
    from tests.unit.views.story import a_deposit

    journal = Journal("market")
    for _ in range(2):
        journal.add(a_deposit(ANNE, 2**63 - 1))
    changes = project_batch(VIEWS, "market", 0, journal.outcomes)
    with pytest.raises(InvariantBroken):
        save(
            store, VIEWS_READER, "market.journal", 0, BEGINNING, JournalPosition(2, 0, 2, bytes(32)), changes
        )
    assert rows(store, POSTINGS) == rows(store, BALANCES) == rows(store, PERIOD_BALANCES) == []
