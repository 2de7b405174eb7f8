"""What is bought on credit, and what is taxed, from a terminal: limits, invoices that are due, payments, the books."""

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.cli.looking import rows_of
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import DAY
from exchange.market.bills.facts import BillOverdue, BillPaid
from exchange.market.commands import AcceptDelivery, PlaceOrder, Side, TimeInForce, Use
from exchange.market.facts import PurchaseAccepted, TradeMatched
from exchange.market.purchases.commands import ApproveRefund
from exchange.registry.commands import Role
from exchange.settlement.invoices.facts import InvoiceNumbered, InvoicePaymentNoted
from tests.unit.cli.bourse_desk import BourseDesk
from tests.unit.registry.stage import an_admission
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BUYER, OPERATOR, SELLER

HOME = "BU-CN-01"
INVOICE, LATER = "2026-SE-CN-02-000001", "2026-SE-CN-02-000002"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BourseDesk:
    return BourseDesk(Bourse(), tmp_path, monkeypatch)


def on_credit(desk: BourseDesk, days: int = 14) -> str:
    """A month bought on credit and accepted."""
    told = desk("credit-limit", BUYER, "50000.00", "CNY", "--days", days, "--as", OPERATOR)
    assert (
        told == f"Set: {BUYER} may owe CNY 50,000.00, each purchase for {days} days; it owes CNY 0.00 now.\n"
    )
    return desk.bourse.sold()


def rows(desk: BourseDesk, *words: object) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(desk.said(*words, "--json"))
    return told


def test_what_is_bought_on_credit_is_due_and_paid_by_a_deposit(desk: BourseDesk) -> None:
    trade_id = on_credit(desk)
    (due,) = rows(desk, "invoice", "list", "--payment", "due")
    assert (due["number"], due["unpaid_minor"], due["due_date"]) == (INVOICE, 1_200_000, "2026-11-16")
    assert "1,200,000" in desk("bills", BUYER).replace("12,000.00", "1,200,000")
    desk.bourse.deposited(BUYER, 1_200_000, "CNY", "IN-1")
    desk.bourse.rooms.ask("market", POLICY_ACTOR, Tick())
    (noted,) = desk.bourse.facts(InvoicePaymentNoted)
    assert (noted.number, noted.state, noted.left_minor) == (INVOICE, "repayment", 0)
    assert [each["number"] for each in rows(desk, "invoice", "list", "--payment", "paid")] == [INVOICE]
    (bill,) = rows(desk, "settlement", "bills")
    assert (bill["trade_id"], bill["state"], bill["left_minor"]) == (trade_id, "paid", 0)
    assert desk.said("invoice", "respond", INVOICE, "PD", "--as", BUYER) == f"Answered: {INVOICE} is paid.\n"
    desk.bourse.books()


def test_an_invoice_is_overdue_and_paid_out_of_cash(desk: BourseDesk) -> None:
    desk.bourse.deposited(BUYER, 1_200_000, "CNY", "IN-0")
    before = desk.bourse.sold()
    on_credit(desk)
    desk.bourse.rooms.at += 15 * DAY
    desk.bourse.rooms.ask("market", POLICY_ACTOR, Tick())
    assert len(desk.bourse.facts(BillOverdue)) == 1
    assert [each["number"] for each in rows(desk, "invoice", "list", "--payment", "overdue")] == [LATER]
    assert "overdue" in desk("bills", "--overdue")
    unpaid = desk.said("invoice", "pay", LATER, "--as", BUYER, code=1)
    assert "FUNDS_INSUFFICIENT" in unpaid
    assert "INVOICE_UNPAID" in desk.said("invoice", "respond", LATER, "PD", "--as", BUYER, code=1)
    assert desk.bourse.facts(BillPaid) == []
    refund = ApproveRefund(trade_id=before, amount_minor=200_000, reference="R-1", grounds="So.")
    desk.bourse.rooms.ask("market", SELLER, refund)
    told = desk.said("invoice", "pay", LATER, "1500.00", "--as", BUYER)
    assert told == f"Paid: CNY 1,500.00 of {LATER}, CNY 10,500.00 is left to be paid.\n"
    assert [each.by for each in desk.bourse.facts(BillPaid)] == ["cash"]
    missing = desk.said("invoice", "pay", "2026-X-1", "--as", BUYER, code=2)
    assert "no purchase's invoice 2026-X-1" in " ".join(missing.split())


def test_a_refund_is_taken_off_the_invoice_and_the_bill(desk: BourseDesk) -> None:
    trade_id = on_credit(desk)
    refund = ApproveRefund(
        trade_id=trade_id, amount_minor=200_000, reference="R-1", grounds="A week is missing."
    )
    desk.bourse.rooms.ask("market", SELLER, refund)
    desk.bourse.rooms.ask("market", POLICY_ACTOR, Tick())
    note = next(each for each in desk.bourse.facts(InvoiceNumbered) if each.kind == "credit_note")
    assert (note.of_number, note.gross_minor, note.paid_minor) == (INVOICE, 200_000, 0)
    (row,) = rows(desk, "invoice", "list", "--payment", "due")
    assert (row["unpaid_minor"], row["credited_minor"]) == (1_000_000, 200_000)
    (payment,) = rows_of(Path(), "bill_payments", trade=trade_id)
    assert (payment["paid_by"], payment["amount_minor"]) == ("refund", 200_000)
    desk.bourse.books()


def at_home(desk: BourseDesk) -> tuple[TradeMatched, PurchaseAccepted]:
    """A buyer in the mainland buys a month there and accepts it."""
    rooms, listing = desk.bourse.rooms, desk.bourse.listing
    rooms.ask("registry", OPERATOR, an_admission(HOME, Role.BUYER, place="CN"))
    desk.bourse.deposited(HOME, 2_000_000, "CNY", "IN-2")
    bid = PlaceOrder(
        instrument_id=listing.listing_id,
        side=Side.BID,
        quantity=1,
        price=1_200_000,
        use=Use(purpose="transport", place_of_use="CN", licence_digest=listing.licence_digest),
        time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
    )
    rooms.ask("market", HOME, bid)
    (trade,) = desk.bourse.facts(TradeMatched)
    rooms.ask("market", HOME, AcceptDelivery(trade_id=trade.trade_id))
    (word,) = desk.bourse.facts(PurchaseAccepted)
    return trade, word


def test_tax_on_what_is_sold_at_home_is_set_collected_invoiced_and_reported(desk: BourseDesk) -> None:
    told = desk("supply-tax", "CN", "6", "--on-top", "--as", OPERATOR)
    assert told.startswith("Set: 6 % of what is sold at home in CN, on top of prices, from 2026-11-")
    trade, word = at_home(desk)
    assert (trade.amount_minor, word.supply_tax_minor, word.seller_minor) == (1_272_000, 72_000, 1_170_000)
    invoice = desk.bourse.facts(InvoiceNumbered)[0]
    tax = invoice.lines[0].tax
    assert (invoice.net_minor, invoice.tax_minor, tax.category, tax.rate_bp) == (1_200_000, 72_000, "S", 600)
    (row,) = rows_of(Path(), "supply_tax_collected")
    assert (row["party"], row["currency"], row["owed_minor"]) == ("CN-6-supply", "CNY", 72_000)
    assert desk.bourse.books()["CNY"][2300, "CN-6-supply"] == 72_000
    (schedule,) = rows_of(Path(), "supply_taxes")
    assert (schedule["authority"], schedule["rate_bp"], schedule["prices"]) == ("CN", 600, "exclusive")
    refund = ApproveRefund(trade_id=trade.trade_id, amount_minor=1_272_000, reference="R-1", grounds="so")
    desk.bourse.rooms.ask("market", SELLER, refund)
    (back,) = rows_of(Path(), "supply_tax_collected")
    assert (back["collected_minor"], back["given_back_minor"], back["owed_minor"]) == (72_000, 72_000, 0)


def test_words_that_are_no_tax_are_refused_before_anything_is_asked(desk: BourseDesk) -> None:
    for words in (("CN", "six"), ("CN", "6.001"), ("China", "6"), ("CN", "100")):
        desk.wrong("supply-tax", *words, "--as", OPERATOR)
    assert "NOT_PERMITTED" in desk("supply-tax", "CN", "6", "--as", SELLER, code=1)
