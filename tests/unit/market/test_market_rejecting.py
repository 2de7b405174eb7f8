"""A buyer rejects what was delivered, whole or in part: its seller may contest that, and otherwise it stands."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RefundPurchase
from exchange.market.disputes.commands import OpenDispute
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.purchases.commands import AcceptPart, ConcedeRejection, RejectDelivery
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected
from exchange.market.state import Purse
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, Stage, a_purchase, names, refusal

GROUNDS = "A third of the berths is missing."


def rejecting(trade_id: str, grounds: str = GROUNDS) -> RejectDelivery:
    return RejectDelivery(trade_id=trade_id, grounds=grounds)


def accepting(trade_id: str, grounds: str = GROUNDS, **part: int) -> AcceptPart:
    return AcceptPart(trade_id=trade_id, grounds=grounds, **part)


def a_rejected_purchase(accepted_minor: int = 0) -> tuple[Stage, str]:
    stage, trade_id = a_purchase()
    asking = accepting(trade_id, amount_minor=accepted_minor) if accepted_minor else rejecting(trade_id)
    (rejected,) = stage.ask(BUYER, asking)
    assert isinstance(rejected, DeliveryRejected)
    return stage, trade_id


def test_a_rejection_moves_nothing_while_its_seller_may_contest_it() -> None:
    stage, trade_id = a_purchase()
    (rejected,) = stage.ask(BUYER, rejecting(trade_id))
    assert isinstance(rejected, DeliveryRejected)
    assert (rejected.accepted_minor, rejected.refund_minor) == (0, 1_200_000)
    assert rejected.contest_until == stage.at + 3 * DAY
    stage.at += 3 * DAY - 1
    assert stage.settle() == []
    assert stage.market.purchases[trade_id].escrow_minor == 1_200_000


def test_a_rejection_that_nobody_contests_gives_the_money_back() -> None:
    stage, trade_id = a_rejected_purchase()
    stage.at += 3 * DAY
    (refunded,) = stage.settle()
    assert isinstance(refunded, PurchaseRefunded)
    assert (refunded.amount_minor, refunded.basis, refunded.grounds) == (1_200_000, "buyer", GROUNDS)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    assert trade_id in stage.market.concluded


def test_a_seller_concedes_at_once() -> None:
    stage, trade_id = a_rejected_purchase()
    assert names(stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))) == ["PurchaseRefunded"]
    stage.at += 4 * DAY
    assert stage.settle() == []


def test_a_part_is_accepted_and_the_rest_refunded_in_one_outcome_to_the_cent() -> None:
    stage, trade_id = a_rejected_purchase(accepted_minor=800_001)
    (accepted,) = stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.gross_minor, accepted.refunded_minor) == (800_001, 399_999)
    assert (accepted.seller_minor, accepted.fee_net_minor, accepted.fee_tax_minor) == (780_001, 18_868, 1_132)
    assert (accepted.basis, accepted.grounds) == ("buyer", GROUNDS)
    assert stage.purse(BUYER) == Purse(cash=399_999)
    assert stage.purse(SELLER) == Purse(payable=780_001)


def test_a_part_of_the_lots_is_its_share_of_the_price() -> None:
    stage, trade_id = a_purchase(quantity=3)
    (rejected,) = stage.ask(BUYER, accepting(trade_id, quantity=2))
    assert isinstance(rejected, DeliveryRejected)
    assert (rejected.accepted_minor, rejected.refund_minor) == (2_400_000, 1_200_000)


def test_a_buyer_may_accept_more_than_it_said_first() -> None:
    stage, trade_id = a_rejected_purchase()
    stage.at += DAY
    stage.ask(BUYER, accepting(trade_id, amount_minor=500_000))
    stage.at += 2 * DAY
    assert stage.settle() == []
    stage.at += DAY
    (accepted,) = stage.settle()
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.gross_minor, accepted.refunded_minor) == (500_000, 700_000)


@pytest.mark.parametrize("part", [0, 400_000, 500_000])
def test_a_buyer_may_not_accept_less_than_it_said_first(part: int) -> None:
    stage, trade_id = a_rejected_purchase(accepted_minor=500_000)
    asking = accepting(trade_id, amount_minor=part) if part else rejecting(trade_id)
    assert refusal(stage.ask(BUYER, asking)).reason == "REJECTED_ALREADY"


def test_a_buyer_may_think_again_and_accept_all_of_it() -> None:
    stage, trade_id = a_rejected_purchase()
    (accepted,) = stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert (accepted.gross_minor, accepted.refunded_minor) == (1_200_000, 0)
    stage.at += 4 * DAY
    assert stage.settle() == []


def test_a_seller_contests_by_a_dispute_and_nothing_goes_back_by_itself() -> None:
    stage, trade_id = a_rejected_purchase()
    assert names(stage.ask(SELLER, OpenDispute(trade_id=trade_id, grounds="All of it is there."))) == [
        "DisputeOpened"
    ]
    stage.at += 4 * DAY
    assert stage.settle() == []
    assert refusal(stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))).reason == "PURCHASE_DISPUTED"


def test_evidence_for_the_seller_is_on_file_while_a_rejection_stands() -> None:
    stage, trade_id = a_rejected_purchase()
    concluding = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="evidence")
    (noted,) = stage.ask(POLICY_ACTOR, concluding)
    assert noted == ConclusionNoted(trade_id=trade_id, verdict="accept", basis="evidence")
    assert stage.market.purchases[trade_id].escrow_minor == 1_200_000


def test_evidence_for_the_buyer_ends_a_rejected_purchase_at_once() -> None:
    stage, trade_id = a_rejected_purchase()
    concluding = ConcludeDelivery(trade_id=trade_id, verdict="reject", basis="ruling")
    assert names(stage.ask(POLICY_ACTOR, concluding)) == ["PurchaseRefunded"]
    stage.at += 4 * DAY
    assert stage.settle() == []


@pytest.mark.parametrize(
    ("asking", "reason"),
    [
        (lambda t: rejecting(t, " "), "GROUNDS_MISSING"),
        (lambda t: accepting(t, "", amount_minor=5), "GROUNDS_MISSING"),
        (lambda t: accepting(t), "VALUE_OUT_OF_RANGE"),
        (lambda t: accepting(t, amount_minor=5, quantity=1), "VALUE_OUT_OF_RANGE"),
        (lambda t: accepting(t, amount_minor=1_200_000), "PART_TOO_LARGE"),
        (lambda t: accepting(t, quantity=1), "PART_TOO_LARGE"),
        (lambda t: rejecting("T-0.999.0"), "TRADE_UNKNOWN"),
        (lambda t: accepting("T-0.999.0", amount_minor=1), "TRADE_UNKNOWN"),
    ],
)
def test_a_buyer_is_told_what_it_cannot_reject(asking: Any, reason: str) -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(BUYER, asking(trade_id))).reason == reason


@pytest.mark.parametrize("actor", [SELLER, OPERATOR, "BU-SG-01", "NOBODY"])
@pytest.mark.parametrize("asking", [rejecting, lambda t: accepting(t, amount_minor=1)])
def test_only_its_buyer_rejects_a_delivery(actor: str, asking: Any) -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(actor, asking(trade_id))).reason == "NOT_PERMITTED"


@pytest.mark.parametrize("actor", [BUYER, OPERATOR, "SE-CN-03"])
def test_only_its_seller_concedes_a_rejection(actor: str) -> None:
    stage, trade_id = a_rejected_purchase()
    assert refusal(stage.ask(actor, ConcedeRejection(trade_id=trade_id))).reason == "NOT_PERMITTED"


def test_what_was_not_rejected_cannot_be_conceded() -> None:
    stage, trade_id = a_purchase()
    assert refusal(stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))).reason == "REJECTION_NONE"
    assert refusal(stage.ask(SELLER, ConcedeRejection(trade_id="T-0.999.0"))).reason == "TRADE_UNKNOWN"


@pytest.mark.parametrize("asking", [rejecting, lambda t: accepting(t, amount_minor=1)])
def test_after_the_last_word_nothing_is_rejected(asking: Any) -> None:
    stage, trade_id = a_purchase()
    stage.ask(SELLER, RefundPurchase(trade_id=trade_id, grounds=""))
    assert refusal(stage.ask(BUYER, asking(trade_id))).reason == "PURCHASE_FINAL"
    assert refusal(stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))).reason == "PURCHASE_FINAL"
