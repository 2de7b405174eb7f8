"""Invoices of what is bought on credit, and of what the exchange collects tax on: what is due, noted and credited."""

from typing import Any

import pytest

from exchange.documents.amounts import decimal_text
from exchange.invoicing.checks import check_invoice
from exchange.invoicing.numbered import document_of
from exchange.invoicing.shown import shown
from exchange.invoicing.totals import totals_of
from exchange.invoicing.ubl import write_ubl
from exchange.kernel.on_credit import OnCredit
from exchange.kernel.protocol import Refused
from exchange.kernel.supply import CollectedTax
from exchange.kernel.time import DAY
from exchange.settlement.invoices.commands import NotePayment
from exchange.settlement.invoices.facts import InvoiceMissing, InvoiceNumbered, InvoicePaymentNoted
from tests.support.stage import START, refusal
from tests.unit.settlement.invoicing import (
    SINGAPORE,
    a_credit,
    a_response,
    a_sale,
    an_office,
    numbered,
)
from tests.unit.settlement.stage import BUYER, EXCHANGE, OPERATOR, OTHER, SELLER

LATER = OnCredit(amount_minor=1_000_000, due_at=START + 30 * DAY)
OF_SG = CollectedTax(authority="SG", rate_bp=900)


def a_payment(state: Any, amount_minor: int, left_minor: int, trade_id: str = "T-0.10.0") -> NotePayment:
    return NotePayment(trade_id=trade_id, state=state, amount_minor=amount_minor, left_minor=left_minor)


def test_what_is_bought_on_credit_is_to_be_paid_until_its_day() -> None:
    invoice, fee = numbered(an_office(), a_sale(on_credit=LATER))
    assert (invoice.paid_minor, invoice.issue_date, invoice.due_date) == (200_000, "2026-11-02", "2026-12-02")
    assert (fee.paid_minor, fee.due_date) == (fee.gross_minor, "2026-11-02")
    document = document_of(invoice)
    assert (document.prepaid, document.payable) == ("2000.00", "10000.00")
    totals = totals_of(document)
    assert (totals.prepaid_minor, totals.payable_minor) == (200_000, 1_000_000)
    assert ("To be paid", "CNY 10,000.00") in shown(document).sums


def test_what_went_back_at_once_is_not_what_is_owed() -> None:
    invoice, note, _ = numbered(an_office(), a_sale(credited_minor=200_000, grounds="So.", on_credit=LATER))
    assert (invoice.gross_minor - invoice.paid_minor, note.gross_minor - note.paid_minor) == (1_000_000, 0)
    too_much = a_sale("T-2", credited_minor=200_001, on_credit=LATER)
    assert refusal(an_office().ask(EXCHANGE, too_much))[0] == "CREDIT_TOO_LARGE"


def test_a_payment_is_noted_and_paid_is_said_of_what_is_paid() -> None:
    stage = an_office()
    invoice, *_ = numbered(stage, a_sale(on_credit=LATER))
    (noted,) = stage.ask(EXCHANGE, a_payment("repayment", 999_999, 1))
    assert noted == InvoicePaymentNoted(
        number=invoice.number,
        trade_id="T-0.10.0",
        state="repayment",
        currency="CNY",
        amount_minor=999_999,
        left_minor=1,
    )
    (unpaid,) = stage.ask(BUYER, a_response(invoice.number, "PD"))
    assert isinstance(unpaid, Refused)
    assert unpaid.reason == "INVOICE_UNPAID"
    assert "CNY 0.01" in unpaid.detail
    stage.given(EXCHANGE, a_payment("cash", 1, 0))
    stage.given(BUYER, a_response(invoice.number, "PD"))


def test_a_payment_that_is_undone_is_owed_again() -> None:
    stage = an_office()
    invoice, *_ = numbered(stage, a_sale(on_credit=LATER))
    stage.given(EXCHANGE, a_payment("repayment", 1_000_000, 0), a_payment("reopened", 1_000_000, 1_000_000))
    assert refusal(stage.ask(BUYER, a_response(invoice.number, "PD")))[0] == "INVOICE_UNPAID"


def test_a_credit_note_is_taken_off_what_is_to_be_paid_first() -> None:
    stage = an_office()
    stage.given(EXCHANGE, a_sale(on_credit=LATER))
    first, *_ = numbered(stage, a_credit(400_000))
    stage.given(EXCHANGE, a_payment("refund", 400_000, 600_000))
    second, *_ = numbered(stage, a_credit(700_000, "seller R-2"))
    assert [each.gross_minor - each.paid_minor for each in (first, second)] == [400_000, 600_000]
    document = document_of(second)
    assert (document.prepaid, document.payable) == ("1000.00", "6000.00")


def test_what_was_never_invoiced_is_said_so_and_only_the_exchange_notes() -> None:
    stage = an_office()
    missing = InvoiceMissing(trade_id="T-0.10.0", wanted_for="payment")
    assert stage.ask(EXCHANGE, a_payment("cash", 1, 0)) == (missing,)
    assert refusal(stage.ask(OPERATOR, a_payment("cash", 1, 0)))[0] == "NOT_PERMITTED"


def at_home(**given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"seller_id": SINGAPORE, "buyer_id": OTHER, "currency": "SGD", "supply": OF_SG}
    return values | given


def test_tax_that_the_exchange_collects_is_what_the_invoice_says_whatever_its_seller_does() -> None:
    taxes = []
    for collected, seller in ((OF_SG, SINGAPORE), (CollectedTax("CN", 600), SELLER)):
        sale = a_sale(**at_home(seller_id=seller, supply=collected, supply_tax_minor=1))
        invoice, *_ = numbered(an_office(), sale)
        tax = invoice.lines[0].tax
        taxes.append((tax.category, tax.rate_bp, invoice.net_minor, invoice.tax_minor))
    assert taxes == [("SR", 900, 1_100_917, 99_083), ("S", 600, 1_132_075, 67_925)]


def test_credit_notes_of_collected_tax_are_those_of_the_market_to_the_cent() -> None:
    """10.00 of 30.15 goes back with 0.82 of 2.49; at the rate of the note alone it would be 0.83."""
    stage = an_office()
    sale = a_sale(**at_home(gross_minor=3_015, supply_tax_minor=249))
    stage.given(EXCHANGE, sale)
    note, *_ = numbered(stage, a_credit(1_000, supply_tax_minor=82))
    assert (note.net_minor, note.tax_minor) == (918, 82)


def test_a_part_that_is_not_accepted_takes_the_tax_that_is_left() -> None:
    """3.35 is accepted with 0.28; the invoice of 10.05 has 0.83, so that 0.55 goes back."""
    sale = a_sale(**at_home(gross_minor=1_005, credited_minor=670, supply_tax_minor=28, grounds="So."))
    invoice, note, _ = numbered(an_office(), sale)
    assert (invoice.tax_minor, note.tax_minor, note.gross_minor) == (83, 55, 670)


@pytest.mark.parametrize("gross", [1, 1_005, 3_015, 1_200_000, 999_999])
@pytest.mark.parametrize("owed", [0, 1, 1_000_000])
def test_documents_of_taxed_sales_on_credit_pass_their_rules(gross: int, owed: int) -> None:
    later = None if owed == 0 else OnCredit(amount_minor=min(gross, owed), due_at=START + 30 * DAY)
    net = (gross * 10_000 + 5_450) // 10_900
    sale = a_sale(**at_home(gross_minor=gross, supply_tax_minor=gross - net, on_credit=later))
    invoice = numbered(an_office(), sale)[0]
    assert isinstance(invoice, InvoiceNumbered)
    document = document_of(invoice)
    assert totals_of(document).gross_minor == gross
    assert totals_of(document).payable_minor == (0 if later is None else later.amount_minor)
    checked = check_invoice(write_ubl(document), "invoice")
    assert [each for each in checked.findings if each.severity == "fatal"] == []
    assert document.payable == (None if later is None else decimal_text(later.amount_minor, "SGD"))
