"""Currencies of a purse are exchanged at once with the bank, or not at all."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.fx.commands import ExchangeMoney
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.market.money_rules import BALANCE_MAX
from exchange.market.state import Purse
from tests.unit.market.stage import (
    BANK,
    BUYER,
    NOON,
    OPERATOR,
    SELLER,
    Stage,
    a_bid,
    a_market,
    names,
    refusal,
)


def an_exchange(**changed: Any) -> ExchangeMoney:
    """JPY 250,000 for CNY 12,000.00."""
    values: dict[str, Any] = {
        "conversion_id": "FC-0.5.0",
        "quote_id": "FX-0.4.0",
        "participant_id": BUYER,
        "bank_id": BANK,
        "base_currency": "JPY",
        "sell_currency": "JPY",
        "sold_minor": 250_000,
        "buy_currency": "CNY",
        "bought_minor": 1_200_000,
        "side": "fixed_sell",
        "rate": "0.0480",
        "source": "desk",
        "expires_at": NOON,
    }
    return ExchangeMoney(**(values | changed))


def with_yen(amount_minor: int = 250_000) -> Stage:
    return a_market(cash_minor=0).deposited(BUYER, amount_minor, "JPY")


def test_what_is_sold_is_gone_and_what_is_bought_is_cash() -> None:
    stage = with_yen(250_001)
    executed, settled = stage.ask(POLICY_ACTOR, an_exchange())
    assert isinstance(executed, FxExecuted)
    assert isinstance(settled, FxSettled)
    assert (settled.sold_minor, settled.bought_minor, settled.bank_id) == (250_000, 1_200_000, BANK)
    assert stage.purse(BUYER, "JPY") == Purse(cash=1)
    assert stage.purse(BUYER) == Purse(cash=1_200_000)
    tills = stage.market.tills
    assert (tills["JPY"].paid_out, tills["CNY"].deposited) == (250_000, 1_200_000)


def test_what_is_bought_pays_what_is_owed_first() -> None:
    stage = with_yen()
    stage.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="CNY", limit_minor=1_200_000))
    stage.ask(BUYER, a_bid(price=1_190_000))
    stage.market.purses[BUYER]["CNY"].clawback = 4_000
    executed, _ = stage.ask(POLICY_ACTOR, an_exchange())
    assert isinstance(executed, FxExecuted)
    assert (executed.repaid_minor, executed.recovered_minor) == (1_190_000, 4_000)
    assert stage.purse(BUYER).cash == 6_000
    assert (stage.purse(BUYER).owed, stage.purse(BUYER).clawback) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sold_minor": 250_001}, "FUNDS_INSUFFICIENT"),
        ({"sell_currency": "USD"}, "FUNDS_INSUFFICIENT"),
        ({"participant_id": SELLER}, "FUNDS_INSUFFICIENT"),
        ({"participant_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
    ],
)
def test_a_refusal_names_the_conversion_and_moves_nothing(changed: dict[str, Any], reason: str) -> None:
    stage = with_yen()
    refused = refusal(stage.ask(POLICY_ACTOR, an_exchange(**changed)))
    assert (refused.reason, refused.subject) == (reason, "FC-0.5.0")
    assert stage.purse(BUYER, "JPY") == Purse(cash=250_000)


def test_what_is_owed_for_refunds_is_not_exchanged() -> None:
    stage = with_yen()
    stage.market.purses[BUYER]["JPY"].clawback = 1
    assert refusal(stage.ask(POLICY_ACTOR, an_exchange())).reason == "FUNDS_INSUFFICIENT"


def test_what_was_drawn_on_credit_is_not_exchanged() -> None:
    stage = with_yen()
    stage.ask(OPERATOR, SetCreditLimit(participant_id=BUYER, currency="JPY", limit_minor=1))
    stage.market.purses[BUYER]["JPY"].owed = 1
    assert refusal(stage.ask(POLICY_ACTOR, an_exchange())).reason == "FUNDS_INSUFFICIENT"
    assert names(stage.ask(POLICY_ACTOR, an_exchange(sold_minor=249_999)))[0] == "FxExecuted"


def test_a_purse_holds_so_much_and_no_more() -> None:
    stage = with_yen().deposited(BUYER, 10**15)
    stage.market.purses[BUYER]["CNY"].cash = BALANCE_MAX - 1_199_999
    assert refusal(stage.ask(POLICY_ACTOR, an_exchange())).reason == "BALANCE_TOO_LARGE"


@pytest.mark.parametrize("actor", [BANK, OPERATOR, BUYER])
def test_nobody_exchanges_by_hand(actor: str) -> None:
    assert refusal(with_yen().ask(actor, an_exchange())).reason == "NOT_PERMITTED"
