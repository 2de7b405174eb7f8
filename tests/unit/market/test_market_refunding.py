"""Refunds after acceptance, in parts to the last cent, and trades undone."""

from typing import Any

import pytest

from exchange.market.commands import (
    AcceptDelivery,
    BookRules,
    RefundPurchase,
    RegisterCapacity,
)
from exchange.market.disputes.commands import OpenDispute
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded, TradeMatched
from exchange.market.pricing import reference_price
from exchange.market.purchases.commands import ApproveRefund, BustTrade
from exchange.market.purchases.facts import RefundApproved, TradeBusted
from exchange.market.purchases.refunding import REFUNDS_MAX
from exchange.market.state import Purse
from tests.unit.market.floor import B1, BOOK, S1, a_floor
from tests.unit.market.paying import paid_before
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_purchase,
    a_sale,
    an_ask,
    names,
    refusal,
    terms,
    the,
)


def a_refund(trade_id: str, amount_minor: int, reference: str = "R-1") -> ApproveRefund:
    return ApproveRefund(
        trade_id=trade_id, amount_minor=amount_minor, reference=reference, grounds="Two hours of loss."
    )


def refund(stage: Stage, *asked: Any, actor: str = SELLER) -> RefundApproved:
    (approved,) = stage.ask(actor, a_refund(*asked))
    assert isinstance(approved, RefundApproved)
    return approved


def parts(approved: RefundApproved) -> tuple[int, int, int, int]:
    return (
        approved.payable_minor,
        approved.clawback_minor,
        approved.fee_net_minor,
        approved.fee_tax_minor,
    )


def test_a_part_is_refunded_with_its_part_of_the_fee() -> None:
    stage, trade_id = a_sale()
    approved = refund(stage, trade_id, 16_667)
    # 16,667 × 2.5 % = 416.675 → 417; 417 ÷ 1.06 = 393.4 → 393.
    assert parts(approved) == (16_250, 0, 393, 24)
    assert (approved.left_minor, approved.basis) == (1_183_333, "seller")
    assert stage.purse(BUYER) == Purse(cash=16_667)
    assert stage.purse(SELLER) == Purse(payable=1_170_000 - 16_250)


def test_the_last_refund_takes_the_remainder_of_every_part() -> None:
    stage, trade_id = a_sale()
    for number in range(7):
        refund(stage, trade_id, 171_428, f"R-{number}")
    last = refund(stage, trade_id, 1_200_000 - 7 * 171_428, "R-last", actor=OPERATOR)
    assert (last.left_minor, last.basis) == (0, "operator")
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert stage.purse(SELLER) == Purse()
    till = stage.market.tills["CNY"]
    assert (till.fee_net, till.fee_tax) == (0, 0)
    assert refusal(stage.ask(SELLER, a_refund(trade_id, 1, "R-more"))).reason == "PURCHASE_FINAL"


def test_what_the_seller_was_paid_out_it_owes_from_then_on() -> None:
    stage, trade_id = a_sale()
    paid_before(stage, SELLER, 1_000_000)
    assert parts(refund(stage, trade_id, 1_200_000)) == (170_000, 1_000_000, 28_302, 1_698)
    assert stage.purse(SELLER) == Purse(clawback=1_000_000)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)


def test_the_next_sale_pays_what_is_owed_for_refunds_first() -> None:
    stage, trade_id = a_sale()
    paid_before(stage, SELLER, 1_000_000)
    refund(stage, trade_id, 1_200_000)
    trade = the(TradeMatched, stage.ask(BUYER, a_bid()))
    (accepted,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade.trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.seller_minor, accepted.recovered_minor) == (1_170_000, 1_000_000)
    assert stage.purse(SELLER) == Purse(payable=170_000)


@pytest.mark.parametrize(
    ("amount", "reference", "reason"),
    [(1_100_001, "R-2", "REFUND_TOO_LARGE"), (50, "R-1", "REFUND_TAKEN"), (100_000, "R-1", "REFUND_TAKEN")],
)
def test_a_refund_that_cannot_be_is_refused(amount: int, reference: str, reason: str) -> None:
    stage, trade_id = a_sale()
    refund(stage, trade_id, 100_000)
    assert refusal(stage.ask(SELLER, a_refund(trade_id, amount, reference))).reason == reason


def test_a_purchase_is_refunded_in_so_many_parts_and_the_last_of_them_is_the_rest() -> None:
    stage, trade_id = a_sale()
    for number in range(REFUNDS_MAX - 1):
        refund(stage, trade_id, 100, f"R-{number}")
    assert refusal(stage.ask(SELLER, a_refund(trade_id, 100, "R-x"))).reason == "REFUNDS_TOO_MANY"
    assert refund(stage, trade_id, 1_200_000 - 100 * (REFUNDS_MAX - 1), "R-x").left_minor == 0


def test_what_is_in_escrow_is_refunded_whole() -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(SELLER, a_refund(trade_id, 1))).reason == "PURCHASE_NOT_ACCEPTED"
    assert refusal(stage.ask(SELLER, a_refund("T-0.999.0", 1))).reason == "TRADE_UNKNOWN"


@pytest.mark.parametrize("actor", [BUYER, "SE-CN-03", BANK, "NOBODY"])
def test_only_its_seller_or_an_operator_refunds(actor: str) -> None:
    stage, trade_id = a_sale()
    assert refusal(stage.ask(actor, a_refund(trade_id, 1))).reason == "NOT_PERMITTED"


def a_bust(trade_id: str, grounds: str = "A wrong price.") -> BustTrade:
    return BustTrade(trade_id=trade_id, grounds=grounds)


def test_a_trade_undone_before_acceptance_gives_all_of_it_back() -> None:
    stage, trade_id = a_purchase()
    busted, refunded = stage.ask(OPERATOR, a_bust(trade_id))
    assert isinstance(busted, TradeBusted)
    assert (busted.stage, busted.grounds) == ("escrow", "A wrong price.")
    assert isinstance(refunded, PurchaseRefunded)
    assert (refunded.amount_minor, refunded.basis) == (1_200_000, "bust")
    assert stage.purse(BUYER) == Purse(cash=1_200_000)


def test_a_trade_undone_after_acceptance_is_refunded_whole() -> None:
    stage, trade_id = a_sale()
    refund(stage, trade_id, 333_333)
    busted, back = stage.ask(OPERATOR, a_bust(trade_id))
    assert isinstance(busted, TradeBusted)
    assert busted.stage == "accepted"
    assert isinstance(back, RefundApproved)
    assert (back.amount_minor, back.left_minor, back.basis) == (866_667, 0, "bust")
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert stage.purse(SELLER) == Purse()


@pytest.mark.parametrize("made", [a_purchase, a_sale])
def test_a_trade_is_undone_once(made: Any) -> None:
    stage, trade_id = made()
    stage.ask(OPERATOR, a_bust(trade_id))
    assert refusal(stage.ask(OPERATOR, a_bust(trade_id))).reason == "PURCHASE_FINAL"
    assert (
        refusal(stage.ask(SELLER, RefundPurchase(trade_id=trade_id, grounds=""))).reason == "PURCHASE_FINAL"
    )


@pytest.mark.parametrize("made", [a_purchase, a_sale])
def test_a_trade_in_dispute_is_the_panels_and_not_undone(made: Any) -> None:
    stage, trade_id = made()
    stage.ask(BUYER, OpenDispute(trade_id=trade_id, grounds="Empty."))
    assert refusal(stage.ask(OPERATOR, a_bust(trade_id))).reason == "PURCHASE_DISPUTED"


@pytest.mark.parametrize("actor", [BUYER, SELLER, BANK, "NOBODY"])
def test_only_an_operator_undoes_a_trade(actor: str) -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(actor, a_bust(trade_id))).reason == "NOT_PERMITTED"


def test_a_trade_is_undone_on_grounds() -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(OPERATOR, a_bust(trade_id, " "))).reason == "GROUNDS_MISSING"
    assert refusal(stage.ask(OPERATOR, a_bust("T-0.999.0"))).reason == "TRADE_UNKNOWN"


@pytest.mark.parametrize("accepted", [False, True])
def test_a_trade_undone_gives_its_lots_back(accepted: bool) -> None:
    rules = BookRules(capacity_needed=True)
    stage = a_market(terms(seller_id=None, posted_price=None, rules=rules))
    capacity = RegisterCapacity(instrument_id="L-0.1.0", participant_id=SELLER, quantity=2)
    stage.ask(OPERATOR, capacity)
    stage.ask(SELLER, an_ask(1_000, quantity=2))
    trade = the(TradeMatched, stage.ask(BUYER, a_bid(1_000, quantity=2)))
    assert refusal(stage.ask(SELLER, an_ask(1_000))).reason == "CAPACITY_INSUFFICIENT"
    if accepted:
        stage.ask(BUYER, AcceptDelivery(trade_id=trade.trade_id))
    stage.ask(OPERATOR, a_bust(trade.trade_id))
    assert refusal(stage.ask(SELLER, an_ask(1_000, quantity=3))).reason == "CAPACITY_INSUFFICIENT"
    assert names(stage.ask(SELLER, an_ask(1_000, quantity=2))) == ["OrderAccepted"]


def test_prices_are_compared_with_the_last_trade_that_stands() -> None:
    stage = a_floor(rules={"reference_price": 10, "collar_bp": 2_000})
    for price in (11, 13):
        stage.ask(S1, an_ask(price))
        stage.ask(B1, a_bid(price))
    earlier, last = stage.market.purchases
    instrument = stage.market.instruments[BOOK]
    assert instrument.last_price == 13
    stage.ask(OPERATOR, a_bust(last))
    assert instrument.last_price == 11
    refused = refusal(stage.ask(B1, a_bid(14)))
    assert (refused.reason, refused.detail.split(";")[1]) == (
        "PRICE_OUTSIDE_COLLAR",
        " the collar around 11 is 9 to 13",
    )
    stage.ask(OPERATOR, a_bust(earlier))
    assert reference_price(instrument) == 10


def test_a_bust_of_an_earlier_trade_leaves_the_last_price() -> None:
    stage = a_floor()
    for price in (11, 13):
        stage.ask(S1, an_ask(price))
        stage.ask(B1, a_bid(price))
    earlier, last = stage.market.purchases
    stage.ask(OPERATOR, a_bust(earlier))
    assert stage.market.instruments[BOOK].last_price == 13
    stage.ask(OPERATOR, a_bust(last))
    assert stage.market.instruments[BOOK].last_price is None
