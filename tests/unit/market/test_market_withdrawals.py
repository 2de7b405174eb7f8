"""Free cash goes back to its owner on the custodian bank's word."""

from typing import Any

import pytest

from exchange.market.commands import RecordStanding
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.purchases.commands import BustTrade
from exchange.market.state import Purse
from exchange.market.withdrawals.asking import WITHDRAWALS_MAX
from exchange.market.withdrawals.commands import ConfirmWithdrawal, RejectWithdrawal, RequestWithdrawal
from exchange.market.withdrawals.facts import WithdrawalPaid, WithdrawalRejected, WithdrawalRequested
from tests.unit.market.paying import paid_out
from tests.unit.market.stage import (
    BANK,
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    a_sale,
    names,
    refusal,
)


def a_request(amount_minor: int = 300_000, currency: str = "CNY") -> RequestWithdrawal:
    return RequestWithdrawal(currency=currency, amount_minor=amount_minor)


def a_confirmation(withdrawal_id: str, reference: str = "WD-1") -> ConfirmWithdrawal:
    return ConfirmWithdrawal(withdrawal_id=withdrawal_id, reference=reference)


def a_rejection(withdrawal_id: str, grounds: str = "The account is closed.") -> RejectWithdrawal:
    return RejectWithdrawal(withdrawal_id=withdrawal_id, grounds=grounds)


def requested(stage: Stage, amount_minor: int = 300_000) -> str:
    (fact,) = stage.ask(BUYER, a_request(amount_minor))
    assert isinstance(fact, WithdrawalRequested)
    return fact.withdrawal_id


def test_what_is_asked_for_is_cash_no_longer() -> None:
    stage = a_market(cash_minor=1_000_000)
    requested(stage)
    assert stage.purse(BUYER) == Purse(cash=700_000, withdrawing=300_000)
    assert refusal(stage.ask(BUYER, a_request(700_001))).reason == "FUNDS_INSUFFICIENT"


def test_what_is_owed_for_refunds_is_not_free() -> None:
    """A trade is undone that its seller was paid for: its cash is the buyer's now, as far as it owes it."""
    stage, trade_id = a_sale()
    stage.deposited(SELLER, 1_500_000)
    paid_out(stage, SELLER)
    stage.ask(OPERATOR, BustTrade(trade_id=trade_id, grounds="A clear error."))
    assert stage.purse(SELLER) == Purse(cash=1_500_000, clawback=1_170_000)
    assert refusal(stage.ask(SELLER, a_request(330_001))).reason == "FUNDS_INSUFFICIENT"
    assert names(stage.ask(SELLER, a_request(330_000))) == ["WithdrawalRequested"]


def test_what_the_bank_has_paid_is_gone() -> None:
    stage = a_market(cash_minor=1_000_000)
    (paid,) = stage.ask(BANK, a_confirmation(requested(stage)))
    assert isinstance(paid, WithdrawalPaid)
    assert (paid.participant_id, paid.amount_minor, paid.bank_id) == (BUYER, 300_000, BANK)
    assert stage.purse(BUYER) == Purse(cash=700_000)
    assert stage.market.tills["CNY"].paid_out == 300_000


def test_what_the_bank_rejects_is_cash_again() -> None:
    stage = a_market(cash_minor=1_000_000)
    (rejected,) = stage.ask(BANK, a_rejection(requested(stage)))
    assert isinstance(rejected, WithdrawalRejected)
    assert rejected.grounds == "The account is closed."
    assert stage.purse(BUYER) == Purse(cash=1_000_000)


@pytest.mark.parametrize("second", [a_confirmation, a_rejection])
@pytest.mark.parametrize("first", [a_confirmation, a_rejection])
def test_a_withdrawal_ends_once(first: Any, second: Any) -> None:
    stage = a_market()
    withdrawal_id = requested(stage)
    stage.ask(BANK, first(withdrawal_id))
    assert refusal(stage.ask(BANK, second(withdrawal_id))).reason == "WITHDRAWAL_NOT_OPEN"
    assert refusal(stage.ask(BANK, second("W-0.999.0"))).reason == "WITHDRAWAL_NOT_OPEN"


def test_a_reference_of_the_bank_names_one_payment() -> None:
    stage = a_market()
    first, second = requested(stage), requested(stage)
    stage.ask(BANK, a_confirmation(first, "WD-1"))
    assert refusal(stage.ask(BANK, a_confirmation(second, "WD-1"))).reason == "REFERENCE_TAKEN"
    assert names(stage.ask(BANK, a_confirmation(second, "WD-2"))) == ["WithdrawalPaid"]


@pytest.mark.parametrize("asking", [a_confirmation, a_rejection])
@pytest.mark.parametrize(
    ("actor", "reason"),
    [("NOBODY", "PARTICIPANT_UNKNOWN"), (BUYER, "ROLE_MISSING"), (OPERATOR, "ROLE_MISSING")],
)
def test_only_a_custodian_answers(asking: Any, actor: str, reason: str) -> None:
    stage = a_market()
    assert refusal(stage.ask(actor, asking(requested(stage)))).reason == reason


def test_a_suspended_bank_is_not_believed() -> None:
    stage = a_market()
    withdrawal_id = requested(stage)
    stage.told(RecordStanding(participant_id=BANK, active=False))
    assert refusal(stage.ask(BANK, a_confirmation(withdrawal_id))).reason == "PARTICIPANT_SUSPENDED"


def test_a_bank_rejects_on_grounds() -> None:
    stage = a_market()
    assert refusal(stage.ask(BANK, a_rejection(requested(stage), " "))).reason == "GROUNDS_MISSING"


def test_what_orders_hold_cannot_be_withdrawn() -> None:
    stage = a_market(cash_minor=1_200_000)
    stage.ask(BUYER, a_bid(price=1_100_000))
    assert refusal(stage.ask(BUYER, a_request(100_001))).reason == "FUNDS_INSUFFICIENT"
    assert names(stage.ask(BUYER, a_request(100_000))) == ["WithdrawalRequested"]


def test_what_was_drawn_on_credit_cannot_be_withdrawn() -> None:
    stage = a_market(cash_minor=0)
    stage.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=1_200_000))
    stage.ask(BUYER, a_bid(price=1_199_000))
    stage.market.purses[BUYER]["CNY"].cash = 1_199_005
    assert refusal(stage.ask(BUYER, a_request(6))).reason == "FUNDS_INSUFFICIENT"
    assert names(stage.ask(BUYER, a_request(5))) == ["WithdrawalRequested"]


@pytest.mark.parametrize(
    ("actor", "asking", "reason"),
    [
        ("NOBODY", a_request(), "PARTICIPANT_UNKNOWN"),
        (BUYER, a_request(currency="QQQ"), "CURRENCY_UNKNOWN"),
        (BUYER, a_request(currency="USD"), "FUNDS_INSUFFICIENT"),
    ],
)
def test_a_request_that_cannot_be_is_refused(actor: str, asking: RequestWithdrawal, reason: str) -> None:
    assert refusal(a_market().ask(actor, asking)).reason == reason


def test_a_suspended_participants_money_stays_where_it_is() -> None:
    stage = a_market().told(RecordStanding(participant_id=BUYER, active=False))
    assert refusal(stage.ask(BUYER, a_request())).reason == "PARTICIPANT_SUSPENDED"


def test_so_many_withdrawals_are_under_way_and_no_more() -> None:
    stage = a_market()
    under_way = [requested(stage, 10) for _ in range(WITHDRAWALS_MAX)]
    assert refusal(stage.ask(BUYER, a_request(10))).reason == "WITHDRAWALS_TOO_MANY"
    stage.ask(BANK, a_rejection(under_way[0]))
    assert names(stage.ask(BUYER, a_request(10))) == ["WithdrawalRequested"]
