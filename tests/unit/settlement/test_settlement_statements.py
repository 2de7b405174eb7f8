"""What a bank's statement says, held against what is known."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.time import DAY, HOUR
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import LINES_MAX, ExpectMovement
from exchange.settlement.statements.facts import (
    LineMatched,
    LineSetAside,
    MovementExpected,
    StatementImported,
    SuspenseCleared,
    SuspenseOverdue,
)
from streams.limits import BATCH_BYTES_MAX
from tests.support.stage import Stage, refusal, size_bytes
from tests.unit.settlement.stage import (
    ACCOUNT,
    BANK,
    BUYER,
    EXCHANGE,
    OPERATOR,
    OTHER_BANK,
    a_line,
    a_settlement,
    a_statement,
    an_account,
)


def an_expectation(reference: str = "D-1", amount_minor: int = 1_000, **changed: Any) -> ExpectMovement:
    values: dict[str, Any] = {"bank_id": BANK, "currency": "CNY", "direction": "credit"}
    return ExpectMovement(reference=reference, amount_minor=amount_minor, **(values | changed))


def an_account_kept(*expected: ExpectMovement) -> Stage[Settlement]:
    stage = a_settlement()
    stage.given(OPERATOR, an_account())
    stage.given(EXCHANGE, *expected)
    return stage


def suspended(stage: Stage[Settlement]) -> list[str]:
    return list(stage.state.banking.suspense)


def test_what_was_expected_is_matched_and_what_was_not_is_set_aside() -> None:
    stage = an_account_kept(an_expectation(), an_expectation("PAY-1", 400, direction="debit"))
    imported, first, second, third = stage.ask(
        BANK, a_statement(a_line(), a_line("PAY-1", 400, "debit"), a_line("what", 7))
    )
    assert isinstance(imported, StatementImported)
    assert (imported.matched, imported.set_aside, imported.closing_minor) == (2, 1, 607)
    assert [type(each) for each in (first, second, third)] == [LineMatched, LineMatched, LineSetAside]
    assert stage.state.banking.accounts[ACCOUNT].balance_minor == 607
    assert stage.state.banking.accounts[ACCOUNT].expected == {}


@pytest.mark.parametrize(
    "line", [a_line("D-2"), a_line("D-1", 999), a_line("D-1", 1_000, "debit")], ids=["other", "less", "out"]
)
def test_a_movement_is_its_reference_its_amount_and_its_direction(line: Any) -> None:
    stage = an_account_kept(an_expectation())
    _, fact = stage.ask(BANK, a_statement(line, opening_minor=0))
    assert isinstance(fact, LineSetAside)


def test_every_expectation_is_used_once() -> None:
    stage = an_account_kept(an_expectation())
    _, first, second = stage.ask(BANK, a_statement(a_line(), a_line()))
    assert [type(first), type(second)] == [LineMatched, LineSetAside]


def test_a_statement_imported_twice_books_once() -> None:
    stage = an_account_kept()
    stage.given(BANK, a_statement(a_line()))
    before = stage.state.banking.accounts[ACCOUNT].balance_minor
    assert refusal(stage.ask(OPERATOR, a_statement(a_line()))) == ("STATEMENT_REPEATED", "ST-1")
    other = a_statement(a_line(amount_minor=5), digest=b"\x02" * 32)
    assert refusal(stage.ask(BANK, other)) == ("STATEMENT_CONFLICT", "ST-1")
    assert stage.state.banking.accounts[ACCOUNT].balance_minor == before
    assert len(suspended(stage)) == 1


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"account_id": "XX-1"}, "ACCOUNT_UNKNOWN"),
        ({"currency": "USD"}, "CURRENCY_DIFFERS"),
        ({"closing_minor": 1_001}, "STATEMENT_UNBALANCED"),
        ({"closing_minor": None}, "STATEMENT_UNBALANCED"),
        ({"opening_minor": 5, "closing_minor": 1_005}, "STATEMENT_GAP"),
        ({"kind": "advice"}, "STATEMENT_UNBALANCED"),
    ],
)
def test_a_statement_that_does_not_fit_changes_nothing(changed: dict[str, Any], reason: str) -> None:
    stage = an_account_kept()
    statement = replace(a_statement(a_line()), **changed)
    assert refusal(stage.ask(BANK, statement))[0] == reason
    assert stage.state.banking.accounts[ACCOUNT].imports == {}


@pytest.mark.parametrize(
    ("actor", "reason"),
    [("NOBODY", "PARTICIPANT_UNKNOWN"), (BUYER, "ROLE_MISSING"), (OTHER_BANK, "ACCOUNT_NOT_OWN")],
)
def test_a_bank_speaks_for_its_own_accounts(actor: str, reason: str) -> None:
    assert refusal(an_account_kept().ask(actor, a_statement(a_line())))[0] == reason


def test_statements_go_on_where_the_last_one_ended() -> None:
    stage = an_account_kept()
    stage.given(BANK, a_statement(a_line()), a_statement(opening_minor=1_000, statement_id="ST-2"))
    assert stage.state.banking.accounts[ACCOUNT].balance_minor == 1_000


def test_an_advice_says_a_movement_before_the_statement_does_and_it_books_once() -> None:
    stage = an_account_kept(an_expectation())
    lines = (a_line(), a_line("?", 5))
    advice = replace(
        a_statement(*lines, kind="advice", statement_id="AD-1"), opening_minor=None, closing_minor=None
    )
    _, matched, unknown = stage.ask(BANK, advice)
    assert [type(matched), type(unknown)] == [LineMatched, LineSetAside]
    _, *again = stage.ask(BANK, a_statement(*lines))
    assert [each.against for each in again if isinstance(each, LineMatched)] == ["advised", "advised"]
    assert len(suspended(stage)) == 1
    assert stage.state.banking.accounts[ACCOUNT].advised == {}


def test_what_comes_to_be_known_leaves_suspense() -> None:
    stage = an_account_kept()
    stage.given(BANK, a_statement(a_line()))
    (cleared,) = stage.ask(EXCHANGE, an_expectation())
    assert isinstance(cleared, SuspenseCleared)
    assert (cleared.by, cleared.amount_minor) == ("expected", 1_000)
    assert suspended(stage) == []
    stage.later(2 * DAY)
    assert [type(fact) for fact in stage.ask(EXCHANGE, an_expectation())] == [MovementExpected]


def test_suspense_older_than_a_day_is_said_once() -> None:
    stage = an_account_kept()
    stage.given(BANK, a_statement(a_line("?", 7)))
    since = stage.at
    stage.later(DAY - HOUR)
    assert [type(fact) for fact in stage.ask(EXCHANGE, an_expectation())] == [MovementExpected]
    stage.later(HOUR)
    overdue, _ = stage.ask(EXCHANGE, an_expectation())
    assert isinstance(overdue, SuspenseOverdue)
    assert (overdue.reference, overdue.amount_minor, overdue.since) == ("?", 7, since)
    stage.later(2 * DAY)
    assert len(stage.ask(EXCHANGE, an_expectation())) == 1
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (BANK, {}, "ROLE_MISSING"),
        (OPERATOR, {"currency": "QQQ"}, "CURRENCY_UNKNOWN"),
        (OPERATOR, {"bank_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
        (OPERATOR, {"bank_id": BUYER}, "ROLE_MISSING"),
        (OPERATOR, {"account_id": "OTHER"}, "ACCOUNT_EXISTS"),
        (OPERATOR, {"bank_id": OTHER_BANK}, "ACCOUNT_EXISTS"),
    ],
)
def test_an_account_that_cannot_be_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    assert refusal(an_account_kept().ask(actor, an_account(**changed)))[0] == reason


def test_what_moves_where_no_account_is_named_is_not_waited_for() -> None:
    stage = an_account_kept(an_expectation(currency="USD"))
    assert stage.state.banking.accounts[ACCOUNT].expected == {}
    assert refusal(stage.ask(OPERATOR, an_expectation()))[0] == "NOT_PERMITTED"


def test_the_longest_statement_fits_an_outcome() -> None:
    stage = an_account_kept()
    lines = [a_line("r" * 200, 10**15, "credit") for _ in range(100)]
    lines += [a_line("r" * 200, 10**15, "debit") for _ in range(LINES_MAX - 100)]
    facts = stage.ask(BANK, a_statement(*lines))
    assert len(facts) == LINES_MAX + 1
    assert size_bytes(facts) <= BATCH_BYTES_MAX
