"""The scenarios of the settlement in the tables, on both databases. Source: settlement.md section 6; SC-02, SC-10."""

from contextlib import closing
from typing import Any

from exchange.store import Store, migrate, open_store
from exchange.views.ledger.dumping import dump_ledger
from exchange.views.queries import run_query, run_sql
from tests.unit.cli.bourse_desk import CONTEXTS, outcomes_of
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, BUYER, HOLDERS, SELLER, a_conversion, a_quote
from tests.unit.settlement.test_settlement_scenarios import paid_out, royalty
from tests.unit.views.story import Journal, play

YEN, YUAN = 250_000, 1_200_000
ENTRIES = """
SELECT e.fact, p.debit_account, p.debit_party, p.credit_account, p.credit_party, p.currency, p.amount_minor
FROM postings p JOIN entries e ON e.context = p.context AND e.partition = p.partition AND e.seq = p.seq
ORDER BY p.context, p.partition, p.seq, p.line
"""


def sc_02() -> tuple[Bourse, str]:
    """From yen to the seller's bank, and the trade."""
    bourse = Bourse()
    bourse.deposited(BUYER, YEN, "JPY")
    (quote,) = bourse.ask(BANK, a_quote(expires_at=bourse.rooms.at + 3_600_000_000))
    bourse.ask(BUYER, a_conversion(quote.quote_id))  # type: ignore[attr-defined]
    trade = bourse.sold()
    paid_out(bourse)
    return bourse, trade


def told(store: Store, bourse: Bourse) -> Store:
    journals = bourse.rooms.journals
    play(store, *(Journal(each, 0, outcomes_of(journals[each]), len(journals[each])) for each in CONTEXTS))
    return store


def asked(store: Store, query: str, **given: Any) -> list[dict[str, Any]]:
    return run_query(store, query, given).as_dicts()


def test_sc_02_is_the_table_of_entries_to_the_cent(store: Store) -> None:
    bourse, trade = sc_02()
    told(store, bourse)
    entries = [tuple(row.values()) for row in run_sql(store, ENTRIES).as_dicts()]
    assert entries == [
        ("DepositConfirmed", 1010, BANK, 2010, BUYER, "JPY", YEN),
        ("FxExecuted", 2010, BUYER, 1900, "operator", "JPY", YEN),
        ("FxExecuted", 1900, "operator", 2010, BUYER, "CNY", YUAN),
        ("FxSettled", 1900, "operator", 1010, BANK, "JPY", YEN),
        ("FxSettled", 1010, BANK, 1900, "operator", "CNY", YUAN),
        ("OrderAccepted", 2010, BUYER, 2020, BUYER, "CNY", YUAN),
        ("TradeMatched", 2020, BUYER, 2100, trade, "CNY", YUAN),
        ("PurchaseAccepted", 2100, trade, 2200, SELLER, "CNY", 1_170_000),
        ("PurchaseAccepted", 2100, trade, 4010, "operator", "CNY", 28_302),
        ("PurchaseAccepted", 2100, trade, 2300, "CN-6", "CNY", 1_698),
        ("PayoutExecuted", 2200, SELLER, 1010, BANK, "CNY", 1_170_000),
    ]
    balance = {
        (row["asset"], row["account"]): row["balance_minor"] for row in asked(store, "ledger_trial_balance")
    }
    assert {key: held for key, held in balance.items() if held} == {
        ("CNY", 1010): 30_000,
        ("CNY", 2300): 1_698,
        ("CNY", 4010): 28_302,
    }
    assert asked(store, "ledger_accounts", account=2100, open="yes") == []


def test_sc_10_is_what_each_beneficiary_is_paid_to_the_cent(store: Store) -> None:
    bourse = royalty()
    told(store, bourse)
    owed = {row["party"]: row["balance_minor"] for row in asked(store, "ledger_accounts", account=2220)}
    assert [owed[name] for name in HOLDERS] == [964_823, 578_893, 385_929]
    shares = asked(store, "revenue_shares", agreement="RA-P-23")
    assert [(row["earned_minor"], row["recouped_minor"], row["amount_minor"]) for row in shares] == [
        (None, None, 500_000),
        (1_929_645, 500_000, 1_429_645),
    ]


def test_sqlite_and_postgres_hold_the_same_ledger_and_answer_alike(
    sqlite_url: str, postgres_url: str
) -> None:
    found = []
    for url in (sqlite_url, postgres_url):
        with closing(open_store(url)) as store:
            migrate(store)
            told(store, sc_02()[0])
            answers = [
                asked(store, query, position=f"market/0/{seq}", **given)
                for seq in (0, 13, 17, 20)
                for query, given in (
                    ("ledger_trial_balance", {}),
                    ("ledger_accounts", {}),
                    ("ledger_statement", {"party": BUYER}),
                )
            ]
            found.append((list(dump_ledger(store)), answers))
    assert found[0] == found[1]
    assert len(found[0][0]) > 20
