"""From a sale to the bank and back, over all contexts: the books say at each step where the money is."""

import pytest
from msgspec.structs import replace

from exchange.kernel.time import DAY
from exchange.market.facts import DepositConfirmed, PayoutExecuted
from exchange.settlement.files.commands import IssuePaymentFile
from exchange.settlement.payouts.commands import OpenPayoutRun, ReleasePayout, SetReleaseLimit
from exchange.settlement.payouts.facts import PayoutProposed
from exchange.settlement.statements.facts import LineSetAside, StatementImported, SuspenseCleared
from exchange.settlement.suspense.commands import CreditSuspense, ReturnSuspense
from exchange.settlement.suspense.facts import SuspenseKept
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import (
    ACCOUNT,
    BANK,
    BUYER,
    GOVERNANCE,
    MARKET,
    OPERATOR,
    SELLER,
    a_line,
    a_payee,
    a_statement,
    an_account,
    an_advice,
)

NET, GROSS = 1_170_000, 1_200_000


def sold(*expecting: str) -> Bourse:
    """P-07 is sold and accepted; its seller has said where it is paid."""
    bourse = Bourse(*expecting)
    bourse.ask(OPERATOR, an_account())
    bourse.ask(SELLER, a_payee())
    bourse.deposited(BUYER, GROSS, "CNY", "IN-1")
    bourse.sold()
    return bourse


def in_file(bourse: Bourse, value_date: str = "2026-11-03") -> str:
    """A set that the bank is told to pay."""
    before = len(bourse.facts(PayoutProposed))
    bourse.ask(OPERATOR, OpenPayoutRun(currency="CNY", value_date=value_date))
    (payout,) = bourse.facts(PayoutProposed)[before:]
    for person in (OPERATOR, GOVERNANCE):
        bourse.ask(person, ReleasePayout(set_id=payout.net.set_id, digest=payout.digest))
    set_id: str = payout.net.set_id
    bourse.ask(OPERATOR, IssuePaymentFile(account_id=ACCOUNT, set_ids=(set_id,)))
    return set_id


def test_what_the_bank_says_it_paid_is_paid_in_the_market_and_its_statement_closes_with_the_books() -> None:
    bourse = sold()
    set_id = in_file(bourse)
    lines = (a_line("IN-1", GROSS), a_line(set_id, NET, "debit"))
    bourse.ask(BANK, a_statement(*lines))
    (imported,) = bourse.facts(StatementImported)
    assert (imported.matched, imported.set_aside) == (2, 0)
    assert [fact.set_id for fact in bourse.facts(PayoutExecuted)] == [set_id]
    books = bourse.books()["CNY"]
    assert books[1010, BANK] == imported.closing_minor == GROSS - NET
    assert (2200, SELLER) not in books
    account = bourse.settlement.banking.accounts[ACCOUNT]
    assert (account.expected, account.booked, account.advised) == ({}, {}, {})
    assert bourse.rooms.send_again() == []


def test_a_payment_that_comes_back_is_owed_again_and_paid_by_the_next_run() -> None:
    bourse = sold()
    before = bourse.books()
    set_id = in_file(bourse)
    bourse.ask(BANK, a_statement(a_line("IN-1", GROSS), a_line(set_id, NET, "debit")))
    bourse.rooms.at += 4 * DAY
    back = replace(a_line(set_id, NET), grounds="AC04")
    bourse.ask(BANK, an_advice(back))
    assert bourse.books() == before
    assert bourse.purse(SELLER).payable == NET
    bourse.ask(BANK, a_statement(back, opening_minor=GROSS - NET, statement_id="ST-2"))
    assert bourse.facts(LineSetAside) == []
    again = in_file(bourse, "2026-11-07")
    bourse.ask(BANK, an_advice(a_line(again, NET, "debit"), statement_id="AD-2"))
    assert bourse.books()["CNY"] == {(1010, BANK): GROSS - NET, **_earned(bourse)}
    assert bourse.rooms.send_again() == []


def _earned(bourse: Bourse) -> dict[tuple[int, str], int]:
    return {key: held for key, held in bourse.books()["CNY"].items() if key[0] in (4010, 2300)}


def test_a_return_before_the_payment_was_known_leaves_nothing_open() -> None:
    bourse = sold()
    before = bourse.books()
    set_id = in_file(bourse)
    back = replace(a_line(set_id, NET), grounds="AC04")
    bourse.ask(BANK, an_advice(back))
    assert bourse.books() == before
    bourse.ask(BANK, a_statement(a_line("IN-1", GROSS), a_line(set_id, NET, "debit"), back))
    assert bourse.facts(LineSetAside) == []
    account = bourse.settlement.banking.accounts[ACCOUNT]
    assert (account.expected, account.booked, account.advised) == ({}, {}, {})
    assert account.balance_minor == bourse.books()["CNY"][1010, BANK] == GROSS


def in_suspense(bourse: Bourse, reference: str = "RE 7/11") -> str:
    bourse.deposited(BUYER, 600, "CNY", "IN-1")
    bourse.ask(OPERATOR, an_account())
    bourse.ask(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=500))
    bourse.ask(BANK, a_statement(a_line(reference, 700)))
    (line,) = bourse.facts(LineSetAside)
    line_id: str = line.line_id
    return line_id


def a_credit(line_id: str, market_id: str = MARKET) -> CreditSuspense:
    return CreditSuspense(
        line_id=line_id, participant_id=BUYER, market_id=market_id, grounds="Its letter says so."
    )


@pytest.mark.parametrize("reference", ["RE 7/11", "D-7"])
def test_money_in_suspense_becomes_its_owners_deposit(reference: str) -> None:
    bourse = Bourse()
    line_id = in_suspense(bourse, reference)
    bourse.ask(OPERATOR, a_credit(line_id))
    assert bourse.books()["CNY"] == {(1010, BANK): 1_300, (2010, BUYER): 600, (2900, BANK): 700}
    bourse.ask(GOVERNANCE, a_credit(line_id))
    assert bourse.books()["CNY"] == {(1010, BANK): 1_300, (2010, BUYER): 1_300}
    assert [fact.by for fact in bourse.facts(SuspenseCleared)] == ["participant"]
    assert [fact.amount_minor for fact in bourse.facts(DepositConfirmed)] == [600, 700]
    assert bourse.settlement.banking.accounts[ACCOUNT].expected == {}
    assert bourse.rooms.send_again() == []


def test_money_that_a_market_does_not_take_stays_in_suspense() -> None:
    bourse = Bourse("REFERENCE_TAKEN")
    bourse.deposited(BUYER, 400, "CNY", "D-7")
    line_id = in_suspense(bourse, "D-7")
    for person in (OPERATOR, GOVERNANCE):
        bourse.ask(person, a_credit(line_id))
    assert [fact.reason for fact in bourse.facts(SuspenseKept)] == ["REFERENCE_TAKEN"]
    assert bourse.books()["CNY"][2900, BANK] == 700
    for person in (OPERATOR, GOVERNANCE):
        bourse.ask(person, a_credit(line_id))
    assert bourse.books()["CNY"] == {(1010, BANK): 1_700, (2010, BUYER): 1_700}


def test_money_that_is_sent_back_is_nobodys_any_more() -> None:
    bourse = Bourse()
    line_id = in_suspense(bourse)
    for person in (OPERATOR, GOVERNANCE):
        bourse.ask(person, ReturnSuspense(line_id=line_id, grounds="Sent in error."))
    assert bourse.books()["CNY"] == {(1010, BANK): 600, (2010, BUYER): 600}
    bourse.ask(BANK, a_statement(a_line(line_id, 700, "debit"), opening_minor=700, statement_id="ST-2"))
    (_, closed) = bourse.facts(StatementImported)
    assert (closed.matched, closed.closing_minor) == (1, 0)
