"""What a bank's file says of net sets: paid, or come back, without another hand."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.time import DAY
from exchange.settlement.payouts.commands import ConfirmPayment, ReturnPayment
from exchange.settlement.payouts.facts import PaymentReturned, PayoutPaid
from exchange.settlement.payouts.state import RETURNED_WITHIN
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import LINES_MAX, ExpectMovement
from exchange.settlement.statements.facts import (
    ExpectationMet,
    LineMatched,
    LineSetAside,
    MovementExpected,
    StatementImported,
)
from streams.codec import Codec
from streams.limits import BATCH_BYTES_MAX
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import (
    ACCOUNT,
    BANK,
    EXCHANGE,
    OPERATOR,
    OTHER_BANK,
    SELLER,
    a_line,
    a_net_set,
    a_settlement,
    a_statement,
    an_account,
    an_advice,
    proposed,
    released,
)

SET, AMOUNT = a_net_set().set_id, 1_170_000
OUT, BACK = a_line(SET, AMOUNT, "debit"), replace(a_line(SET, AMOUNT), grounds="AC04")


def to_be_paid() -> Stage[Settlement]:
    stage = a_settlement()
    stage.given(OPERATOR, an_account(balance_minor=2 * AMOUNT))
    released(stage)
    return stage


def kinds(facts: Any) -> list[type]:
    return [type(each) for each in facts]


def moved(direction: Any = "debit", reference: str = SET) -> ExpectMovement:
    """What the market's books say of it a moment later."""
    return ExpectMovement(
        bank_id=BANK, currency="CNY", amount_minor=AMOUNT, direction=direction, reference=reference
    )


@pytest.mark.parametrize("told", [an_advice(OUT), a_statement(OUT, opening_minor=2 * AMOUNT)])
def test_a_line_with_a_sets_name_confirms_it(told: Any) -> None:
    stage = to_be_paid()
    imported, matched, paid = stage.ask(OPERATOR, told)
    assert isinstance(imported, StatementImported)
    assert (imported.matched, imported.set_aside) == (1, 0)
    assert isinstance(matched, LineMatched)
    assert matched.against == "payout"
    assert isinstance(paid, PayoutPaid)
    assert (paid.set_id, paid.bank_id, paid.reference) == (SET, BANK, SET)
    assert kinds(stage.ask(EXCHANGE, moved())) == [ExpectationMet]
    assert kinds(stage.ask(EXCHANGE, moved())) == [MovementExpected]
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_an_advice_confirms_and_the_statement_after_it_says_it_again() -> None:
    stage = to_be_paid()
    stage.given(BANK, an_advice(OUT))
    _, again = stage.ask(BANK, a_statement(OUT, opening_minor=2 * AMOUNT))
    assert isinstance(again, LineMatched)
    assert again.against == "advised"


@pytest.mark.parametrize(
    "line",
    [a_line(SET, AMOUNT - 1, "debit"), a_line(SET, AMOUNT), a_line("PS-0.7.9", AMOUNT, "debit")],
    ids=["less", "in", "other"],
)
def test_what_is_not_that_payment_is_set_aside(line: Any) -> None:
    stage = to_be_paid()
    assert kinds(stage.ask(BANK, an_advice(line))) == [StatementImported, LineSetAside]
    assert SET in stage.state.payouts.open


def test_what_is_not_released_is_not_confirmed() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, an_account())
    proposed(stage)
    assert kinds(stage.ask(BANK, an_advice(OUT))) == [StatementImported, LineSetAside]


def test_a_line_of_another_currency_is_not_that_payment() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, an_account(currency="JPY"))
    released(stage)
    assert kinds(stage.ask(BANK, an_advice(OUT, currency="JPY"))) == [StatementImported, LineSetAside]


def test_one_set_is_paid_once_in_one_file() -> None:
    facts = to_be_paid().ask(BANK, an_advice(OUT, OUT))
    assert kinds(facts) == [StatementImported, LineMatched, PayoutPaid, LineSetAside]


def test_what_was_confirmed_by_hand_is_known_by_the_sets_name_too() -> None:
    stage = to_be_paid()
    stage.given(BANK, ConfirmPayment(set_id=SET, reference="PAY-1"))
    stage.given(EXCHANGE, moved(reference="PAY-1"))
    _, matched = stage.ask(BANK, an_advice(OUT))
    assert isinstance(matched, LineMatched)
    assert (matched.against, matched.known_as) == ("expected", "PAY-1")
    assert stage.state.banking.accounts[ACCOUNT].expected == {}


def test_a_payment_that_comes_back_days_later_is_owed_again() -> None:
    stage = to_be_paid()
    stage.given(BANK, an_advice(OUT))
    stage.given(EXCHANGE, moved())
    stage.later(5 * DAY)
    _, matched, back = stage.ask(BANK, an_advice(BACK, statement_id="AD-2"))
    assert isinstance(matched, LineMatched)
    assert isinstance(back, PaymentReturned)
    assert (back.set_id, back.amount_minor, back.reference, back.grounds) == (SET, AMOUNT, SET, "AC04")
    assert kinds(stage.ask(EXCHANGE, moved("credit"))) == [ExpectationMet]
    again = stage.ask(BANK, an_advice(BACK, statement_id="AD-3"))
    assert kinds(again) == [StatementImported, LineSetAside]
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_a_payment_that_is_paid_and_back_in_one_file_is_both() -> None:
    facts = to_be_paid().ask(BANK, an_advice(OUT, BACK))
    assert kinds(facts) == [StatementImported, LineMatched, PayoutPaid, LineMatched, PaymentReturned]


def test_a_return_that_comes_before_its_payment_implies_it() -> None:
    stage = to_be_paid()
    facts = stage.ask(BANK, an_advice(BACK))
    assert kinds(facts) == [StatementImported, LineMatched, PayoutPaid, PaymentReturned]
    assert kinds(stage.ask(EXCHANGE, moved())) == [MovementExpected]
    assert kinds(stage.ask(EXCHANGE, moved("credit"))) == [ExpectationMet]


def test_what_comes_back_less_charges_waits_for_somebody() -> None:
    stage = to_be_paid()
    stage.given(BANK, an_advice(OUT))
    less = a_line(SET, AMOUNT - 2_500)
    assert kinds(stage.ask(BANK, an_advice(less, statement_id="AD-2"))) == [StatementImported, LineSetAside]


def test_what_was_paid_long_ago_does_not_come_back_by_itself() -> None:
    stage = to_be_paid()
    stage.given(BANK, an_advice(OUT))
    stage.later(RETURNED_WITHIN)
    late = stage.ask(BANK, an_advice(BACK, statement_id="AD-2"))
    assert kinds(late) == [StatementImported, LineSetAside]
    assert refusal(stage.ask(BANK, ReturnPayment(set_id=SET, grounds="AC04"))) == ("PAYMENT_UNKNOWN", SET)
    released(stage, a_net_set(5, set_id="PS-0.7.1"))
    stage.given(BANK, ConfirmPayment(set_id="PS-0.7.1", reference="PAY-1"))
    assert list(stage.state.payouts.paid) == ["PS-0.7.1"]


@pytest.mark.parametrize(
    ("actor", "grounds", "reason"),
    [
        (BANK, " ", "GROUNDS_MISSING"),
        (OPERATOR, "AC04", "ROLE_MISSING"),
        (SELLER, "AC04", "ROLE_MISSING"),
        (OTHER_BANK, "AC04", "PAYMENT_UNKNOWN"),
    ],
)
def test_the_bank_that_paid_says_that_it_came_back(actor: str, grounds: str, reason: str) -> None:
    stage = to_be_paid()
    stage.given(BANK, ConfirmPayment(set_id=SET, reference="PAY-1"))
    assert refusal(stage.ask(actor, ReturnPayment(set_id=SET, grounds=grounds)))[0] == reason
    (back,) = stage.ask(BANK, ReturnPayment(set_id=SET, grounds="AC04"))
    assert isinstance(back, PaymentReturned)


def test_a_file_of_sets_that_all_come_back_fits_an_outcome() -> None:
    stage = a_settlement()
    stage.given(OPERATOR, an_account())
    nets = [a_net_set(5, set_id=f"PS-0.99999999.{number:05}") for number in range(LINES_MAX)]
    lines = [replace(a_line(released(stage, net), 5), grounds="x" * 100) for net in nets]
    facts = stage.ask(BANK, an_advice(*lines))
    assert len(facts) == 1 + 3 * LINES_MAX
    outcome = tuple(stage.journal[-len(facts) :])
    written = Codec("settlement").encode_outcome(outcome)
    longest_names = 3 * LINES_MAX * 2 * 70
    assert sum(len(each) + 70 for each in written) + longest_names <= BATCH_BYTES_MAX
