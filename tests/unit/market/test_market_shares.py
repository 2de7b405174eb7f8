"""A licensee pays revenue shares from what it is owed here, then from its cash."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.share_parts import SharePart
from exchange.market.shares.commands import PayRevenueShare
from exchange.market.shares.facts import RevenueSharePaid
from exchange.market.state import Purse
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, Stage, a_market, refusal

PARTS = (
    SharePart(share_id="RS-01", participant_id=SELLER, amount_minor=714_823),
    SharePart(share_id="RS-02", participant_id="SE-CN-03", amount_minor=714_822),
)


def a_share(**changed: Any) -> PayRevenueShare:
    values: dict[str, Any] = {
        "claim_id": "RS-0.8.0",
        "agreement_id": "RA-P-23",
        "payer_id": BUYER,
        "currency": "CNY",
        "amount_minor": 1_429_645,
        "parts": PARTS,
    }
    return PayRevenueShare(**(values | changed))


def having(**parts: int) -> Stage:
    stage = a_market()
    stage.market.purses[BUYER]["CNY"] = Purse(**parts)
    return stage


@pytest.mark.parametrize(
    ("purse", "payable_minor", "left"),
    [
        ({"payable": 2_000_000}, 1_429_645, Purse(payable=570_355)),
        ({"payable": 1_000_000, "cash": 500_000}, 1_000_000, Purse(cash=70_355)),
        ({"cash": 1_429_645}, 0, Purse()),
        ({"cash": 1_429_650, "owed": 5}, 0, Purse(cash=5, owed=5)),
        ({"cash": 1_429_650, "clawback": 5}, 0, Purse(cash=5, clawback=5)),
    ],
)
def test_what_is_owed_to_the_payer_goes_first(purse: dict[str, int], payable_minor: int, left: Purse) -> None:
    stage = having(**purse)
    (paid,) = stage.ask(POLICY_ACTOR, a_share())
    assert isinstance(paid, RevenueSharePaid)
    assert (paid.payable_minor, paid.cash_minor) == (payable_minor, 1_429_645 - payable_minor)
    assert stage.purse(BUYER) == left
    assert [stage.purse(part.participant_id).shares for part in PARTS] == [714_823, 714_822]


def test_whoever_owes_for_refunds_gets_its_share_less_that_and_owes_it_once() -> None:
    stage = having(cash=1_000)
    stage.market.purses[SELLER] = {"CNY": Purse(clawback=450)}
    parts = tuple(
        SharePart(share_id=f"RS-{place}", participant_id=name, amount_minor=amount)
        for place, (name, amount) in enumerate(((SELLER, 300), ("SE-CN-03", 100), (SELLER, 600)))
    )
    (paid,) = stage.ask(POLICY_ACTOR, a_share(amount_minor=1_000, parts=parts))
    assert isinstance(paid, RevenueSharePaid)
    assert paid.recovered == (300, 0, 150)
    assert stage.purse(SELLER) == Purse(shares=450)
    assert stage.purse("SE-CN-03") == Purse(shares=100)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, "FUNDS_INSUFFICIENT"),
        ({"payer_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
        (
            {"parts": (SharePart(share_id="X", participant_id="NOBODY", amount_minor=1),)},
            "PARTICIPANT_UNKNOWN",
        ),
    ],
)
def test_all_of_it_is_paid_or_nothing(changed: dict[str, Any], reason: str) -> None:
    stage = having(payable=1_000_000, cash=429_650, owed=2, clawback=4)
    refused = refusal(stage.ask(POLICY_ACTOR, a_share(**changed)))
    assert (refused.reason, refused.subject) == (reason, "RS-0.8.0")
    assert stage.purse(BUYER) == Purse(payable=1_000_000, cash=429_650, owed=2, clawback=4)


def test_nobody_pays_a_share_by_hand() -> None:
    assert refusal(having(cash=2_000_000).ask(OPERATOR, a_share())).reason == "NOT_PERMITTED"
