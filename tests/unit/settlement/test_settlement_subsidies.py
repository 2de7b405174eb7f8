"""Subsidies: min(claim, cap - used), up to what has come, once for each reference. Source: SC-12."""

from typing import Any

import pytest

from exchange.kernel.time import DAY
from exchange.settlement.state import Settlement
from exchange.settlement.subsidies.claiming import period_of
from exchange.settlement.subsidies.commands import (
    AdmitToSubsidy,
    ClaimSubsidy,
    ConfirmSubsidyFunding,
    OpenSubsidyProgramme,
    PledgeSubsidy,
    ReturnSubsidy,
    SettleSubsidy,
)
from exchange.settlement.subsidies.facts import SubsidyClaimed, SubsidyFunded, SubsidyReturned
from exchange.settlement.subsidies.funding import FUND_MAX
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import BANK, BUYER, EXCHANGE, GOVERNANCE, OPERATOR, SELLER, a_settlement

SPONSOR, CLAIMANT, OTHER = "BU-US-01", "PR-CN-03", "UN-CN-01"
CAP = 1_000_000_000
"""CNY 10,000,000.00."""


def a_programme(**changed: Any) -> OpenSubsidyProgramme:
    values: dict[str, Any] = {
        "programme_id": "SP-LG",
        "sponsor_id": SPONSOR,
        "currency": "CNY",
        "cap_minor": CAP,
        "window": "year",
    }
    return OpenSubsidyProgramme(**(values | changed))


def funding(amount_minor: int = 3 * CAP, reference: str = "IN-1") -> ConfirmSubsidyFunding:
    return ConfirmSubsidyFunding(programme_id="SP-LG", amount_minor=amount_minor, reference=reference)


def a_claim(amount_minor: int, reference: str = "R-1", **changed: Any) -> ClaimSubsidy:
    values: dict[str, Any] = {"programme_id": "SP-LG", "market_id": "M-SH"}
    return ClaimSubsidy(amount_minor=amount_minor, reference=reference, **(values | changed))


def open_one(fund_minor: int = 3 * CAP, **changed: Any) -> Stage[Settlement]:
    stage = a_settlement()
    stage.given(OPERATOR, a_programme(**changed))
    for name in (CLAIMANT, OTHER):
        stage.given(GOVERNANCE, AdmitToSubsidy(programme_id="SP-LG", participant_id=name))
    if fund_minor:
        stage.given(BANK, funding(fund_minor))
    return stage


def claimed(
    stage: Stage[Settlement], amount_minor: int, reference: str, actor: str = CLAIMANT
) -> SubsidyClaimed:
    (fact,) = stage.ask(actor, a_claim(amount_minor, reference))
    assert isinstance(fact, SubsidyClaimed), fact
    return fact


def test_sc_12_the_cap_pays_what_is_left_of_it_and_says_why_not_more() -> None:
    stage = open_one()
    assert claimed(stage, 995_000_000, "first").unpaid_minor == 0
    fact = claimed(stage, 8_000_000, "second")
    assert (fact.amount_minor, fact.unpaid_minor, fact.reason) == (5_000_000, 3_000_000, "SUBSIDY_CAP")
    assert (fact.used_minor, fact.cap_minor, fact.period) == (CAP, CAP, "2026")
    assert refusal(stage.ask(CLAIMANT, a_claim(1, "third"))) == ("SUBSIDY_CAP", "SP-LG")
    assert claimed(stage, 8_000_000, "second", OTHER).amount_minor == 8_000_000


def test_only_what_has_come_is_paid_not_what_is_promised() -> None:
    stage = open_one(fund_minor=100)
    stage.given(SPONSOR, PledgeSubsidy(programme_id="SP-LG", amount_minor=900))
    fact = claimed(stage, 150, "first")
    assert (fact.amount_minor, fact.unpaid_minor, fact.reason) == (100, 50, "SUBSIDY_FUND_SHORT")
    assert refusal(stage.ask(CLAIMANT, a_claim(50, "second"))) == ("SUBSIDY_FUND_SHORT", "SP-LG")
    (more,) = stage.ask(BANK, funding(1_000, "IN-2"))
    assert isinstance(more, SubsidyFunded)
    assert (more.amount_minor, more.pledged_minor) == (1_000, 900)
    assert claimed(stage, 50, "second").reason == ""


def test_a_new_window_has_a_new_cap() -> None:
    stage = open_one(window="month")
    claimed(stage, CAP, "November")
    assert refusal(stage.ask(CLAIMANT, a_claim(1, "more")))[0] == "SUBSIDY_CAP"
    stage.later(30 * DAY)
    assert claimed(stage, CAP, "December").period == "2026-12"


@pytest.mark.parametrize(
    ("window", "period"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("year", "2026")]
)
def test_windows_are_those_of_the_calendar(window: Any, period: str) -> None:
    assert period_of(window, a_settlement().at) == period


def test_what_a_market_does_not_pay_counts_as_if_it_had_not_been_claimed() -> None:
    stage = open_one(fund_minor=CAP)
    fact = claimed(stage, CAP, "first")
    (back,) = stage.ask(
        EXCHANGE, ReturnSubsidy(claim_id=fact.claim_id, reason="BALANCE_TOO_LARGE", detail="Full.")
    )
    assert isinstance(back, SubsidyReturned)
    assert (back.amount_minor, back.period, back.reason) == (CAP, "2026", "BALANCE_TOO_LARGE")
    assert claimed(stage, CAP, "first").used_minor == CAP
    again = ReturnSubsidy(claim_id=fact.claim_id, reason="", detail="")
    assert refusal(stage.ask(EXCHANGE, again))[0] == "CLAIM_NOT_OPEN"


def test_a_claim_is_answered_once() -> None:
    stage = open_one()
    settle = SettleSubsidy(claim_id=claimed(stage, 5, "first").claim_id)
    stage.given(EXCHANGE, settle)
    assert stage.state.subsidies.claims == {}
    assert refusal(stage.ask(EXCHANGE, settle))[0] == "CLAIM_NOT_OPEN"


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (OPERATOR, a_programme(), "PROGRAMME_EXISTS"),
        (OPERATOR, a_programme(programme_id="SP-2", sponsor_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, a_programme(programme_id="SP-2", currency="ZZZ"), "CURRENCY_UNKNOWN"),
        (SELLER, a_programme(programme_id="SP-2"), "ROLE_MISSING"),
        (SELLER, AdmitToSubsidy(programme_id="SP-LG", participant_id=SELLER), "ROLE_MISSING"),
        (OPERATOR, AdmitToSubsidy(programme_id="SP-LG", participant_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, AdmitToSubsidy(programme_id="SP-9", participant_id=SELLER), "PROGRAMME_UNKNOWN"),
        (SELLER, PledgeSubsidy(programme_id="SP-LG", amount_minor=1), "NOT_PERMITTED"),
        (SPONSOR, PledgeSubsidy(programme_id="SP-9", amount_minor=1), "PROGRAMME_UNKNOWN"),
        (BANK, funding(1), "REFERENCE_TAKEN"),
        (SPONSOR, funding(1, "IN-2"), "ROLE_MISSING"),
        (
            BANK,
            ConfirmSubsidyFunding(programme_id="SP-9", amount_minor=1, reference="IN-2"),
            "PROGRAMME_UNKNOWN",
        ),
        (BUYER, a_claim(1), "SUBSIDY_NOT_ADMITTED"),
        ("NOBODY", a_claim(1), "PARTICIPANT_UNKNOWN"),
        (CLAIMANT, a_claim(1, programme_id="SP-9"), "PROGRAMME_UNKNOWN"),
        (CLAIMANT, a_claim(1, "claimed before"), "SUBSIDY_CLAIMED"),
        (OPERATOR, SettleSubsidy(claim_id="SC-0.1.0"), "NOT_PERMITTED"),
        (OPERATOR, ReturnSubsidy(claim_id="SC-0.1.0", reason="", detail=""), "NOT_PERMITTED"),
    ],
)
def test_what_is_refused_of_subsidies(actor: str, command: Any, reason: str) -> None:
    stage = open_one()
    claimed(stage, 1, "claimed before")
    assert refusal(stage.ask(actor, command))[0] == reason


def test_a_programme_holds_no_more_than_fits() -> None:
    stage = open_one()
    stage.state.subsidies.programmes["SP-LG"].fund_minor = FUND_MAX
    assert refusal(stage.ask(BANK, funding(1, "IN-2")))[0] == "AMOUNT_UNFIT"
    assert (
        refusal(stage.ask(SPONSOR, PledgeSubsidy(programme_id="SP-LG", amount_minor=1)))[0] == "AMOUNT_UNFIT"
    )


def test_the_state_is_the_same_read_from_the_journal_or_from_a_snapshot() -> None:
    stage = open_one()
    claimed(stage, 7, "first")
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
