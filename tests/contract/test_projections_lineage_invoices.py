"""Invoices and credit notes in the lineage: from data to what was invoiced of it, in SQL and from the graph."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.bases import FactMeta, Outcome, Recorded
from exchange.kernel.position import BEGINNING
from exchange.lineage import USUAL, moment_of
from exchange.market.fees.commands import ChargeServiceFee, SetFeeSchedule
from exchange.market.fees.state import Amount
from exchange.market.purchases.commands import ApproveRefund
from exchange.policies import asked_for, source_in
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.kept_lineage import KeptLineage
from exchange.views.lineage import LINEAGE
from exchange.views.postings import TEMPLATES
from exchange.views.queries import Rows, run_sql
from exchange.views.queries.lineage_asked import ask_lineage
from exchange.views.view import Here
from streams.topics import journal_topic
from tests.unit.delivery.stage import a_range, a_receipt
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BUYER, OPERATOR, SELLER
from tests.unit.views.story import a_trade, position_after

SERVICE = Amount(currency="CNY", amount_minor=998_000)
OWN = "hub://exchange"
VERSION, SOLD, ENDED = "hub://CN/product/P-07/1", f"{OWN}/entry/market/0/17", f"{OWN}/entry/market/0/18"
SALE, FEE = f"{OWN}/invoice/2026-SE-CN-02-000001", f"{OWN}/invoice/2026-OP-CN-01-000001"
BACK, FEE_BACK = f"{OWN}/credit-note/2026-SE-CN-02-000002", f"{OWN}/credit-note/2026-OP-CN-01-000002"


def a_purchase() -> Bourse:
    """One purchase of which a range was received, accepted, then refunded in part."""
    made = Bourse()
    made.deposited(BUYER, 1_200_000, "CNY")
    trade_id = made.bought()
    made.rooms.ask("delivery", SELLER, a_range(0, 99))
    made.rooms.ask("delivery", BUYER, a_receipt(0, 99, entitlement_id=trade_id.replace("T", "E", 1)))
    made.accepted(trade_id)
    part = ApproveRefund(trade_id=trade_id, amount_minor=400_000, reference="R-1", grounds="A week.")
    made.rooms.ask("market", SELLER, part)
    return made


@pytest.fixture
def told(store: Store) -> Store:
    """A database that holds the purchase."""
    project(store, a_purchase())
    return store


def project(store: Store, bourse: Bourse) -> None:
    for context, journal in bourse.rooms.journals.items():
        batch = outcomes(journal)
        changes = project_batch(VIEWS, context, 0, batch)
        save(store, VIEWS_READER, journal_topic(context), 0, BEGINNING, position_after(batch), changes)


def outcomes(journal: list[Recorded]) -> list[Outcome]:
    found: list[list[Recorded]] = []
    for recorded in journal:
        if recorded.meta.index == 0:
            found.append([])
        found[-1].append(recorded)
    return [tuple(each) for each in found]


def shown(rows: Rows, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in columns) for each in rows.as_dicts()]


def test_an_invoice_is_of_its_trade_and_entry_and_a_credit_note_of_what_it_takes_back(told: Store) -> None:
    edges = {
        made: set(
            shown(ask_lineage(told, "ancestors", {"name": made, "depth": 1}), "kind", "upstream", "terms")
        )
        - {("cut", "", "")}
        for made in (SALE, FEE, BACK, FEE_BACK)
    }
    trade = f"{OWN}/trade/T-0.13.0"
    assert (
        edges[SALE]
        == edges[FEE]
        == {
            ("invoiced", trade, "T-0.13.0"),
            ("invoiced", SOLD, "T-0.13.0"),
        }
    )
    assert edges[BACK] == {("credited", SALE, "T-0.13.0"), ("credited", ENDED, "T-0.13.0")}
    assert edges[FEE_BACK] == {("credited", FEE, "T-0.13.0"), ("credited", ENDED, "T-0.13.0")}


def test_an_invoice_leads_up_to_the_data_it_is_for(told: Store) -> None:
    way = {"downstream": BACK, "upstream": VERSION}
    found = ask_lineage(told, "path", way)
    assert shown(found, "kind") == [("credited",), ("posted",), ("sold",), ("listed",)]
    assert KeptLineage(told).path(BACK, VERSION, USUAL.depth, moment_of()) == found
    down = {name for (name,) in shown(ask_lineage(told, "descendants", {"name": VERSION}), "downstream")}
    assert {SALE, FEE, BACK, FEE_BACK} < down


def test_an_invoice_carries_nothing_and_is_held_by_nobody(told: Store) -> None:
    carried = {name for (name,) in shown(ask_lineage(told, "taint", {"sources": VERSION}), "name")}
    assert f"{OWN}/delivery/E-0.13.0/0-99" in carried
    assert not [name for name in carried if "/invoice/" in name or "/credit-note/" in name]


def test_a_recall_names_the_invoice_and_what_was_credited_of_it(told: Store) -> None:
    found = ask_lineage(told, "impact", {"name": VERSION})
    columns = ("holder_id", "trade_id", "amount_minor", "refunded_minor", "invoice", "credited_minor")
    assert shown(found, *columns) == [
        (BUYER, "T-0.13.0", 1_200_000, 400_000, "2026-SE-CN-02-000001", 400_000)
    ]
    assert KeptLineage(told).impact(VERSION, USUAL, moment_of()) == found


def test_as_of_before_it_was_numbered_there_is_no_invoice(told: Store) -> None:
    numbered = shown(ask_lineage(told, "ancestors", {"name": SALE, "depth": 1}), "run")[0][0]
    context, partition, seq = numbered.split("/")
    before = {"name": VERSION, "position": f"{context}/{partition}/{int(seq) - 1}"}
    found = ask_lineage(told, "descendants", before)
    assert not [name for (name,) in shown(found, "downstream") if "/invoice/" in name]
    assert [name for (name,) in shown(found, "downstream") if name == SOLD]
    assert KeptLineage(told).descendants(VERSION, USUAL, moment_of(position=before["position"])) == found


def test_the_invoice_of_a_service_fee_is_of_its_entry(store: Store) -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, SERVICE.amount_minor, "CNY")
    schedule = SetFeeSchedule(fee_bp=250, tax_authority="CN", tax_rate_bp=600, service_fee=SERVICE)
    bourse.rooms.ask("market", OPERATOR, schedule, ChargeServiceFee(participant_id=BUYER))
    project(store, bourse)
    ((kind, entry),) = shown(ask_lineage(store, "ancestors", {"name": FEE}), "kind", "upstream")
    context, partition, seq = entry.removeprefix(f"{OWN}/entry/").split("/")
    (charged,) = (each for each in bourse.rooms.journals[context] if each.meta.seq == int(seq))
    assert (kind, partition, type(charged.fact).__name__) == ("invoiced", "0", "ServiceFeeCharged")


def test_every_entry_about_a_trade_hangs_on_it(told: Store) -> None:
    """What has a posting template and names a trade; what moved nothing is no entry."""
    about = [each for each in TEMPLATES if "trade_id" in each.__struct_fields__]
    assert {*about} <= LINEAGE.handlers.keys()
    names = "', '".join(each.__name__ for each in about)
    posted = "SELECT context, partition, seq, subject FROM entries WHERE fact IN ('{}') ORDER BY seq"
    edges = "SELECT context, partition, seq, terms FROM lineage_edges WHERE kind = 'posted' ORDER BY seq"
    found = run_sql(told, edges)
    assert len(found.rows) == 3
    assert found.rows == run_sql(told, posted.format(names)).rows


def test_what_moves_no_money_is_no_entry() -> None:
    here = Here(
        "market", 0, FactMeta(seq=7, claim=0, cause=7, index=0, last=0, command_id="x", actor="y", at=1)
    )
    free, paid = a_trade(amount_minor=0, released_minor=0), a_trade()
    assert [len(list(LINEAGE.handlers[type(each)](here, each))) for each in (free, paid)] == [1, 2]


def test_the_fact_behind_a_command_of_a_policy_is_read_from_its_id() -> None:
    sent = a_purchase().rooms.sent
    assert sent
    for _, source, _ in sent:
        context = source.topic.removesuffix(".journal")
        assert source_in(asked_for(source)) == (context, source.partition, source.seq)
        other = msgspec.structs.replace(source, topic="elsewhere")
        assert source_in(asked_for(other)) is None
    for given in ("", "buy", "market.journal", "market.journal-0-x-1", "market.journal-0-1", "a-0-1-2"):
        assert source_in(given) is None
