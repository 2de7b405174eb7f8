"""The settlement's tables, one outcome after the other and all at once."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select

from exchange.kernel.bases import Outcome
from exchange.kernel.position import BEGINNING
from exchange.settlement.invoices.facts import InvoiceNumbered
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.dump import dump
from exchange.views.ledger.tables import BALANCES
from exchange.views.queries import run_query, run_sql
from tests.contract.conftest import empty
from tests.unit.settlement.stage import BANK, BUYER, IBAN, SELLER
from tests.unit.settlement.story import settled
from tests.unit.views.story import position_after

TOPIC = "settlement.journal"


def shown(store: Store, batches: Sequence[Sequence[Outcome]]) -> list[str]:
    """The tables after these batches of the journal."""
    empty(store)
    first = BEGINNING
    for batch in batches:
        after = position_after(list(batch), first)
        save(store, VIEWS_READER, TOPIC, 0, first, after, project_batch(VIEWS, "settlement", 0, batch))
        first = after
    return [line for line in dump(store) if '"table":"progress"' not in line]


def asked(store: Store, query: str, **params: str) -> list[dict[str, Any]]:
    return run_query(store, query, params).as_dicts()


def test_the_tables_are_the_same_however_the_journal_comes(store: Store) -> None:
    outcomes = settled().outcomes
    assert shown(store, [[outcome] for outcome in outcomes]) == shown(store, [outcomes])


def test_the_tables_show_how_everything_ended(store: Store) -> None:
    shown(store, [settled().outcomes])
    states = {
        table: [row[0] for row in run_sql(store, f"SELECT state FROM {table} ORDER BY seq").rows]
        for table in ("fx_quotes", "fx_conversions", "payouts", "statement_lines", "revenue_shares")
    }
    assert states == {
        "fx_quotes": ["closed"],
        "fx_conversions": ["completed", "returned"],
        "payouts": ["paid", "failed", "returned"],
        "statement_lines": ["matched", "overdue", "cleared", "matched", "cleared", "suspense", "suspense"],
        "revenue_shares": ["settled", "returned"],
    }
    assert [row["amount_minor"] for row in asked(store, "payouts", state="paid")] == [1_170_000]
    assert [row["line_id"] for row in asked(store, "statement_lines", state="overdue")] != [None]
    assert [row["conversions"] for row in asked(store, "fx_quotes", state="closed")] == [1]
    assert [row["rate"] for row in asked(store, "fx_conversions", participant=BUYER)] == ["0.0480"] * 2
    assert [row["recouped_minor"] for row in asked(store, "revenue_shares")] == [None, 500_000]
    assert asked(store, "revenue_shares", agreement="RA-0") == []
    assert [row["legal_name"] for row in asked(store, "billing_details")] == ["SE-CN-02 Ltd."]
    (usage,) = asked(store, "subsidy_usage", programme="SP-1")
    assert (usage["used_minor"], usage["cap_left_minor"], usage["period"]) == (500, 400, "2026")
    (programme,) = asked(store, "subsidy_programmes")
    assert (programme["pledged_minor"], programme["funded_minor"]) == (0, 800)
    found = [
        (row["state"], row["unpaid_minor"], row["unpaid_reason"]) for row in asked(store, "subsidy_claims")
    ]
    assert found == [("paid", 0, ""), ("returned", 200, "SUBSIDY_FUND_SHORT")]
    assert {row["difference_minor"] for row in run_query(store, "trial_balance").as_dicts()} == {0}


def test_the_tables_show_invoices_what_was_credited_of_them_and_answered(store: Store) -> None:
    shown(store, [settled().outcomes])
    rows = asked(store, "invoices", seller=SELLER)
    assert [(row["kind"], row["gross_minor"], row["credited_minor"], row["state"]) for row in rows] == [
        ("invoice", 1_200_000, 600_000, "rejected"),
        ("invoice", 1_200_000, 400_000, "issued"),
        ("credit_note", 400_000, 0, "issued"),
        ("credit_note", 600_000, 0, "issued"),
    ]
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4]
    first, *_, last = rows
    assert (first["dispute"], first["dispute_reason"], last["of_number"]) == (
        "resolved",
        None,
        first["number"],
    )
    assert [row["number"] for row in asked(store, "invoices", buyer=BUYER, state="rejected")] == [
        first["number"]
    ]
    assert [row["kind"] for row in asked(store, "invoices", trade="T-0.10.0", kind="credit_note")] == [
        "credit_note"
    ]
    (line,) = asked(store, "invoice_lines", number=first["number"])
    assert (line["product_id"], line["quantity"], line["price"]) == ("P-07", 1, "12000")
    responses = asked(store, "invoice_responses", number=first["number"])
    assert [(row["code"], row["reasons"]) for row in responses] == [("AB", "[]"), ("RE", '["QTY"]')]


def test_what_the_tables_keep_of_an_invoice_is_the_fact_that_numbered_it(store: Store) -> None:
    outcomes = settled().outcomes
    shown(store, [outcomes])
    facts = [each.fact for outcome in outcomes for each in outcome if isinstance(each.fact, InvoiceNumbered)]
    assert len(facts) > 4
    for fact in facts:
        (row,) = asked(store, "invoice_document", number=fact.number)
        assert msgspec.json.decode(row["content"], type=InvoiceNumbered) == fact


def test_the_tables_show_where_money_goes_and_never_a_whole_number(store: Store) -> None:
    lines = shown(store, [settled().outcomes])
    assert not [line for line in lines if IBAN in line or "6222000100008888" in line]
    first, second = asked(store, "payees", participant=SELLER)
    assert (first["account"], first["replaced_at"] is None) == ("DE89…3000", False)
    assert (second["account"], second["replaced_at"]) == ("6222…8888", None)
    (file,) = asked(store, "payment_files")
    (payout,) = asked(store, "payouts", file=file["file_id"])
    assert (payout["set_id"], payout["payee_id"], payout["state"]) == (
        "PS-0.7.2",
        second["payee_id"],
        "returned",
    )
    assert (file["payments"], file["amount_minor"], file["bank_id"]) == (1, 500, BANK)


def test_the_tables_show_what_waits_in_suspense_and_for_whom(store: Store) -> None:
    shown(store, [settled().outcomes])
    told = [
        (row["reference"], row["state"], row["wanted_for"], row["kept_for"])
        for row in asked(store, "suspense")
    ]
    assert told == [
        ("?", "overdue", None, None),
        ("b", "suspense", None, "REFERENCE_TAKEN: b"),
        ("c", "suspense", BUYER, None),
    ]
    assert [row["line_id"] for row in asked(store, "suspense", state="overdue")] != []
    limits = [(row["limit_minor"], row["state"]) for row in asked(store, "release_limits")]
    assert limits == [(1_000, "set"), (2_000, "proposed")]
    (account,) = asked(store, "bank_accounts", currency="CNY")
    with store.reading() as connection:
        lies_there = (BALANCES.c.account == 1010) & (BALANCES.c.party == BANK) & (BALANCES.c.asset == "CNY")
        found = select(func.sum(BALANCES.c.debit_minor - BALANCES.c.credit_minor)).where(lies_there)
        held = int(connection.execute(found).scalar_one())
    assert held != 0
    assert (account["books_minor"], account["apart_minor"]) == (held, account["balance_minor"] - held)
    assert asked(store, "bank_accounts", currency="JPY") == []
