"""Revenue shares: agreements, guarantees, recoupment and splits."""

from typing import Any

import pytest

from exchange.kernel.share_parts import SharePart
from exchange.settlement.shares.commands import Beneficiary, ReportRevenue, ReturnShare, SettleShare
from exchange.settlement.shares.facts import GuaranteeClaimed, RevenueShareAgreed, RevenueShareReported
from exchange.settlement.shares.splitting import split
from exchange.settlement.state import Settlement
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import (
    BANK,
    EXCHANGE,
    HOLDERS,
    LICENSEE,
    OPERATOR,
    SELLER,
    a_settlement,
    an_agreement,
)


def weighing(*weights: int) -> list[Beneficiary]:
    return [
        Beneficiary(share_id=f"RS-{number}", participant_id=SELLER, weight=weight)
        for number, weight in enumerate(weights)
    ]


def a_report(revenue_minor: int = 6_432_150, period: str = "2026-10") -> ReportRevenue:
    return ReportRevenue(agreement_id="RA-P-23", period=period, revenue_minor=revenue_minor)


def agreed(guarantee_minor: int = 500_000, *, paid: bool = True) -> Stage[Settlement]:
    stage = a_settlement()
    stage.given(OPERATOR, an_agreement(guarantee_minor=guarantee_minor))
    if paid:
        stage.given(EXCHANGE, *(SettleShare(claim_id=claim) for claim in stage.state.shares.guarantees))
    return stage


def reported(stage: Stage[Settlement], **changed: Any) -> RevenueShareReported:
    (fact,) = stage.ask(LICENSEE, a_report(**changed))
    assert isinstance(fact, RevenueShareReported), fact
    return fact


def returned(claim_id: str) -> ReturnShare:
    return ReturnShare(claim_id=claim_id, reason="FUNDS_INSUFFICIENT", detail="USD 0.00 is free")


@pytest.mark.parametrize(
    ("amount_minor", "weights", "parts"),
    [
        (10_000, (1, 1, 1), (3_334, 3_333, 3_333)),
        (1_000, (1, 1, 1), (334, 333, 333)),
        (1_429_645, (50, 30, 20), (714_823, 428_893, 285_929)),
        (1, (1, 999_999), (0, 1)),
        (2, (1, 1, 1), (1, 1, 0)),
        (0, (50, 50), (0, 0)),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(
    amount_minor: int, weights: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    assert tuple(each.amount_minor for each in split(amount_minor, weighing(*weights))) == parts
    assert tuple(each.amount_minor for each in split(amount_minor, weighing(*weights)[::-1])) == parts


def test_an_agreement_claims_its_guarantee() -> None:
    first, second = a_settlement().ask(OPERATOR, an_agreement())
    assert isinstance(first, RevenueShareAgreed)
    assert isinstance(second, GuaranteeClaimed)
    assert second.parts[0] == SharePart(share_id="RS-01", participant_id=HOLDERS[0], amount_minor=250_000)


def test_a_guarantee_is_recouped_once() -> None:
    stage = agreed()
    first = reported(stage, revenue_minor=1_000_000)
    assert (first.earned_minor, first.recouped_minor, first.amount_minor) == (300_000, 300_000, 0)
    assert stage.state.shares.reports == {}
    second = reported(stage, revenue_minor=1_000_000, period="2026-11")
    assert (second.earned_minor, second.recouped_minor, second.amount_minor) == (300_000, 200_000, 100_000)
    third = reported(stage, revenue_minor=1_000_000, period="2026-12")
    assert (third.recouped_minor, third.amount_minor) == (0, 300_000)


def test_what_is_earned_is_rounded_half_up() -> None:
    assert reported(agreed(0), revenue_minor=5).earned_minor == 2


def test_a_report_that_no_market_pays_is_as_if_it_had_not_been_made() -> None:
    stage = agreed()
    first = reported(stage)
    stage.given(EXCHANGE, returned(first.claim_id))
    assert reported(stage).recouped_minor == first.recouped_minor == 500_000
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_an_agreement_without_its_guarantee_is_none() -> None:
    stage = agreed(paid=False)
    assert refusal(stage.ask(LICENSEE, a_report()))[0] == "GUARANTEE_UNPAID"
    (claim_id,) = stage.state.shares.guarantees
    stage.given(EXCHANGE, returned(claim_id))
    assert refusal(stage.ask(LICENSEE, a_report()))[0] == "AGREEMENT_UNKNOWN"
    stage.given(OPERATOR, an_agreement())


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (SELLER, an_agreement(agreement_id="RA-2"), "ROLE_MISSING"),
        (OPERATOR, an_agreement(), "AGREEMENT_EXISTS"),
        (OPERATOR, an_agreement(agreement_id="RA-2", currency="QQQ"), "CURRENCY_UNKNOWN"),
        (OPERATOR, an_agreement(agreement_id="RA-2", payer_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (
            OPERATOR,
            an_agreement(agreement_id="RA-2", beneficiaries=tuple(weighing(1)) * 2),
            "SHARES_CONFLICT",
        ),
        ("NOBODY", a_report(), "PARTICIPANT_UNKNOWN"),
        (SELLER, a_report(), "AGREEMENT_UNKNOWN"),
        (BANK, SettleShare(claim_id="RS-0.1.0"), "NOT_PERMITTED"),
        (BANK, returned("RS-0.1.0"), "NOT_PERMITTED"),
        (EXCHANGE, SettleShare(claim_id="RS-0.1.0"), "CLAIM_NOT_OPEN"),
        (EXCHANGE, returned("RS-0.1.0"), "CLAIM_NOT_OPEN"),
    ],
)
def test_what_does_not_fit_is_refused(actor: str, command: Any, reason: str) -> None:
    assert refusal(agreed().ask(actor, command))[0] == reason


def test_a_period_is_reported_once() -> None:
    stage = agreed()
    reported(stage)
    assert refusal(stage.ask(LICENSEE, a_report(1))) == ("PERIOD_REPORTED", "2026-10")
