"""Which net sets are in a payment file: released, of one currency and value date, and in no other."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.settlement.files.commands import PAYMENTS_MAX, IssuePaymentFile
from exchange.settlement.files.facts import OrderedPayment, PaymentFileIssued
from exchange.settlement.payouts.commands import ConfirmPayment, FailPayment
from exchange.settlement.state import Settlement
from streams.limits import BATCH_BYTES_MAX
from tests.support.stage import Stage, refusal, size_bytes, sound
from tests.unit.settlement.stage import (
    ACCOUNT,
    BANK,
    GOVERNANCE,
    IBAN,
    OPERATOR,
    OTHER_BANK,
    SELLER,
    a_net_set,
    a_payee,
    a_settlement,
    an_account,
    proposed,
    released,
)

SET = a_net_set().set_id


def a_file(*set_ids: str, account_id: str = ACCOUNT) -> IssuePaymentFile:
    return IssuePaymentFile(account_id=account_id, set_ids=set_ids or (SET,))


def to_be_paid(**account: Any) -> Stage[Settlement]:
    """A released set, and the account to pay it from."""
    stage = a_settlement()
    stage.given(OPERATOR, an_account(**account))
    stage.given(SELLER, a_payee())
    released(stage)
    return stage


def test_a_file_says_everything_that_is_written() -> None:
    stage = to_be_paid(holder="Corridor Operator", bic="LGHBCNBJXXX")
    released(stage, a_net_set(5, set_id="PS-0.7.1"))
    (issued,) = stage.ask(GOVERNANCE, a_file(SET, "PS-0.7.1"))
    assert isinstance(issued, PaymentFileIssued)
    assert (issued.bank_id, issued.holder, issued.bic) == (BANK, "Corridor Operator", "LGHBCNBJXXX")
    assert (issued.currency, issued.value_date) == ("CNY", "2026-11-03")
    first, second = issued.payments
    assert first == OrderedPayment(
        set_id=SET,
        participant_id=SELLER,
        amount_minor=1_170_000,
        payee_id=first.payee_id,
        holder="Lingang Data Co., Ltd.",
        account_number=IBAN,
        bic="PUDBCNSH",
    )
    assert (second.set_id, second.amount_minor) == ("PS-0.7.1", 5)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_whoever_pays_is_its_operator_where_the_account_has_no_name() -> None:
    (issued,) = to_be_paid().ask(OPERATOR, a_file())
    assert isinstance(issued, PaymentFileIssued)
    assert (issued.holder, issued.bic) == (OPERATOR, "")


def test_a_set_is_in_one_file() -> None:
    stage = to_be_paid()
    (issued,) = stage.ask(OPERATOR, a_file())
    released(stage, a_net_set(5, set_id="PS-0.7.1"))
    (again,) = stage.ask(OPERATOR, a_file("PS-0.7.1", SET))
    assert refusal((again,)) == ("SET_IN_FILE", SET)
    assert issued.file_id in again.detail  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (BANK, a_file(), "ROLE_MISSING"),
        (OPERATOR, a_file(account_id="XX-1"), "ACCOUNT_UNKNOWN"),
        (OPERATOR, a_file("PS-9"), "PAYOUT_UNKNOWN"),
        (OPERATOR, a_file(SET, SET), "SETS_CONFLICT"),
    ],
)
def test_a_file_that_cannot_be_is_refused(actor: str, command: IssuePaymentFile, reason: str) -> None:
    assert refusal(to_be_paid().ask(actor, command))[0] == reason


@pytest.mark.parametrize(
    ("net", "reason"),
    [
        (a_net_set(5, set_id="PS-0.7.1", value_date="2026-11-04"), "SETS_CONFLICT"),
        (a_net_set(5, set_id="PS-0.7.1", currency="JPY"), "CURRENCY_DIFFERS"),
    ],
)
def test_a_file_has_one_currency_and_one_value_date(net: Any, reason: str) -> None:
    stage = to_be_paid()
    stage.given(SELLER, a_payee(currency="JPY"))
    released(stage, net)
    assert refusal(stage.ask(OPERATOR, a_file(SET, "PS-0.7.1"))) == (reason, "PS-0.7.1")


def test_what_is_not_released_is_not_paid() -> None:
    stage = to_be_paid()
    proposed(stage, a_net_set(5, set_id="PS-0.7.1"))
    assert refusal(stage.ask(OPERATOR, a_file("PS-0.7.1"))) == ("PAYOUT_NOT_RELEASED", "PS-0.7.1")


def test_what_nobody_said_where_to_is_not_paid() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, an_account())
    released(stage)
    stage.given(SELLER, a_payee())
    assert refusal(stage.ask(OPERATOR, a_file())) == ("PAYEE_MISSING", SET)


@pytest.mark.parametrize(
    "word", [ConfirmPayment(set_id=SET, reference="PAY-1"), FailPayment(set_id=SET, grounds="Closed.")]
)
def test_the_bank_that_was_told_to_pay_answers(word: Any) -> None:
    stage = to_be_paid()
    stage.given(OPERATOR, a_file())
    assert refusal(stage.ask(OTHER_BANK, word)) == ("PAYOUT_ELSEWHERE", SET)
    stage.given(BANK, word)


def test_the_longest_file_fits_an_outcome() -> None:
    stage = to_be_paid(holder="公" * 140, bic="LGHBCNBJXXX")
    (issued,) = stage.ask(OPERATOR, a_file())
    assert isinstance(issued, PaymentFileIssued)
    payment = replace(
        issued.payments[0],
        set_id="PS-0.999999999.999999",
        participant_id="S" * 80,
        amount_minor=10**15,
        holder="公" * 140,
        account_number="1" * 34,
        bic="LGHBCNBJXXX",
    )
    longest = replace(issued, payments=(payment,) * PAYMENTS_MAX)
    assert sound(longest)
    assert size_bytes((longest,)) <= BATCH_BYTES_MAX
