"""Movements of which nobody knew anything: credited to whom they belong to, or sent back, by as many as it takes."""

from typing import Any

import pytest

from exchange.settlement.payouts.commands import SetReleaseLimit
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ExpectMovement
from exchange.settlement.statements.facts import (
    LineMatched,
    MovementExpected,
    StatementImported,
    SuspenseCleared,
    SuspenseOverdue,
)
from exchange.settlement.suspense.commands import (
    CreditSuspense,
    KeepSuspense,
    ResolveSuspense,
    ReturnSuspense,
)
from exchange.settlement.suspense.facts import SuspenseCredited, SuspenseKept, SuspenseProposed
from tests.support.stage import Stage, refusal
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    EXCHANGE,
    GOVERNANCE,
    MARKET,
    OPERATOR,
    OTHER,
    a_line,
    a_settlement,
    a_statement,
    an_account,
    an_advice,
)


def waiting(line: Any = None, limit_minor: int | None = None) -> tuple[Stage[Settlement], str]:
    """A line in suspense, and its name."""
    stage = a_settlement()
    stage.given(OPERATOR, an_account())
    if limit_minor is not None:
        stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=limit_minor))
    stage.given(BANK, a_statement(line or a_line("D-7", 700)))
    (line_id,) = stage.state.banking.suspense
    return stage, line_id


def a_credit(line_id: str, who: str = BUYER, grounds: str = "Its letter says so.") -> CreditSuspense:
    return CreditSuspense(line_id=line_id, participant_id=who, market_id=MARKET, grounds=grounds)


def a_return(line_id: str, grounds: str = "Sent in error.") -> ReturnSuspense:
    return ReturnSuspense(line_id=line_id, grounds=grounds)


def deposited(reference: str = "D-7", amount_minor: int = 700) -> ExpectMovement:
    return ExpectMovement(
        bank_id=BANK, currency="CNY", amount_minor=amount_minor, direction="credit", reference=reference
    )


def test_above_the_limit_two_persons_want_the_same() -> None:
    stage, line_id = waiting(limit_minor=699)
    (proposed,) = stage.ask(OPERATOR, a_credit(line_id))
    assert isinstance(proposed, SuspenseProposed)
    assert (proposed.by_id, proposed.participant_id) == (OPERATOR, BUYER)
    assert refusal(stage.ask(OPERATOR, a_credit(line_id))) == ("RELEASED_BY_SAME", line_id)
    (credited,) = stage.ask(GOVERNANCE, a_credit(line_id))
    assert isinstance(credited, SuspenseCredited)
    assert (credited.by_ids, credited.reference) == ((OPERATOR, GOVERNANCE), "D-7")


def test_up_to_the_limit_one_person_is_enough() -> None:
    stage, line_id = waiting(limit_minor=700)
    (credited,) = stage.ask(OPERATOR, a_credit(line_id))
    assert isinstance(credited, SuspenseCredited)
    assert credited.by_ids == (OPERATOR,)


def test_another_wish_takes_the_place_of_the_first() -> None:
    stage, line_id = waiting()
    stage.given(OPERATOR, a_credit(line_id))
    assert isinstance(stage.ask(GOVERNANCE, a_credit(line_id, OTHER))[0], SuspenseProposed)
    assert isinstance(stage.ask(OPERATOR, a_return(line_id))[0], SuspenseProposed)
    cleared, _ = stage.ask(GOVERNANCE, a_return(line_id))
    assert isinstance(cleared, SuspenseCleared)


@pytest.mark.parametrize("book_to", ["provider_cost", "operator_equity"])
def test_what_was_the_exchanges_own_is_booked_up_to_the_limit_by_one(book_to: Any) -> None:
    stage, line_id = waiting(limit_minor=700)
    book = ResolveSuspense(line_id=line_id, book_to=book_to, grounds="So the bank says.")
    assert refusal(stage.ask(BANK, book))[0] == "ROLE_MISSING"
    mute = ResolveSuspense(line_id=line_id, book_to=book_to, grounds=" ")
    assert refusal(stage.ask(OPERATOR, mute))[0] == "GROUNDS_MISSING"
    (cleared,) = stage.ask(OPERATOR, book)
    assert isinstance(cleared, SuspenseCleared)
    assert cleared.by == book_to
    assert refusal(stage.ask(OPERATOR, book))[0] == "SUSPENSE_UNKNOWN"


@pytest.mark.parametrize("limit_minor", [None, 699])
def test_above_the_limit_two_persons_book_it_to_the_same(limit_minor: int | None) -> None:
    stage, line_id = waiting(limit_minor=limit_minor)
    equity = ResolveSuspense(line_id=line_id, book_to="operator_equity", grounds="Ours.")
    cost = ResolveSuspense(line_id=line_id, book_to="provider_cost", grounds="A charge.")
    (proposed,) = stage.ask(OPERATOR, equity)
    assert isinstance(proposed, SuspenseProposed)
    assert (proposed.by_id, proposed.participant_id, proposed.book_to) == (OPERATOR, "", "operator_equity")
    assert refusal(stage.ask(OPERATOR, equity)) == ("RELEASED_BY_SAME", line_id)
    for another in (cost, a_return(line_id), a_credit(line_id), equity):
        assert isinstance(stage.ask(GOVERNANCE, another)[0], SuspenseProposed)
    (cleared,) = stage.ask(OPERATOR, equity)
    assert isinstance(cleared, SuspenseCleared)
    assert cleared.by == "operator_equity"
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_is_credited_leaves_suspense_once_it_is_in_the_purse() -> None:
    stage, line_id = waiting(limit_minor=700)
    stage.given(OPERATOR, a_credit(line_id))
    assert line_id in stage.state.banking.suspense
    for command in (a_credit(line_id, OTHER), a_return(line_id)):
        assert refusal(stage.ask(GOVERNANCE, command)) == ("SUSPENSE_CREDITING", line_id)
    book = ResolveSuspense(line_id=line_id, book_to="operator_equity", grounds="Ours.")
    assert refusal(stage.ask(GOVERNANCE, book)) == ("SUSPENSE_CREDITING", line_id)
    (cleared,) = stage.ask(EXCHANGE, deposited())
    assert isinstance(cleared, SuspenseCleared)
    assert (cleared.by, cleared.grounds) == ("participant", "Its letter says so.")
    assert stage.state.banking.suspense == {}
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


@pytest.mark.parametrize("reference", ["", "RE 7/11 DATA", "发票 7", "NOTPROVIDED"])
def test_what_is_no_name_is_deposited_as_its_line(reference: str) -> None:
    stage, line_id = waiting(a_line(reference, 700), limit_minor=700)
    (credited,) = stage.ask(OPERATOR, a_credit(line_id))
    assert isinstance(credited, SuspenseCredited)
    assert credited.reference == line_id
    (cleared,) = stage.ask(EXCHANGE, deposited(line_id))
    assert isinstance(cleared, SuspenseCleared)
    assert cleared.by == "participant"


def test_what_a_market_does_not_credit_stays_and_may_be_asked_for_again() -> None:
    stage, line_id = waiting(limit_minor=700)
    stage.given(OPERATOR, a_credit(line_id))
    kept = KeepSuspense(line_id=line_id, reason="REFERENCE_TAKEN", detail="D-7 was confirmed before.")
    assert isinstance(stage.ask(EXCHANGE, kept)[0], SuspenseKept)
    (again,) = stage.ask(OPERATOR, a_credit(line_id))
    assert isinstance(again, SuspenseCredited)
    assert again.reference == line_id
    assert refusal(stage.ask(OPERATOR, kept))[0] == "NOT_PERMITTED"
    stage.given(EXCHANGE, deposited(line_id))
    assert refusal(stage.ask(EXCHANGE, kept))[0] == "SUSPENSE_UNKNOWN"


def test_what_is_sent_back_is_expected_on_a_statement() -> None:
    stage, line_id = waiting(limit_minor=700)
    cleared, expected = stage.ask(OPERATOR, a_return(line_id))
    assert isinstance(cleared, SuspenseCleared)
    assert cleared.by == "returned"
    assert isinstance(expected, MovementExpected)
    assert (expected.direction, expected.amount_minor, expected.reference) == ("debit", 700, line_id)
    imported, matched = stage.ask(BANK, an_advice(a_line(line_id, 700, "debit")))
    assert isinstance(imported, StatementImported)
    assert isinstance(matched, LineMatched)


def test_money_that_left_is_credited_to_nobody_but_may_be_sent_back() -> None:
    stage, line_id = waiting(a_line("?", 700, "debit"), limit_minor=700)
    assert refusal(stage.ask(OPERATOR, a_credit(line_id))) == ("SUSPENSE_DIRECTION", line_id)
    _, expected = stage.ask(OPERATOR, a_return(line_id))
    assert isinstance(expected, MovementExpected)
    assert expected.direction == "credit"


@pytest.mark.parametrize(
    ("actor", "grounds", "who", "reason"),
    [
        (BANK, "It is.", BUYER, "ROLE_MISSING"),
        (BUYER, "It is.", BUYER, "ROLE_MISSING"),
        (OPERATOR, " ", BUYER, "GROUNDS_MISSING"),
        (OPERATOR, "It is.", "NOBODY", "PARTICIPANT_UNKNOWN"),
    ],
)
def test_operators_say_whose_it_is_and_why(actor: str, grounds: str, who: str, reason: str) -> None:
    stage, line_id = waiting()
    assert refusal(stage.ask(actor, a_credit(line_id, who, grounds)))[0] == reason


def test_what_is_not_in_suspense_is_neither_credited_nor_sent_back() -> None:
    stage, _ = waiting()
    for command in (a_credit("BL-9"), a_return("BL-9")):
        assert refusal(stage.ask(OPERATOR, command)) == ("SUSPENSE_UNKNOWN", "BL-9")
    assert refusal(stage.ask(BANK, a_return("BL-9")))[0] == "ROLE_MISSING"


def test_a_line_that_waits_for_a_second_person_is_overdue_like_any_other() -> None:
    stage, line_id = waiting()
    stage.given(OPERATOR, a_credit(line_id))
    stage.later(25 * 3_600_000_000)
    overdue, credited = stage.ask(GOVERNANCE, a_credit(line_id))
    assert isinstance(overdue, SuspenseOverdue)
    assert isinstance(credited, SuspenseCredited)
