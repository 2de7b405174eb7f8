"""Credit: orders of those who pay later reserve more than their cash, and deposits repay it first."""

import pytest

from exchange.market.commands import CancelOrder, RecordStanding, ReplaceOrder
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.credit.facts import CreditLimitSet
from exchange.market.facts import DepositConfirmed, OrderAccepted, OrderReplaced
from exchange.market.state import Purse
from tests.unit.market.stage import BANK, BUYER, OPERATOR, Stage, a_bid, a_market, names, refusal, the
from tests.unit.market.test_market_funds import a_deposit


def a_limit(limit_minor: int, participant_id: str = BUYER, currency: str = "CNY") -> SetCreditLimit:
    return SetCreditLimit(participant_id=participant_id, currency=currency, limit_minor=limit_minor)


def a_post_paid(cash_minor: int = 200_000, limit_minor: int = 1_000_000) -> Stage:
    stage = a_market(cash_minor=cash_minor)
    (limited,) = stage.ask(OPERATOR, a_limit(limit_minor))
    assert isinstance(limited, CreditLimitSet)
    return stage


def test_cash_is_used_before_credit() -> None:
    stage = a_post_paid()
    accepted = the(OrderAccepted, stage.ask(BUYER, a_bid(price=150_000)))
    assert accepted.drawn_minor == 0
    accepted = the(OrderAccepted, stage.ask(BUYER, a_bid(price=150_000)))
    assert accepted.drawn_minor == 100_000
    assert stage.purse(BUYER) == Purse(reserved=300_000, owed=100_000, credit_limit=1_000_000)


def test_a_purchase_on_credit_is_a_purchase() -> None:
    stage = a_post_paid()
    assert names(stage.ask(BUYER, a_bid())) == [
        "FenceDecided",
        "OrderAccepted",
        "TradeMatched",
        "EntitlementGranted",
    ]
    assert stage.purse(BUYER) == Purse(owed=1_000_000, credit_limit=1_000_000)


def test_no_more_is_drawn_than_the_limit() -> None:
    stage = a_post_paid()
    assert refusal(stage.ask(BUYER, a_bid(price=1_200_001))).reason == "FUNDS_INSUFFICIENT"
    stage.ask(BUYER, a_bid(price=1_000_000))
    said = refusal(stage.ask(BUYER, a_bid(price=200_001)))
    assert said.reason == "FUNDS_INSUFFICIENT"
    assert "CNY 2,000.00 free" in said.detail


@pytest.mark.parametrize(
    ("amount", "repaid", "cash"),
    [(400_000, 400_000, 0), (1_000_000, 1_000_000, 0), (1_000_007, 1_000_000, 7)],
)
def test_a_deposit_repays_first(amount: int, repaid: int, cash: int) -> None:
    stage = a_post_paid()
    stage.ask(BUYER, a_bid())
    (confirmed,) = stage.ask(BANK, a_deposit(amount))
    assert isinstance(confirmed, DepositConfirmed)
    assert confirmed.repaid_minor == repaid
    assert stage.purse(BUYER) == Purse(cash=cash, owed=1_000_000 - repaid, credit_limit=1_000_000)


def test_what_an_order_gives_back_is_used_before_more_is_drawn() -> None:
    stage = a_post_paid()
    accepted = the(OrderAccepted, stage.ask(BUYER, a_bid(price=1_100_000)))
    stage.ask(BUYER, CancelOrder(order_id=accepted.order_id))
    assert stage.purse(BUYER) == Purse(cash=1_100_000, owed=900_000, credit_limit=1_000_000)
    again = the(OrderAccepted, stage.ask(BUYER, a_bid()))
    assert again.drawn_minor == 100_000


def test_a_lower_limit_stops_new_draws_and_calls_nothing_back() -> None:
    stage = a_post_paid()
    stage.ask(BUYER, a_bid(price=700_000))
    (limited,) = stage.ask(OPERATOR, a_limit(100_000))
    assert isinstance(limited, CreditLimitSet)
    assert limited.owed_minor == 500_000
    assert stage.purse(BUYER).owed == 500_000
    assert refusal(stage.ask(BUYER, a_bid(price=1))).reason == "FUNDS_INSUFFICIENT"


@pytest.mark.parametrize(
    ("actor", "asking", "reason"),
    [
        (BUYER, a_limit(1), "NOT_PERMITTED"),
        (BANK, a_limit(1), "NOT_PERMITTED"),
        ("NOBODY", a_limit(1), "NOT_PERMITTED"),
        (OPERATOR, a_limit(1, participant_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, a_limit(1, currency="QQQ"), "CURRENCY_UNKNOWN"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(actor: str, asking: SetCreditLimit, reason: str) -> None:
    assert refusal(a_market().ask(actor, asking)).reason == reason


def test_a_suspended_operator_gives_no_credit() -> None:
    stage = a_market().told(RecordStanding(participant_id=OPERATOR, active=False))
    assert refusal(stage.ask(OPERATOR, a_limit(1))).reason == "NOT_PERMITTED"


def test_a_changed_order_draws_what_it_needs_more() -> None:
    stage = a_post_paid()
    order_id = the(OrderAccepted, stage.ask(BUYER, a_bid(price=150_000))).order_id
    changed = ReplaceOrder(order_id=order_id, quantity=1, price=700_000)
    assert the(OrderReplaced, stage.ask(BUYER, changed)).drawn_minor == 500_000
    assert stage.purse(BUYER) == Purse(reserved=700_000, owed=500_000, credit_limit=1_000_000)
    too_much = ReplaceOrder(order_id=order_id, quantity=1, price=1_200_001)
    assert refusal(stage.ask(BUYER, too_much)).reason == "FUNDS_INSUFFICIENT"
