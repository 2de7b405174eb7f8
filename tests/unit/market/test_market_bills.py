"""Bills: what is bought on credit is owed from its acceptance on, paid by what comes in, and overdue after its time."""

from typing import Any

import pytest

from exchange.kernel.on_credit import OnCredit
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.bills.commands import PayBill
from exchange.market.bills.facts import BillOverdue, BillPaid, BillReopened
from exchange.market.commands import AcceptDelivery, CancelOrder, OpenInstrument, RecordParticipant
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.disputes.commands import OpenDispute, ProposeSettlement
from exchange.market.disputes.facts import DisputeResolved
from exchange.market.facts import OrderAccepted, PurchaseAccepted, TradeMatched
from exchange.market.payouts.commands import ReversePayout
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.purchases.facts import RefundApproved
from exchange.market.state import Purse
from tests.properties.ledger import Ledger
from tests.unit.market.paying import a_payment, netted
from tests.unit.market.stage import (
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_standing,
    names,
    refusal,
    terms,
    the,
)

PRICE = 1_200_000
LIMIT = 5_000_000


def post_paid(cash_minor: int = 200_000, days: int = 30) -> Stage:
    """A buyer with some cash and much credit."""
    stage = a_market(cash_minor=cash_minor)
    limit = SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=LIMIT, days=days)
    assert names(stage.ask(OPERATOR, limit)) == ["CreditLimitSet"]
    return stage


def accepted(stage: Stage) -> PurchaseAccepted:
    """A month of P-07 for CNY 12,000.00, bought and accepted."""
    trade = the(TradeMatched, stage.ask(BUYER, a_bid()))
    return the(PurchaseAccepted, stage.ask(BUYER, AcceptDelivery(trade_id=trade.trade_id)))


def said_next(stage: Stage) -> list[Any]:
    """What follows by itself, with the books looked at."""
    facts = stage.settle()
    ledger = Ledger()
    for fact, _ in stage.journal:
        ledger.post(fact)
    ledger.check(stage.market)
    owed = sum(each.left_minor for each in stage.market.bills.open.values())
    assert owed <= sum(purses["CNY"].owed for purses in stage.market.purses.values() if "CNY" in purses)
    return facts


def test_a_purchase_on_credit_is_owed_from_its_acceptance_on() -> None:
    stage = post_paid(days=14)
    word = accepted(stage)
    assert word.on_credit == OnCredit(amount_minor=1_000_000, due_at=NOON + 14 * DAY)
    assert stage.purse(BUYER) == Purse(owed=1_000_000, credit_limit=LIMIT)


def test_what_is_paid_before_has_no_bill() -> None:
    stage = post_paid(cash_minor=PRICE)
    assert accepted(stage).on_credit is None
    assert refusal(stage.ask(BUYER, PayBill(trade_id="T-0.14.0"))).reason == "BILL_NONE"


def test_no_credit_is_billed_twice_and_what_waits_for_acceptance_is_not_billed() -> None:
    stage = post_paid(cash_minor=0)
    waiting = the(TradeMatched, stage.ask(BUYER, a_bid(quantity=2)))
    first = accepted(stage)
    assert first.on_credit
    assert first.on_credit.amount_minor == PRICE
    assert stage.purse(BUYER).owed == 3 * PRICE
    rest = the(PurchaseAccepted, stage.ask(BUYER, AcceptDelivery(trade_id=waiting.trade_id)))
    assert rest.on_credit
    assert rest.on_credit.amount_minor == 2 * PRICE


def test_a_deposit_pays_the_oldest_bill_first_before_what_is_not_billed() -> None:
    stage = post_paid(cash_minor=0)
    first, second = accepted(stage), accepted(stage)
    stage.ask(BUYER, a_bid())
    stage.deposited(BUYER, PRICE + 100)
    paid = said_next(stage)
    assert [(each.trade_id, each.amount_minor, each.left_minor, each.by) for each in paid] == [
        (first.trade_id, PRICE, 0, "repayment"),
        (second.trade_id, 100, PRICE - 100, "repayment"),
    ]
    stage.deposited(BUYER, 5 * PRICE)
    (last,) = said_next(stage)
    assert (last.trade_id, last.left_minor) == (second.trade_id, 0)
    assert stage.purse(BUYER) == Purse(cash=3 * PRICE + 100, credit_limit=LIMIT)
    assert (stage.market.bills.open, stage.market.bills.repaid) == ({}, {})


def test_a_buyer_pays_a_bill_of_its_choice_out_of_its_cash() -> None:
    stage = post_paid(cash_minor=0)
    accepted(stage)
    second = accepted(stage)
    order = the(OrderAccepted, stage.ask(BUYER, a_bid(1_000, instrument_id="L-0.1.0")))
    stage.ask(BUYER, CancelOrder(order_id=order.order_id))
    part = the(BillPaid, stage.ask(BUYER, PayBill(trade_id=second.trade_id, amount_minor=400)))
    assert (part.by, part.left_minor) == ("cash", PRICE - 400)
    assert stage.purse(BUYER) == Purse(cash=600, owed=2 * PRICE + 600, credit_limit=LIMIT)
    said_next(stage)


@pytest.mark.parametrize(
    ("actor", "amount", "reason"),
    [
        (SELLER, 1, "NOT_PERMITTED"),
        (BUYER, PRICE + 1, "BILL_SMALLER"),
        (BUYER, None, "FUNDS_INSUFFICIENT"),
    ],
)
def test_a_bill_is_paid_by_its_buyer_once_and_out_of_cash(
    actor: str, amount: int | None, reason: str
) -> None:
    stage = post_paid(cash_minor=0)
    word = accepted(stage)
    said = refusal(stage.ask(actor, PayBill(trade_id=word.trade_id, amount_minor=amount)))
    assert said.reason == reason


def test_a_bill_is_overdue_after_its_time_and_nothing_more_is_drawn_until_it_is_paid() -> None:
    stage = post_paid(cash_minor=0)
    word = accepted(stage)
    stage.at += 30 * DAY - 1
    assert said_next(stage) == []
    assert "TradeMatched" in names(stage.ask(BUYER, a_bid()))
    stage.at += 1
    (late,) = said_next(stage)
    assert late == BillOverdue(
        trade_id=word.trade_id,
        buyer_id=BUYER,
        currency="CNY",
        left_minor=PRICE,
        due_at=NOON + 30 * DAY,
    )
    assert refusal(stage.ask(BUYER, a_bid())).reason == "FUNDS_INSUFFICIENT"
    stage.deposited(BUYER, PRICE)
    assert names(said_next(stage)) == ["BillPaid"]
    assert stage.purse(BUYER).overdue == 0
    assert "TradeMatched" in names(stage.ask(BUYER, a_bid()))


def test_what_is_in_dispute_is_not_late_until_that_is_over() -> None:
    stage = post_paid(cash_minor=0)
    word = accepted(stage)
    stage.ask(BUYER, OpenDispute(trade_id=word.trade_id, grounds="so"))
    stage.at += 40 * DAY
    assert "BillOverdue" not in names(said_next(stage))
    propose = ProposeSettlement(trade_id=word.trade_id, buyer_minor=0)
    stage.ask(BUYER, propose)
    stage.ask(SELLER, propose)
    assert names(said_next(stage)) == ["BillOverdue"]
    assert stage.purse(BUYER).overdue == 1


def test_a_bill_that_is_paid_in_time_is_never_overdue() -> None:
    stage = post_paid(cash_minor=0)
    accepted(stage)
    stage.deposited(BUYER, PRICE)
    said_next(stage)
    stage.at += 60 * DAY
    assert "BillOverdue" not in names(said_next(stage))


def test_a_refund_pays_what_is_still_owed_for_the_purchase_first() -> None:
    stage = post_paid(cash_minor=0)
    word = accepted(stage)
    refund = ApproveRefund(trade_id=word.trade_id, amount_minor=300_000, reference="R-1", grounds="")
    the(RefundApproved, stage.ask(SELLER, refund))
    (paid,) = said_next(stage)
    assert (paid.by, paid.amount_minor, paid.left_minor) == ("refund", 300_000, PRICE - 300_000)
    assert stage.purse(BUYER) == Purse(owed=PRICE - 300_000, credit_limit=LIMIT)
    stage.deposited(BUYER, PRICE - 300_000)
    stage.ask(OPERATOR, BustTrade(trade_id=word.trade_id, grounds="so"))
    said_next(stage)
    assert stage.purse(BUYER) == Purse(cash=PRICE - 300_000, credit_limit=LIMIT)


def test_a_ruling_after_acceptance_pays_the_bill_and_one_before_makes_one_of_the_rest() -> None:
    stage = post_paid(cash_minor=0)
    word = accepted(stage)
    waiting = the(TradeMatched, stage.ask(BUYER, a_bid()))
    for trade_id in (word.trade_id, waiting.trade_id):
        stage.ask(BUYER, OpenDispute(trade_id=trade_id, grounds="so"))
        propose = ProposeSettlement(trade_id=trade_id, buyer_minor=200_000)
        stage.ask(BUYER, propose)
        stage.ask(SELLER, propose)
        said_next(stage)
    before = [fact for fact, _ in stage.journal if isinstance(fact, DisputeResolved)][1]
    assert before.on_credit
    assert before.on_credit.amount_minor == 1_000_000
    left = {name: bill.left_minor for name, bill in stage.market.bills.open.items()}
    assert left == {word.trade_id: 1_000_000, waiting.trade_id: 1_000_000}


def reselling() -> tuple[Stage, str]:
    """Somebody that owes for a purchase, and is owed for a sale."""
    both = RecordParticipant(standing=a_standing(BUYER, "JP", "buyer", "seller"))
    stage = post_paid(cash_minor=0).told(both)
    own = terms(instrument_id="L-0.2.0", seller_id=BUYER, posted_price=PRICE, moves_data=False)
    stage.told(OpenInstrument(terms=own))
    word = accepted(stage)
    stage.deposited("BU-SG-01", PRICE)
    bid = a_bid(instrument_id="L-0.2.0")
    trade = the(TradeMatched, stage.ask("BU-SG-01", bid))
    stage.ask("BU-SG-01", AcceptDelivery(trade_id=trade.trade_id))
    return stage, word.trade_id


def test_what_is_netted_pays_bills_and_a_set_that_comes_back_opens_them_again() -> None:
    stage, trade_id = reselling()
    stage.deposited(BUYER, 600_000)
    sets = {net.participant_id: net for net in netted(stage)}
    net = sets[BUYER]
    assert net.netted_minor == PRICE - 600_000
    said_next(stage)
    assert trade_id not in stage.market.bills.open
    stage.ask(POLICY_ACTOR, ReversePayout(set_id=net.set_id))
    (again,) = said_next(stage)
    assert again == BillReopened(
        trade_id=trade_id,
        buyer_id=BUYER,
        currency="CNY",
        amount_minor=PRICE - 600_000,
        left_minor=PRICE - 600_000,
        due_at=NOON + 30 * DAY,
        set_id=net.set_id,
    )
    assert stage.purse(BUYER).owed == PRICE - 600_000
    stage.deposited(BUYER, PRICE)
    said_next(stage)
    assert not stage.market.bills.open


def test_a_set_that_was_paid_leaves_its_bills_paid() -> None:
    stage, _ = reselling()
    stage.deposited(BUYER, 50_000)
    for net in netted(stage):
        if net.amount_minor:
            stage.ask(POLICY_ACTOR, a_payment(net, f"PO-{net.participant_id}"))
    said_next(stage)
    assert not stage.market.bills.open
