"""Runs, net sets, and who lets them be paid."""

from typing import Any

import pytest

from exchange.kernel.net_set import digest_of
from exchange.settlement.payouts.commands import (
    ConfirmPayment,
    FailPayment,
    OpenPayoutRun,
    ProposePayout,
    RejectPayout,
    ReleasePayout,
    SetReleaseLimit,
)
from exchange.settlement.payouts.facts import (
    PayoutApproved,
    PayoutPaid,
    PayoutReleased,
    PayoutReversed,
    ReleaseLimitProposed,
    ReleaseLimitSet,
)
from exchange.settlement.state import Settlement
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    GOVERNANCE,
    OPERATOR,
    OTHER_BANK,
    SELLER,
    a_net_set,
    a_settlement,
    proposed,
)

SET = a_net_set().set_id
DIGEST = digest_of(a_net_set())
RELEASE = ReleasePayout(set_id=SET, digest=DIGEST)
PAY = ConfirmPayment(set_id=SET, reference="PAY-1")
FAIL = FailPayment(set_id=SET, grounds="The account is closed.")
REJECT = RejectPayout(set_id=SET, grounds="The seller is looked at.")


def a_run(currency: str = "CNY", value_date: str = "2026-11-03") -> OpenPayoutRun:
    return OpenPayoutRun(currency=currency, value_date=value_date)


def waiting(limit_minor: int | None = None) -> Stage[Settlement]:
    stage = a_settlement()
    if limit_minor is not None:
        stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=limit_minor))
    proposed(stage)
    return stage


def released() -> Stage[Settlement]:
    stage = waiting(limit_minor=1_170_000)
    stage.given(OPERATOR, RELEASE)
    return stage


def test_a_limit_is_lowered_by_one_person_and_raised_by_two() -> None:
    stage = a_settlement()

    def limit(minor: int, currency: str = "CNY") -> SetReleaseLimit:
        return SetReleaseLimit(currency=currency, limit_minor=minor)

    for minor in (500, 400, 400, 0, 0):
        (lowered,) = stage.ask(OPERATOR, limit(minor))
        assert isinstance(lowered, ReleaseLimitSet)
    (proposed,) = stage.ask(OPERATOR, limit(600))
    assert isinstance(proposed, ReleaseLimitProposed)
    assert (proposed.currency, proposed.limit_minor, proposed.by_id) == ("CNY", 600, OPERATOR)
    assert stage.state.payouts.limits == {"CNY": 0}
    assert refusal(stage.ask(OPERATOR, limit(600))) == ("RELEASED_BY_SAME", "CNY")
    assert isinstance(stage.ask(GOVERNANCE, limit(601))[0], ReleaseLimitProposed)
    assert isinstance(stage.ask(OPERATOR, limit(600))[0], ReleaseLimitProposed)
    assert isinstance(stage.ask(GOVERNANCE, limit(600))[0], ReleaseLimitSet)
    assert stage.state.payouts.limits == {"CNY": 600}
    assert isinstance(stage.ask(GOVERNANCE, limit(9, "JPY"))[0], ReleaseLimitSet)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_one_proposed_is_gone_once_a_limit_was_set() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=5))
    stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=9))
    stage.given(GOVERNANCE, SetReleaseLimit(currency="CNY", limit_minor=4))
    (again,) = stage.ask(GOVERNANCE, SetReleaseLimit(currency="CNY", limit_minor=9))
    assert isinstance(again, ReleaseLimitProposed)


def test_there_is_one_run_for_a_currency_and_a_value_date() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, a_run(), a_run("JPY"), a_run(value_date="2026-11-04"))
    assert refusal(stage.ask(GOVERNANCE, a_run()))[0] == "RUN_EXISTS"


@pytest.mark.parametrize(
    ("actor", "run", "reason"),
    [
        (BANK, a_run(), "ROLE_MISSING"),
        ("NOBODY", a_run(), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, a_run("QQQ"), "CURRENCY_UNKNOWN"),
        (OPERATOR, a_run(value_date="2026-11-01"), "VALUE_DATE_UNFIT"),
        (OPERATOR, a_run(value_date="2026-11-31"), "VALUE_DATE_UNFIT"),
    ],
)
def test_a_run_that_cannot_be_is_refused(actor: str, run: OpenPayoutRun, reason: str) -> None:
    assert refusal(a_settlement().ask(actor, run))[0] == reason


@pytest.mark.parametrize(("limit_minor", "needed"), [(None, 2), (1_169_999, 2), (1_170_000, 1)])
def test_above_the_limit_it_takes_two(limit_minor: int | None, needed: int) -> None:
    stage = waiting(limit_minor)
    assert stage.state.payouts.open[SET].releases_needed == needed
    facts = stage.ask(OPERATOR, RELEASE)
    assert [type(fact) for fact in facts] == [PayoutApproved, PayoutReleased][: 3 - needed]


def test_a_limit_is_that_of_its_currency() -> None:
    stage = a_settlement()
    stage.given(GOVERNANCE, SetReleaseLimit(currency="JPY", limit_minor=10**9))
    assert proposed(stage).releases_needed == 2


def test_two_persons_release_what_one_may_not() -> None:
    stage = waiting()
    stage.given(OPERATOR, RELEASE)
    assert refusal(stage.ask(OPERATOR, RELEASE)) == ("RELEASED_BY_SAME", SET)
    _, let_go = stage.ask(GOVERNANCE, RELEASE)
    assert isinstance(let_go, PayoutReleased)
    assert (let_go.by_ids, let_go.digest) == ((OPERATOR, GOVERNANCE), DIGEST)
    assert refusal(stage.ask(GOVERNANCE, RELEASE)) == ("PAYOUT_RELEASED", SET)


def test_what_is_released_is_what_was_seen() -> None:
    other = ReleasePayout(set_id=SET, digest=digest_of(a_net_set(1_170_001)))
    assert refusal(waiting().ask(OPERATOR, other)) == ("NET_SET_DIFFERS", SET)


def test_the_bank_pays_what_is_released_and_nothing_else() -> None:
    stage = waiting()
    for facts in (stage.ask(BANK, PAY), stage.ask(BANK, FAIL)):
        assert refusal(facts) == ("PAYOUT_NOT_RELEASED", SET)
    stage.given(OPERATOR, RELEASE)
    assert refusal(stage.ask(BANK, PAY)) == ("PAYOUT_NOT_RELEASED", SET)
    stage.given(GOVERNANCE, RELEASE)
    (paid,) = stage.ask(BANK, PAY)
    assert isinstance(paid, PayoutPaid)
    assert (paid.participant_id, paid.amount_minor, paid.bank_id) == (SELLER, 1_170_000, BANK)
    for facts in (stage.ask(BANK, PAY), stage.ask(BANK, FAIL), stage.ask(OPERATOR, REJECT)):
        assert refusal(facts) == ("PAYOUT_UNKNOWN", SET)


def test_a_payment_that_fails_undoes_its_set() -> None:
    stage = released()
    (undone,) = stage.ask(BANK, FAIL)
    assert undone == PayoutReversed(set_id=SET, partition=0, cause="failed", grounds="The account is closed.")
    assert stage.state.payouts.open == {}


def test_a_set_is_rejected_before_it_is_released() -> None:
    stage = waiting()
    stage.given(OPERATOR, RELEASE)
    (undone,) = stage.ask(GOVERNANCE, REJECT)
    assert isinstance(undone, PayoutReversed)
    assert undone.cause == "rejected"
    assert refusal(released().ask(OPERATOR, REJECT)) == ("PAYOUT_RELEASED", SET)


@pytest.mark.parametrize(
    ("stage", "actor", "command"),
    [
        (released, BANK, FailPayment(set_id=SET, grounds=" ")),
        (waiting, OPERATOR, RejectPayout(set_id=SET, grounds="")),
    ],
)
def test_whoever_undoes_a_set_says_why(stage: Any, actor: str, command: Any) -> None:
    assert refusal(stage().ask(actor, command)) == ("GROUNDS_MISSING", SET)


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (BUYER, RELEASE, "ROLE_MISSING"),
        (BANK, RELEASE, "ROLE_MISSING"),
        (SELLER, REJECT, "ROLE_MISSING"),
        (OPERATOR, PAY, "ROLE_MISSING"),
        (OPERATOR, FAIL, "ROLE_MISSING"),
        (BANK, SetReleaseLimit(currency="CNY", limit_minor=0), "ROLE_MISSING"),
        (OPERATOR, SetReleaseLimit(currency="QQQ", limit_minor=0), "CURRENCY_UNKNOWN"),
        (OPERATOR, ProposePayout(net=a_net_set()), "NOT_PERMITTED"),
    ],
)
def test_everybody_does_what_is_theirs(actor: str, command: Any, reason: str) -> None:
    assert refusal(waiting().ask(actor, command))[0] == reason


def test_a_reference_of_a_bank_names_one_payment() -> None:
    stage = released()
    stage.given(BANK, PAY)
    proposed(stage, a_net_set(5, set_id="PS-0.7.1"))
    stage.given(OPERATOR, ReleasePayout(set_id="PS-0.7.1", digest=digest_of(a_net_set(5, set_id="PS-0.7.1"))))
    again = ConfirmPayment(set_id="PS-0.7.1", reference="PAY-1")
    assert refusal(stage.ask(BANK, again)) == ("REFERENCE_TAKEN", "PAY-1")
    stage.given(OTHER_BANK, again)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
