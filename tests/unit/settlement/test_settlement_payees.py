"""Where participants are paid to: who says it, and from when on it counts."""

from typing import Any

import pytest

from exchange.kernel.net_set import digest_of
from exchange.settlement.commands import KnowStanding
from exchange.settlement.payees.facts import PayeeNamed
from exchange.settlement.payees.state import KEPT
from exchange.settlement.payouts.commands import OpenPayoutRun, ReleasePayout
from exchange.settlement.state import Settlement
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    EXCHANGE,
    GOVERNANCE,
    IBAN,
    OPERATOR,
    SELLER,
    a_net_set,
    a_payee,
    a_settlement,
    proposed,
)

OTHER_NUMBER = "6222000100008888"


def a_run(stage: Stage[Settlement], value_date: str = "2026-11-03") -> str:
    (opened,) = stage.ask(OPERATOR, OpenPayoutRun(currency="CNY", value_date=value_date))
    run_id: str = opened.run_id  # type: ignore[attr-defined]
    return run_id


@pytest.mark.parametrize("actor", [SELLER, OPERATOR, GOVERNANCE])
def test_a_participant_says_where_it_is_paid_and_so_may_an_operator(actor: str) -> None:
    (named,) = a_settlement().ask(actor, a_payee())
    assert isinstance(named, PayeeNamed)
    assert (named.participant_id, named.account_number, named.before_id) == (SELLER, IBAN, "")


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (BUYER, {}, "ROLE_MISSING"),
        (BANK, {}, "ROLE_MISSING"),
        ("NOBODY", {}, "PARTICIPANT_UNKNOWN"),
        (OPERATOR, {"participant_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
        (SELLER, {"currency": "QQQ"}, "CURRENCY_UNKNOWN"),
        (SELLER, {"account_number": "DE89370400440532013001"}, "ACCOUNT_WRONG"),
    ],
)
def test_what_cannot_be_named_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    assert refusal(a_settlement().ask(actor, a_payee(**changed)))[0] == reason


def test_a_wrong_number_is_told_by_its_ends() -> None:
    (refused,) = a_settlement().ask(SELLER, a_payee("DE89370400440532013001"))
    assert "DE89…3001" in refused.detail  # type: ignore[attr-defined]
    assert "70400440532" not in refused.detail  # type: ignore[attr-defined]


def test_a_suspended_participant_changes_nothing() -> None:
    stage = a_settlement()
    stage.given(EXCHANGE, KnowStanding(participant_id=SELLER, active=False))
    assert refusal(stage.ask(SELLER, a_payee()))[0] == "PARTICIPANT_SUSPENDED"


def test_the_same_account_is_named_once() -> None:
    stage = a_settlement()
    stage.given(SELLER, a_payee(), a_payee(OTHER_NUMBER))
    assert refusal(stage.ask(OPERATOR, a_payee(OTHER_NUMBER))) == ("PAYEE_UNCHANGED", SELLER)
    (again,) = stage.ask(SELLER, a_payee())
    assert isinstance(again, PayeeNamed)
    assert again.before_id != ""


def test_a_set_names_where_it_goes_and_so_does_what_is_signed() -> None:
    stage = a_settlement()
    (named,) = stage.ask(SELLER, a_payee())
    payout = proposed(stage)
    assert payout.net.payee_id == named.payee_id  # type: ignore[attr-defined]
    assert payout.digest == digest_of(payout.net) != digest_of(a_net_set())
    unseen = ReleasePayout(set_id=payout.net.set_id, digest=digest_of(a_net_set()))
    assert refusal(stage.ask(OPERATOR, unseen)) == ("NET_SET_DIFFERS", payout.net.set_id)


def test_a_changed_account_counts_from_the_next_run_on() -> None:
    stage = a_settlement()
    stage.given(SELLER, a_payee())
    first = a_run(stage)
    stage.given(SELLER, a_payee(OTHER_NUMBER))
    second = a_run(stage, "2026-11-04")
    before = proposed(stage, a_net_set(run_id=first))
    after = proposed(stage, a_net_set(run_id=second, set_id="PS-0.7.1"))
    numbers = [stage.state.payouts.open[each.net.set_id].payee for each in (before, after)]
    assert [each and each.account_number for each in numbers] == [IBAN, OTHER_NUMBER]
    stage.given(SELLER, a_payee())
    assert stage.state.payouts.open["PS-0.7.1"].payee == numbers[1]


def test_an_account_named_after_a_run_was_opened_is_not_used_in_it() -> None:
    stage = a_settlement()
    run_id = a_run(stage)
    stage.given(SELLER, a_payee())
    assert proposed(stage, a_net_set(run_id=run_id)).net.payee_id == ""


def test_an_account_is_that_of_its_currency() -> None:
    stage = a_settlement()
    stage.given(SELLER, a_payee(currency="JPY"))
    assert proposed(stage).net.payee_id == ""


def test_accounts_of_long_ago_are_forgotten() -> None:
    stage = a_settlement()
    for number in range(KEPT + 3):
        stage.given(SELLER, a_payee(f"622200010000{number:04}"))
    (named,) = stage.state.payees.named.values()
    assert [each.number for each in named] == list(range(3, KEPT + 3))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
