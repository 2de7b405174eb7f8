"""What goes wrong between the settlement and a market leaves the books as they were, and is undone whole."""

import pytest

from exchange.kernel.time import HOUR
from exchange.market.facts import PayoutExecuted
from exchange.market.fx.facts import FxExecuted
from exchange.settlement.fx.commands import WithdrawFxQuote
from exchange.settlement.fx.facts import FxDealClosed, FxReturned
from exchange.settlement.payouts.commands import (
    ConfirmPayment,
    FailPayment,
    OpenPayoutRun,
    RejectPayout,
    ReleasePayout,
)
from exchange.settlement.payouts.facts import PayoutProposed
from exchange.settlement.shares.commands import ReportRevenue
from exchange.settlement.shares.facts import ShareReturned
from exchange.settlement.statements.facts import StatementImported, SuspenseCleared
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    GOVERNANCE,
    LICENSEE,
    OPERATOR,
    SELLER,
    a_conversion,
    a_line,
    a_quote,
    a_statement,
    an_account,
    an_agreement,
)


def quoted(bourse: Bourse, **changed: object) -> str:
    (fact,) = bourse.ask(BANK, a_quote(expires_at=bourse.rooms.at + HOUR, **changed))
    quote_id: str = fact.quote_id  # type: ignore[attr-defined]
    return quote_id


def run(bourse: Bourse, value_date: str = "2026-11-02") -> list[PayoutProposed]:
    before = len(bourse.facts(PayoutProposed))
    bourse.ask(OPERATOR, OpenPayoutRun(currency="CNY", value_date=value_date))
    return bourse.facts(PayoutProposed)[before:]


def released(bourse: Bourse, payout: PayoutProposed) -> str:
    for person in (OPERATOR, GOVERNANCE):
        bourse.ask(person, ReleasePayout(set_id=payout.net.set_id, digest=payout.digest))
    return payout.net.set_id


def test_a_conversion_without_the_money_is_taken_back() -> None:
    bourse = Bourse("FUNDS_INSUFFICIENT")
    bourse.deposited(BUYER, 249_999, "JPY")
    quote = quoted(bourse, max_minor=250_000)
    bourse.ask(BUYER, a_conversion(quote))
    (returned,) = bourse.facts(FxReturned)
    assert returned.reason == "FUNDS_INSUFFICIENT"
    assert bourse.books() == {"JPY": {(1010, BANK): 249_999, (2010, BUYER): 249_999}}
    assert bourse.settlement.fx.deals[quote].left_minor == 250_000
    bourse.ask(BUYER, a_conversion(quote, 249_999))
    assert bourse.books()["JPY"] == {}


def test_the_residue_of_a_deal_is_the_exchanges_and_clearing_is_empty() -> None:
    bourse = Bourse()
    for number, who in enumerate((BUYER, LICENSEE, BUYER)):
        bourse.deposited(who, 333, "JPY", f"D-{number}")
    quote = quoted(bourse)
    for who in (BUYER, LICENSEE, BUYER):
        bourse.ask(who, a_conversion(quote, 333))
        assert not any(code == 1900 for held in bourse.books().values() for code, _ in held)
    bourse.ask(BANK, WithdrawFxQuote(quote_id=quote))
    (closed,) = bourse.facts(FxDealClosed)
    assert (closed.bought_minor, closed.residual_minor) == (4_795, 1)
    assert bourse.books() == {
        "JPY": {},
        "CNY": {(1010, BANK): 4_795, (2010, BUYER): 3_196, (2010, LICENSEE): 1_598, (5030, "operator"): 1},
    }


def test_policies_that_begin_anew_exchange_and_pay_nothing_twice() -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, 250_000, "JPY")
    bourse.ask(BUYER, a_conversion(quoted(bourse)))
    bourse.sold()
    bourse.ask(BANK, ConfirmPayment(set_id=released(bourse, run(bourse)[0]), reference="PAY-1"))
    before = bourse.books()
    assert bourse.rooms.send_again() == []
    assert bourse.books() == before


@pytest.mark.parametrize("how", ["failed", "rejected"])
def test_a_payment_that_is_not_made_undoes_the_whole_set_with_its_netting(how: str) -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, 1_200_000, "CNY")
    bourse.sold()
    before = bourse.books()
    (payout,) = run(bourse)
    if how == "failed":
        bourse.ask(BANK, FailPayment(set_id=released(bourse, payout), grounds="The account is closed."))
    else:
        bourse.ask(GOVERNANCE, RejectPayout(set_id=payout.net.set_id, grounds="It is looked into."))
    assert bourse.books() == before
    assert bourse.purse(SELLER).payable == 1_170_000
    (again,) = run(bourse, "2026-11-03")
    bourse.ask(BANK, ConfirmPayment(set_id=released(bourse, again), reference="PAY-2"))
    assert [fact.amount_minor for fact in bourse.facts(PayoutExecuted)] == [1_170_000]


def test_a_share_that_is_not_there_is_taken_back_and_reported_again() -> None:
    bourse = Bourse("FUNDS_INSUFFICIENT")
    bourse.ask(OPERATOR, an_agreement(guarantee_minor=0))
    report = ReportRevenue(agreement_id="RA-P-23", period="2026-10", revenue_minor=1_000_000)
    bourse.ask(LICENSEE, report)
    assert [fact.reason for fact in bourse.facts(ShareReturned)] == ["FUNDS_INSUFFICIENT"]
    bourse.deposited(LICENSEE, 300_000, "USD")
    bourse.ask(LICENSEE, report)
    assert bourse.books()["USD"][2010, LICENSEE] == 0
    assert sum(held for (code, _), held in bourse.books()["USD"].items() if code == 2220) == 300_000


def test_a_bank_that_says_it_before_the_statement_or_after_books_once() -> None:
    bourse = Bourse()
    bourse.ask(OPERATOR, an_account())
    bourse.deposited(BUYER, 1_000, "CNY", "D-1")
    bourse.ask(BANK, a_statement(a_line("D-1", 1_000), a_line("D-2", 500)))
    assert bourse.books()["CNY"] == {(1010, BANK): 1_500, (2010, BUYER): 1_000, (2900, BANK): 500}
    bourse.deposited(BUYER, 500, "CNY", "D-2")
    assert len(bourse.facts(SuspenseCleared)) == 1
    assert bourse.books()["CNY"] == {(1010, BANK): 1_500, (2010, BUYER): 1_500}


def test_a_statement_shows_what_was_deposited_exchanged_paid_and_nothing_else() -> None:
    bourse = Bourse()
    bourse.ask(OPERATOR, an_account())
    bourse.deposited(BUYER, 250_000, "JPY")
    bourse.ask(BUYER, a_conversion(quoted(bourse)))
    bourse.sold()
    bourse.ask(BANK, ConfirmPayment(set_id=released(bourse, run(bourse)[0]), reference="PAY-1"))
    (done,) = bourse.facts(FxExecuted)
    lines = (a_line(done.conversion_id, 1_200_000), a_line("PAY-1", 1_170_000, "debit"))
    bourse.ask(BANK, a_statement(*lines))
    (imported,) = bourse.facts(StatementImported)
    assert (imported.matched, imported.set_aside, imported.closing_minor) == (2, 0, 30_000)
    assert bourse.books()["CNY"][1010, BANK] == imported.closing_minor
