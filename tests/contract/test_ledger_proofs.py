"""What proves the ledger: its audit, closes of days, and rows made anew from facts, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, text, update

from exchange.kernel.bases import Fact
from exchange.lineage import Moment
from exchange.market.commands import Side
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.store import Store, migrate
from exchange.store.migrate import _SCRIPTS, _config
from exchange.views.dump import dump
from exchange.views.ledger.as_of import at_places
from exchange.views.ledger.audit import audit
from exchange.views.ledger.books import Fault
from exchange.views.ledger.closing import (
    totals_digest,
)
from exchange.views.ledger.comparing import differing
from exchange.views.ledger.tables import BALANCES, ENTRIES, PERIOD_BALANCES, PERIOD_TOTALS, POSTINGS
from exchange.views.ledger.verified import Mark, changed_since, mark_now
from tests.contract.test_projections_market import a_played_market
from tests.unit.views.ledger_story import ANNE, BELA, RIGHT, TRADE, two_periods_and_more
from tests.unit.views.story import BANK, a_payout, a_story, an_acceptance, play

CNY = ("CNY", "CNY")
NOW = Moment()
Tamper = Callable[[Connection], Any]


@pytest.fixture
def told(store: Store) -> Store:
    play(store, two_periods_and_more())
    return store


def faults(store: Store) -> list[Fault]:
    with store.reading() as connection:
        return list(audit(connection))


def at_place(table: Any, seq: int, line: int | None = None) -> Any:
    found = (table.c.partition == 3) & (table.c.seq == seq)
    return found if line is None else found & (table.c.line == line)


def of_party(table: Any, account: int, party: str) -> Any:
    return (table.c.account == account) & (table.c.party == party) & (table.c.currency == "CNY")


def test_books_of_facts_alone_have_no_faults(store: Store) -> None:
    steps = [
        ("place", "A", Side.BID, 3, 9, False),
        ("place", "B", Side.ASK, 3, 4, False),
        ("accept", 0),
        ("place", "C", Side.ASK, 2, 5, False),
        ("refund", 1),
        ("pay", "B", 3),
    ]
    play(store, a_played_market(steps).written, two_periods_and_more())
    assert faults(store) == []


CHANGED: list[tuple[Tamper, str, str]] = [
    (
        lambda c: c.execute(update(POSTINGS).where(at_place(POSTINGS, 3, 0)).values(amount_minor=4_999_999)),
        f"account 2010 {ANNE} CNY",
        "its balance before fact 10000",
    ),
    (
        lambda c: c.execute(update(POSTINGS).where(at_place(POSTINGS, 20_001, 0)).values(amount_minor=-6)),
        "market/3/20001",
        "moves -6 minor units",
    ),
    (
        lambda c: c.execute(
            update(POSTINGS).where(at_place(POSTINGS, 20_000, 0)).values(asset="eCNY", currency="USD")
        ),
        "market/3/20000",
        "in USD, which eCNY does not settle",
    ),
    (lambda c: c.execute(delete(ENTRIES).where(at_place(ENTRIES, 4))), "market/3/4", "belong to no entry"),
    (
        lambda c: c.execute(delete(POSTINGS).where(at_place(POSTINGS, 20_000))),
        "market/3/20000",
        "no postings",
    ),
    (
        lambda c: c.execute(update(BALANCES).where(of_party(BALANCES, 2010, BELA)).values(credit_minor=90)),
        f"account 2010 {BELA} CNY",
        "its running balance and its postings come to debit 40, credit 90 and debit 40, credit 89",
    ),
    (
        lambda c: c.execute(delete(PERIOD_BALANCES).where(of_party(PERIOD_BALANCES, 2020, BELA))),
        f"account 2020 {BELA} CNY",
        "its balance before fact 20000",
    ),
    (
        lambda c: c.execute(
            update(PERIOD_TOTALS).where(PERIOD_TOTALS.c.account == 1010).values(debit_minor=1)
        ),
        "account 1010 of all parties in market/3 CNY",
        "its total before fact 10000",
    ),
]


@pytest.mark.parametrize("number", range(len(CHANGED)))
def test_a_changed_row_is_named(told: Store, number: int) -> None:
    tamper, where, said = CHANGED[number]
    with told.begin() as connection:
        tamper(connection)
    found = faults(told)
    assert any(each.where == where and said in each.said for each in found), found


def test_what_is_held_is_never_below_zero_and_always_backed(store: Store) -> None:
    journal = two_periods_and_more()
    journal.seq = 20_010
    journal.add(a_payout(amount_minor=1_170_000))
    journal.add(a_payout(amount_minor=1))
    play(store, journal)
    assert faults(store) == [
        Fault("market/3/20011", "account 2200 SE-CN-02 CNY is 1 minor units below zero after it"),
    ]


def a_deal(conversion_id: str, bank_took_minor: int) -> tuple[Fact, Fact]:
    """CNY 5.00 for USD 0.70, as the customer sees it and as the bank does."""
    asked: dict[str, Any] = {
        "conversion_id": conversion_id,
        "quote_id": "Q-1",
        "bank_id": BANK,
        "sell_currency": "CNY",
        "buy_currency": "USD",
        "bought_minor": 70,
    }
    of_quote: dict[str, Any] = {
        "base_currency": "CNY",
        "side": "fixed_sell",
        "rate": "0.14",
        "source": "bank",
    }
    executed = FxExecuted(participant_id=ANNE, sold_minor=500, expires_at=0, **of_quote, **asked)
    return executed, FxSettled(sold_minor=bank_took_minor, **asked)


def test_what_a_settled_deal_leaves_in_clearing_is_seen_though_another_takes_it(store: Store) -> None:
    journal = two_periods_and_more()
    journal.seq = 20_010
    journal.add(*a_deal("FX-1", 500))
    journal.add(*a_deal("FX-2", 490))
    journal.add(*a_deal("FX-3", 510))
    play(store, journal)
    of_deals = [(each.where, each.said) for each in faults(store) if "clearing" in each.said]
    left = "minor units of CNY of the deal"
    assert of_deals == [
        ("market/3/20013", f"-10 {left} FX-2 are left in clearing after it"),
        ("market/3/20015", f"10 {left} FX-3 are left in clearing after it"),
    ]


def test_the_escrow_of_a_closed_trade_is_empty(store: Store) -> None:
    journal = two_periods_and_more()
    kept = [each for each in journal.outcomes if type(each[0].fact) is not type(an_acceptance())]
    journal.outcomes[:] = kept
    journal.seq = 20_010
    parts = {"gross_minor": 1_000, "seller_minor": 1_000, "fee_net_minor": 0, "fee_tax_minor": 0}
    journal.add(an_acceptance(TRADE, RIGHT, **parts))
    play(store, journal)
    assert [(each.where, "accepted" in each.said) for each in faults(store)] == [
        (f"account 2100 {TRADE}", True)
    ]


def marked(store: Store, seq: int) -> Mark:
    """What verifying would leave if the tables ended before a fact."""
    with store.reading() as connection:
        mark = mark_now(connection, "then", {})
        totals = totals_digest(connection, at_places(connection, {("market", 3): seq}))
    (head,) = mark.places
    return replace(mark, places=(replace(head, seq=seq),), totals=totals)


def new_faults(store: Store, mark: Mark) -> list[Fault]:
    with store.reading() as connection:
        return [*changed_since(connection, mark), *audit(connection, mark.seqs)]


@pytest.mark.parametrize("seq", [3, 9_999, 10_000, 10_003, 20_001])
def test_verifying_goes_on_from_where_nothing_was_wrong(told: Store, seq: int) -> None:
    mark = marked(told, seq)
    assert new_faults(told, mark) == []
    with told.begin() as connection:
        connection.execute(update(POSTINGS).where(at_place(POSTINGS, 20_001)).values(amount_minor=7))
    assert f"account 2010 {BELA} CNY" in {each.where for each in new_faults(told, mark)}


def test_what_was_found_right_and_is_changed_in_sum_is_seen_from_there_on(told: Store) -> None:
    mark = marked(told, 20_001)
    with told.begin() as connection:
        raised = {"credit_minor": PERIOD_BALANCES.c.credit_minor + 1}
        connection.execute(
            update(PERIOD_BALANCES).where(of_party(PERIOD_BALANCES, 2010, ANNE)).values(raised)
        )
    said = [each.said for each in new_faults(told, mark)]
    assert any("its total before fact 20000" in each for each in said), said
    with told.begin() as connection:
        raised = {"credit_minor": PERIOD_TOTALS.c.credit_minor + 1}
        connection.execute(update(PERIOD_TOTALS).where(PERIOD_TOTALS.c.account == 2010).values(raised))
    said = [each.said for each in new_faults(told, mark)]
    assert "its accounts do not come to what they did then; verify all of it, without --new" in said
    with told.begin() as connection:
        connection.execute(text("UPDATE progress SET seq = 20000"))
        assert "let them catch up" in next(changed_since(connection, mark)).said


def test_a_deal_whose_first_side_was_looked_at_before_is_no_fault(store: Store) -> None:
    journal = two_periods_and_more()
    journal.seq = 29_999
    journal.add(*a_deal("FX-1", 500))
    play(store, journal)
    assert new_faults(store, marked(store, 30_000)) == new_faults(store, marked(store, 29_999)) == []


def test_rows_are_compared_with_the_facts_they_come_from(told: Store) -> None:
    outcomes = two_periods_and_more().outcomes

    def compared() -> list[Fault]:
        with told.reading() as connection:
            return list(differing(connection, "market", 3, outcomes))

    assert compared() == []
    with told.begin() as connection:
        connection.execute(update(POSTINGS).where(at_place(POSTINGS, 3, 0)).values(amount_minor=7))
        connection.execute(update(ENTRIES).where(at_place(ENTRIES, 4)).values(subject="O-77"))
        connection.execute(delete(POSTINGS).where(at_place(POSTINGS, 20_000)))
        connection.execute(update(ENTRIES).where(at_place(ENTRIES, 5_000)).values(seq=5_002))
    said = {(each.where, each.said) for each in compared()}
    assert said == {
        ("market/3/3", "line 0 is not what the journal says: amount_minor 7 where it says 5000000"),
        ("market/3/4", "the entry is not what the journal says: subject O-77 where it says O-1"),
        ("market/3/20000", "line 0 that the journal brings about is missing"),
        ("market/3/5000", "the entry that the journal brings about is missing"),
        ("market/3/5002", "the entry comes from no fact of the journal"),
    }


def test_a_ledger_of_the_version_before_becomes_what_this_one_folds(empty_store: Store) -> None:
    store = empty_store
    migrate(store)
    play(store, *a_story(), two_periods_and_more())
    wanted = list(dump(store))
    with store.begin() as connection:
        kept = {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (POSTINGS, BALANCES)
        }
        for name in ("ledger_closes", "period_totals", "period_balances", "balances", "postings"):
            connection.execute(text(f"DROP TABLE {name}"))
        _as_of_0001(connection, kept)
        script = ScriptDirectory(str(_SCRIPTS))
        connection.execute(
            text("UPDATE alembic_version SET version_num = :before"),
            {"before": script.get_revision("0020").down_revision},
        )
        command.upgrade(_config(connection), "0021")
    assert list(dump(store)) == wanted


def _as_of_0001(connection: Connection, kept: dict[Any, list[dict[str, Any]]]) -> None:
    """Postings and balances as they were before there were settlement assets."""
    for table, key in (
        (POSTINGS, "context, partition, seq, line"),
        (BALANCES, "context, partition, account, party, currency"),
    ):
        columns = [column for column in table.columns if column.name != "asset"]
        kinds = ", ".join(
            f"{column.name} {'BIGINT' if column.type.python_type is int else 'TEXT'} NOT NULL"
            for column in columns
        )
        named = f"CONSTRAINT pk_{table.name} PRIMARY KEY ({key})"
        connection.execute(text(f"CREATE TABLE {table.name} ({kinds}, {named})"))
        marks = ", ".join(f":{column.name}" for column in columns)
        rows = [{name: value for name, value in row.items() if name != "asset"} for row in kept[table]]
        connection.execute(text(f"INSERT INTO {table.name} VALUES ({marks})"), rows)
