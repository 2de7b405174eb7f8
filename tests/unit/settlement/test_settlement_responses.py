"""What those answer whom an invoice is to, and what disputes make of it."""

from typing import Any

import pytest

from exchange.settlement.invoices.commands import NoteDispute
from exchange.settlement.invoices.facts import InvoiceDisputeNoted, InvoiceMissing, InvoiceResponseGiven
from exchange.settlement.state import Settlement
from tests.support.stage import Stage, refusal
from tests.unit.settlement.invoicing import a_credit, a_response, a_sale, an_office
from tests.unit.settlement.stage import BUYER, EXCHANGE, OTHER, SELLER

NUMBER, FEE = "2026-SE-CN-02-000001", "2026-OP-CN-01-000001"
TRADE = "T-0.10.0"
FOLLOWS = {
    "": "AB IP UQ CA RE AP PD",
    "AB": "IP UQ CA RE AP PD",
    "IP": "UQ CA RE AP PD",
    "UQ": "IP CA RE AP PD",
    "CA": "UQ RE AP PD",
    "AP": "PD",
    "RE": "",
    "PD": "",
}
CODES = ("AB", "IP", "UQ", "CA", "RE", "AP", "PD")


def invoiced() -> Stage[Settlement]:
    stage = an_office()
    stage.given(EXCHANGE, a_sale())
    return stage


def said(stage: Stage[Settlement], code: Any, actor: str = BUYER, number: str = NUMBER) -> Any:
    reasons = ("QTY",) if code in ("UQ", "CA", "RE") else ()
    (fact,) = stage.ask(actor, a_response(number, code, *reasons))
    return fact


def noted(state: Any, reason: str = "") -> NoteDispute:
    return NoteDispute(trade_id=TRADE, state=state, reason=reason, detail="")


@pytest.mark.parametrize("first", FOLLOWS)
@pytest.mark.parametrize("then", CODES)
def test_responses_follow_in_order(first: str, then: str) -> None:
    stage = invoiced()
    if first:
        assert isinstance(said(stage, first), InvoiceResponseGiven)
    fact = said(stage, then)
    if then in FOLLOWS[first].split():
        assert isinstance(fact, InvoiceResponseGiven)
        assert (fact.number, fact.code, fact.trade_id, fact.market_id) == (NUMBER, then, TRADE, "M-SH")
    else:
        assert refusal((fact,)) == ("RESPONSE_OUT_OF_TURN", NUMBER)


@pytest.mark.parametrize("who", [SELLER, OTHER])
def test_an_invoice_is_answered_by_whom_it_is_to(who: str) -> None:
    assert refusal(invoiced().ask(who, a_response(NUMBER))) == ("INVOICE_UNKNOWN", NUMBER)


def test_who_is_not_known_here_answers_nothing() -> None:
    assert refusal(invoiced().ask("XX-1", a_response(NUMBER)))[0] == "PARTICIPANT_UNKNOWN"


def test_a_credit_note_is_not_answered() -> None:
    stage = invoiced()
    stage.given(EXCHANGE, a_credit(1))
    assert refusal(stage.ask(BUYER, a_response("2026-SE-CN-02-000002")))[0] == "INVOICE_UNKNOWN"


@pytest.mark.parametrize(
    ("code", "reasons", "grounds", "reason"),
    [
        ("UQ", (), "What is it for?", "RESPONSE_REASONS_UNFIT"),
        ("AP", ("OTH",), "Fine.", "RESPONSE_REASONS_UNFIT"),
        ("CA", ("REF",), " ", "GROUNDS_MISSING"),
        ("RE", ("REF", "QTY"), " ", "GROUNDS_MISSING"),
    ],
)
def test_what_queries_or_rejects_says_why(code: Any, reasons: Any, grounds: str, reason: str) -> None:
    response = a_response(NUMBER, code, *reasons, grounds=grounds)
    assert refusal(invoiced().ask(BUYER, response))[0] == reason


def test_what_went_back_whole_is_not_paid() -> None:
    stage = invoiced()
    stage.given(EXCHANGE, a_credit(1_200_000))
    assert refusal((said(stage, "PD"),))[0] == "INVOICE_NOT_PAID"
    assert isinstance(said(stage, "AP"), InvoiceResponseGiven)


def test_nothing_is_answered_while_a_dispute_runs_and_what_is_left_is_accepted_after_it() -> None:
    stage = invoiced()
    said(stage, "RE")
    stage.given(EXCHANGE, noted("open"))
    assert refusal((said(stage, "AP"),))[0] == "INVOICE_IN_DISPUTE"
    stage.given(EXCHANGE, noted("resolved"))
    assert refusal((said(stage, "RE"),))[0] == "RESPONSE_OUT_OF_TURN"
    assert isinstance(said(stage, "AP"), InvoiceResponseGiven)
    assert isinstance(said(stage, "PD"), InvoiceResponseGiven)


def test_a_dispute_that_its_market_did_not_open_leaves_the_rejection_as_a_word() -> None:
    stage = invoiced()
    said(stage, "RE")
    (fact,) = stage.ask(EXCHANGE, noted("refused", "NOTHING_HELD"))
    assert fact == InvoiceDisputeNoted(
        number=NUMBER, trade_id=TRADE, state="refused", reason="NOTHING_HELD", detail=""
    )
    assert isinstance(said(stage, "AP"), InvoiceResponseGiven)


def test_who_rejects_again_after_a_dispute_waits_for_the_market_again() -> None:
    stage = invoiced()
    stage.given(EXCHANGE, noted("open"), noted("resolved"))
    said(stage, "RE")
    assert refusal((said(stage, "AP"),))[0] == "RESPONSE_OUT_OF_TURN"


def test_a_rejected_fee_is_in_no_dispute_and_may_be_accepted() -> None:
    stage = invoiced()
    assert said(stage, "RE", SELLER, FEE).matter == "fee"
    assert isinstance(said(stage, "AP", SELLER, FEE), InvoiceResponseGiven)


def test_a_dispute_of_a_sale_that_was_never_invoiced_is_said_so() -> None:
    assert an_office().ask(EXCHANGE, noted("open")) == (InvoiceMissing(trade_id=TRADE, wanted_for="dispute"),)


def test_only_the_exchange_itself_notes_disputes() -> None:
    assert refusal(invoiced().ask(SELLER, noted("resolved")))[0] == "NOT_PERMITTED"
