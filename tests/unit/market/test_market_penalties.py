"""Penalties: charged by itself for what is missing, by an operator for what came late, and taken back."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR, Refused
from exchange.market.commands import AcceptDelivery, BookRules, ConcludeDelivery, RefundPurchase
from exchange.market.facts import TradeMatched
from exchange.market.penalties.commands import ChargePenalty, WithdrawPenalty
from exchange.market.penalties.facts import PenaltyCharged, PenaltyWithdrawn
from exchange.market.purchases.commands import AcceptPart, BustTrade, ConcedeRejection, RejectDelivery
from exchange.market.state import Purse
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_sale,
    refusal,
    terms,
    the,
)

GROSS, SELLER_PART = 1_200_000, 1_170_000


def bought(penalty_bp: int = 500) -> tuple[Stage, str]:
    """A month at CNY 12,000.00 whose seller pays 5 % of what it does not deliver."""
    stage = a_market(terms(rules=BookRules(penalty_bp=penalty_bp)))
    return stage, the(TradeMatched, stage.ask(BUYER, a_bid())).trade_id


def sold(penalty_bp: int = 500) -> tuple[Stage, str]:
    stage, trade_id = bought(penalty_bp)
    stage.ask(BUYER, AcceptDelivery(trade_id=trade_id))
    return stage, trade_id


def late(trade_id: str, late_minor: int = 400_000, grounds: str = "A week late.") -> ChargePenalty:
    return ChargePenalty(trade_id=trade_id, late_minor=late_minor, grounds=grounds)


def back(trade_id: str, grounds: str = "It was the line.") -> WithdrawPenalty:
    return WithdrawPenalty(trade_id=trade_id, grounds=grounds)


@pytest.mark.parametrize(
    ("actor", "word"),
    [
        (SELLER, lambda trade: RefundPurchase(trade_id=trade, grounds="No data.")),
        (POLICY_ACTOR, lambda trade: ConcludeDelivery(trade_id=trade, verdict="reject", basis="evidence")),
        (POLICY_ACTOR, lambda trade: ConcludeDelivery(trade_id=trade, verdict="reject", basis="ruling")),
    ],
)
def test_a_seller_that_does_not_deliver_pays_at_once_and_owes_what_it_does_not_have(
    actor: str, word: Any
) -> None:
    stage, trade_id = bought()
    stage.ask(actor, word(trade_id))
    (charged,) = stage.settle()
    assert isinstance(charged, PenaltyCharged)
    assert (charged.cause, charged.of_minor, charged.amount_minor) == ("default", GROSS, 60_000)
    assert stage.purse(SELLER) == Purse(clawback=60_000)
    assert stage.market.tills["CNY"].penalties == 60_000


def test_what_is_rejected_and_stands_is_a_default_too() -> None:
    stage, trade_id = bought()
    stage.ask(BUYER, RejectDelivery(trade_id=trade_id, grounds="Empty."))
    stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))
    assert the(PenaltyCharged, stage.settle()).cause == "default"


def test_what_is_accepted_in_part_costs_a_penalty_on_the_rest_out_of_what_the_seller_is_owed() -> None:
    stage, trade_id = bought()
    stage.ask(
        BUYER, AcceptPart(trade_id=trade_id, amount_minor=GROSS - 100_010, grounds="A tenth is missing.")
    )
    stage.ask(SELLER, ConcedeRejection(trade_id=trade_id))
    owed = stage.purse(SELLER).payable
    charged = the(PenaltyCharged, stage.settle())
    assert (charged.cause, charged.of_minor) == ("short", 100_010)
    # 5,000.5 fen: rounded once, half up.
    assert (charged.amount_minor, charged.payable_minor, charged.grounds) == (
        5_001,
        5_001,
        "A tenth is missing.",
    )
    assert stage.purse(SELLER) == Purse(payable=owed - 5_001)


@pytest.mark.parametrize(
    ("penalty_bp", "actor", "word"),
    [
        (0, SELLER, lambda trade: RefundPurchase(trade_id=trade, grounds="")),
        (500, OPERATOR, lambda trade: RefundPurchase(trade_id=trade, grounds="")),
        (500, OPERATOR, lambda trade: BustTrade(trade_id=trade, grounds="Mistyped.")),
        (500, BUYER, lambda trade: AcceptDelivery(trade_id=trade)),
    ],
)
def test_where_none_was_agreed_on_or_it_is_nobodys_fault_there_is_none(
    penalty_bp: int, actor: str, word: Any
) -> None:
    stage, trade_id = bought(penalty_bp)
    assert not isinstance(stage.ask(actor, word(trade_id))[-1], Refused)
    assert stage.settle() == []
    assert stage.market.tills["CNY"].penalties == 0


def test_what_came_late_is_charged_on_an_operators_word_once() -> None:
    stage, trade_id = sold()
    (charged,) = stage.ask(OPERATOR, late(trade_id))
    assert isinstance(charged, PenaltyCharged)
    assert (charged.cause, charged.of_minor, charged.amount_minor) == ("late", 400_000, 20_000)
    assert stage.purse(SELLER) == Purse(payable=SELLER_PART - 20_000)
    assert refusal(stage.ask(OPERATOR, late(trade_id))).reason == "PENALTY_CHARGED"


def test_a_penalty_comes_out_of_what_is_owed_then_out_of_free_cash_and_the_rest_is_owed() -> None:
    stage, trade_id = sold()
    stage.market.purses[SELLER]["CNY"] = Purse(payable=9_000, cash=8_000, owed=3_000)
    charged = the(PenaltyCharged, stage.ask(OPERATOR, late(trade_id)))
    assert (charged.payable_minor, charged.cash_minor, charged.clawback_minor) == (9_000, 5_000, 6_000)
    assert stage.purse(SELLER) == Purse(cash=3_000, owed=3_000, clawback=6_000)


@pytest.mark.parametrize(
    ("since", "after", "recovered"),
    [
        (Purse(cash=3_000, clawback=6_000), Purse(cash=8_000, payable=9_000), 6_000),
        (Purse(), Purse(cash=5_000, payable=15_000), 0),
        (Purse(clawback=20_000), Purse(cash=5_000, clawback=5_000), 15_000),
    ],
)
def test_a_penalty_taken_back_is_reversed_and_pays_what_the_seller_owes(
    since: Purse, after: Purse, recovered: int
) -> None:
    stage, trade_id = sold()
    stage.market.purses[SELLER]["CNY"] = Purse(payable=9_000, cash=5_000)
    stage.ask(OPERATOR, late(trade_id))
    stage.market.purses[SELLER]["CNY"] = since
    (withdrawn,) = stage.ask(OPERATOR, back(trade_id))
    assert isinstance(withdrawn, PenaltyWithdrawn)
    assert (withdrawn.amount_minor, withdrawn.cash_minor, withdrawn.recovered_minor) == (
        20_000,
        5_000,
        recovered,
    )
    assert stage.purse(SELLER) == after
    assert stage.market.tills["CNY"].penalties == 0
    assert refusal(stage.ask(OPERATOR, back(trade_id))).reason == "PENALTY_UNKNOWN"
    assert refusal(stage.ask(OPERATOR, late(trade_id))).reason == "PENALTY_CHARGED"


@pytest.mark.parametrize(
    ("made", "actor", "word", "reason"),
    [
        (sold, SELLER, late, "NOT_PERMITTED"),
        (sold, BUYER, late, "NOT_PERMITTED"),
        (sold, OPERATOR, lambda trade: late(trade, grounds=" "), "GROUNDS_MISSING"),
        (sold, OPERATOR, lambda trade: late(trade, GROSS + 1), "PENALTY_TOO_LARGE"),
        (sold, OPERATOR, lambda trade: late("T-0.99.0"), "TRADE_UNKNOWN"),
        (a_sale, OPERATOR, late, "PENALTY_NOT_AGREED"),
        (bought, OPERATOR, late, "PURCHASE_NOT_ACCEPTED"),
        (sold, SELLER, back, "NOT_PERMITTED"),
        (sold, OPERATOR, lambda trade: back(trade, ""), "GROUNDS_MISSING"),
        (sold, OPERATOR, back, "PENALTY_UNKNOWN"),
    ],
)
def test_what_is_refused_of_penalties(made: Any, actor: str, word: Any, reason: str) -> None:
    stage, trade_id = made()
    assert refusal(stage.ask(actor, word(trade_id))).reason == reason
