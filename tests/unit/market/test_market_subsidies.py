"""Subsidies are paid into purses, once what is owed there is paid."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.money_rules import BALANCE_MAX
from exchange.market.state import Purse
from exchange.market.subsidies.commands import PaySubsidy
from exchange.market.subsidies.facts import SubsidyApplied
from tests.unit.market.stage import BUYER, OPERATOR, a_market, refusal, the


def a_payment(**changed: Any) -> PaySubsidy:
    values: dict[str, Any] = {
        "claim_id": "SC-0.9.0",
        "programme_id": "SP-LG",
        "participant_id": BUYER,
        "currency": "CNY",
        "amount_minor": 5_000_000,
        "period": "2026",
        "used_minor": 1_000_000_000,
    }
    return PaySubsidy(**(values | changed))


@pytest.mark.parametrize(
    ("purse", "left"),
    [(Purse(), Purse(cash=5_000_000)), (Purse(owed=300, clawback=50), Purse(cash=4_999_650))],
)
def test_a_subsidy_pays_what_its_owner_owes_first(purse: Purse, left: Purse) -> None:
    stage = a_market(cash_minor=0)
    stage.market.purses[BUYER] = {"CNY": purse}
    applied = the(SubsidyApplied, stage.ask(POLICY_ACTOR, a_payment()))
    assert (applied.period, applied.used_minor) == ("2026", 1_000_000_000)
    assert applied.amount_minor - applied.repaid_minor - applied.recovered_minor == left.cash
    assert stage.purse(BUYER) == left
    assert stage.market.tills["CNY"].moved == 5_000_000


@pytest.mark.parametrize(
    ("changed", "cash", "reason"),
    [
        ({"participant_id": "NOBODY"}, 0, "PARTICIPANT_UNKNOWN"),
        ({}, BALANCE_MAX, "BALANCE_TOO_LARGE"),
    ],
)
def test_a_subsidy_that_is_not_paid_names_its_claim(changed: dict[str, Any], cash: int, reason: str) -> None:
    stage = a_market(cash_minor=0)
    stage.market.purses[BUYER] = {"CNY": Purse(cash=cash)}
    refused = refusal(stage.ask(POLICY_ACTOR, a_payment(**changed)))
    assert (refused.reason, refused.subject) == (reason, "SC-0.9.0")


def test_nobody_pays_a_subsidy_by_hand() -> None:
    assert refusal(a_market().ask(OPERATOR, a_payment())).reason == "NOT_PERMITTED"
