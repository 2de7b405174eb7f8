"""From what becomes of a purchase in the market to its invoice, its credit notes, and back to the market's dispute."""

from typing import Any

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.panel import PanelMember
from exchange.market.commands import RefundPurchase
from exchange.market.disputes.commands import (
    DisputeInvoice,
    OpenDispute,
    ProposeSettlement,
    RuleOnDispute,
)
from exchange.market.disputes.facts import DisputeOpened
from exchange.market.fees.commands import ChargeServiceFee, SetFeeSchedule
from exchange.market.fees.state import Amount
from exchange.market.purchases.commands import AcceptPart, ApproveRefund, BustTrade, ConcedeRejection
from exchange.settlement.invoices.commands import RespondToInvoice
from exchange.settlement.invoices.facts import InvoiceDisputeNoted, InvoiceNumbered
from tests.support.stage import refusal
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BUYER, OPERATOR, SELLER

PRICE = 1_200_000
PANEL: Any = tuple(
    PanelMember(name=f"Member {seat}", constituency=seat)
    for seat in ("government", "institution", "industry")
)


def funded(*expecting: str) -> Bourse:
    bourse = Bourse(*expecting)
    bourse.deposited(BUYER, PRICE, "CNY")
    return bourse


def told(bourse: Bourse) -> list[tuple[str, str, int]]:
    """Every document: to whom, of which kind, over how much; its own sums hold."""
    documents = bourse.facts(InvoiceNumbered)
    for each in documents:
        assert each.net_minor + each.tax_minor == each.gross_minor == each.paid_minor
    return [(each.buyer.participant_id, each.kind, each.gross_minor) for each in documents]


SOLD = [(BUYER, "invoice", PRICE), (SELLER, "invoice", 30_000)]


def test_an_accepted_purchase_is_invoiced_by_the_time_it_is_accepted() -> None:
    bourse = funded()
    trade_id = bourse.sold()
    assert told(bourse) == SOLD
    invoice, fee = bourse.facts(InvoiceNumbered)
    assert (invoice.trade_id, invoice.market_id, invoice.lines[0].version) == (
        trade_id,
        bourse.listing.market_id,
        "1",
    )
    assert (invoice.seller.name, invoice.seller.country, invoice.buyer.country) == (
        f"Participant {SELLER}",
        "CN",
        "JP",
    )
    assert (fee.net_minor, fee.tax_minor) == (28_302, 1_698)


def test_what_is_asked_again_is_numbered_no_second_time() -> None:
    bourse = funded()
    bourse.sold()
    before = told(bourse)
    bourse.rooms.send_again()
    assert told(bourse) == before


def test_what_goes_back_before_it_is_accepted_was_never_invoiced() -> None:
    bourse = funded()
    refund = RefundPurchase(trade_id=bourse.bought(), grounds="Withdrawn.")
    bourse.rooms.ask("market", SELLER, refund)
    assert told(bourse) == []


def test_refunds_and_a_trade_undone_are_credited_with_their_fee() -> None:
    bourse = funded()
    trade_id = bourse.sold()
    part = ApproveRefund(trade_id=trade_id, amount_minor=400_000, reference="R-1", grounds="A week.")
    bourse.rooms.ask("market", SELLER, part)
    bourse.rooms.ask("market", OPERATOR, BustTrade(trade_id=trade_id, grounds="By mistake."))
    assert told(bourse)[2:] == [
        (BUYER, "credit_note", 400_000),
        (SELLER, "credit_note", 10_000),
        (BUYER, "credit_note", 800_000),
        (SELLER, "credit_note", 20_000),
    ]
    left = [each.left_minor for each in bourse.settlement.invoices.numbered.values()]
    assert left == [0, 0]


def test_a_part_that_was_accepted_is_an_invoice_of_the_whole_and_a_credit_note_of_the_rest() -> None:
    bourse = funded()
    trade_id = bourse.bought()
    part = AcceptPart(trade_id=trade_id, amount_minor=800_000, grounds="A week is missing.")
    bourse.rooms.ask("market", BUYER, part)
    bourse.rooms.ask("market", SELLER, ConcedeRejection(trade_id=trade_id))
    assert told(bourse) == [
        (BUYER, "invoice", PRICE),
        (BUYER, "credit_note", 400_000),
        (SELLER, "invoice", 20_000),
    ]


@pytest.mark.parametrize(
    ("buyer_minor", "documents"),
    [
        (0, SOLD),
        (300_000, [(BUYER, "invoice", PRICE), (BUYER, "credit_note", 300_000), (SELLER, "invoice", 22_500)]),
        (PRICE, []),
    ],
)
def test_a_dispute_of_what_is_in_escrow_is_invoiced_as_far_as_it_was_sold(
    buyer_minor: int, documents: list[tuple[str, str, int]]
) -> None:
    bourse = funded()
    trade_id = bourse.bought()
    bourse.rooms.ask("market", BUYER, OpenDispute(trade_id=trade_id, grounds="Half is missing."))
    bourse.rooms.ask("market", OPERATOR, ruling(trade_id, buyer_minor))
    assert told(bourse) == documents


def ruling(trade_id: str, buyer_minor: int) -> RuleOnDispute:
    return RuleOnDispute(trade_id=trade_id, buyer_minor=buyer_minor, panel=PANEL, grounds="So found.")


def rejected(bourse: Bourse) -> tuple[str, tuple[Fact, ...]]:
    """A sale whose invoice its buyer rejects, and what came of that in the settlement."""
    trade_id = bourse.sold()
    number = bourse.facts(InvoiceNumbered)[0].number
    response = RespondToInvoice(number=number, code="RE", reasons=("QTY",), grounds="Half is missing.")
    return trade_id, bourse.ask(BUYER, response)


def test_who_rejects_an_invoice_disputes_the_purchase_and_its_end_is_credited() -> None:
    bourse = funded()
    trade_id, _ = rejected(bourse)
    (opened,) = bourse.facts(DisputeOpened)
    assert (opened.trade_id, opened.opened_by, opened.stage) == (trade_id, BUYER, "accepted")
    assert (opened.held_minor, opened.grounds) == (1_170_000, "Half is missing.")
    for who in (BUYER, SELLER):
        bourse.rooms.ask("market", who, ProposeSettlement(trade_id=trade_id, buyer_minor=600_000))
    assert told(bourse)[2:] == [(BUYER, "credit_note", 600_000), (SELLER, "credit_note", 15_000)]
    assert [each.state for each in bourse.facts(InvoiceDisputeNoted)] == ["open", "resolved"]
    number = bourse.facts(InvoiceNumbered)[0].number
    for code in ("AP", "PD"):
        (fact,) = bourse.ask(BUYER, RespondToInvoice(number=number, code=code))
        assert fact.code == code  # type: ignore[attr-defined]
    bourse.books()


def test_a_dispute_that_its_parties_open_is_noted_on_the_invoice() -> None:
    bourse = funded()
    trade_id = bourse.sold()
    bourse.rooms.ask("market", SELLER, OpenDispute(trade_id=trade_id, grounds="They say it is late."))
    assert [each.state for each in bourse.facts(InvoiceDisputeNoted)] == ["open"]


def test_where_nothing_can_be_held_any_more_the_market_says_so_and_the_rejection_stands() -> None:
    bourse = funded("DISPUTE_LATE")
    trade_id = bourse.sold()
    bourse.rooms.at += 31 * 86_400 * 1_000_000
    number = bourse.facts(InvoiceNumbered)[0].number
    response = RespondToInvoice(number=number, code="RE", reasons=("OTH",), grounds="Now we see.")
    bourse.ask(BUYER, response)
    (noted,) = bourse.facts(InvoiceDisputeNoted)
    assert (noted.state, noted.reason, noted.trade_id) == ("refused", "DISPUTE_LATE", trade_id)


def test_only_the_exchange_itself_disputes_for_a_buyer() -> None:
    bourse = funded()
    asked = DisputeInvoice(trade_id=bourse.sold(), buyer_id=BUYER, grounds="Mine.")
    assert refusal(bourse.rooms.ask("market", SELLER, asked))[0] == "NOT_PERMITTED"


def test_a_service_fee_that_a_buyer_pays_is_invoiced() -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, 998_000, "CNY")
    schedule = SetFeeSchedule(
        fee_bp=250,
        tax_authority="CN",
        tax_rate_bp=600,
        service_fee=Amount(currency="CNY", amount_minor=998_000),
    )
    bourse.rooms.ask("market", OPERATOR, schedule, ChargeServiceFee(participant_id=BUYER))
    (invoice,) = bourse.facts(InvoiceNumbered)
    assert (invoice.matter, invoice.seller.participant_id, invoice.gross_minor) == (
        "service_fee", OPERATOR, 998_000,
    )  # fmt: skip
    assert (invoice.net_minor, invoice.tax_minor) == (941_509, 56_491)
