"""The scenarios that the settlement is measured by, to the cent. Source: scenarios.md SC-02, SC-10; settlement.md 6."""

from exchange.market.facts import PayoutExecuted
from exchange.market.fx.facts import FxExecuted, FxSettled
from exchange.settlement.payouts.commands import ConfirmPayment, OpenPayoutRun, ReleasePayout
from exchange.settlement.payouts.facts import PayoutProposed
from exchange.settlement.shares.commands import ReportRevenue
from exchange.settlement.shares.facts import RevenueShareReported
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    GOVERNANCE,
    HOLDERS,
    LICENSEE,
    OPERATOR,
    SELLER,
    a_conversion,
    a_quote,
    an_agreement,
)


def paid_out(bourse: Bourse, currency: str = "CNY", value_date: str = "2026-11-02") -> list[PayoutProposed]:
    """Everything that is owed in a currency is netted, released by two and paid."""
    before = len(bourse.facts(PayoutProposed))
    bourse.ask(OPERATOR, OpenPayoutRun(currency=currency, value_date=value_date))
    sets: list[PayoutProposed] = bourse.facts(PayoutProposed)[before:]
    for each in sets:
        for person in (OPERATOR, GOVERNANCE):
            bourse.ask(person, ReleasePayout(set_id=each.net.set_id, digest=each.digest))
        bourse.ask(BANK, ConfirmPayment(set_id=each.net.set_id, reference=f"PAY-{each.net.set_id}"))
    return sets


def test_sc_02_one_month_of_p_07_from_yen_to_the_sellers_bank() -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, 250_000, "JPY")
    (quote,) = bourse.ask(BANK, a_quote(expires_at=bourse.rooms.at + 3_600_000_000))
    bourse.ask(BUYER, a_conversion(quote.quote_id))  # type: ignore[attr-defined]
    assert bourse.books() == {"JPY": {}, "CNY": {(1010, BANK): 1_200_000, (2010, BUYER): 1_200_000}}
    trade_id = bourse.bought()
    assert bourse.books()["CNY"] == {(1010, BANK): 1_200_000, (2100, trade_id): 1_200_000}
    bourse.accepted(trade_id)
    assert bourse.books()["CNY"] == {
        (1010, BANK): 1_200_000,
        (2200, SELLER): 1_170_000,
        (4010, "operator"): 28_302,
        (2300, "CN-6"): 1_698,
    }
    paid_out(bourse)
    (paid,) = bourse.facts(PayoutExecuted)
    assert (paid.participant_id, paid.amount_minor) == (SELLER, 1_170_000)
    assert bourse.books() == {
        "JPY": {},
        "CNY": {(1010, BANK): 30_000, (4010, "operator"): 28_302, (2300, "CN-6"): 1_698},
    }


def test_both_sides_of_an_exchange_stand_in_one_outcome_with_the_rate() -> None:
    bourse = Bourse()
    bourse.deposited(BUYER, 250_000, "JPY")
    (quote,) = bourse.ask(BANK, a_quote(expires_at=bourse.rooms.at + 3_600_000_000))
    bourse.ask(BUYER, a_conversion(quote.quote_id))  # type: ignore[attr-defined]
    sides = [
        each for each in bourse.rooms.journals["market"] if isinstance(each.fact, FxExecuted | FxSettled)
    ]
    assert [(type(each.fact), each.meta.index, each.meta.last) for each in sides] == [
        (FxExecuted, 0, 1),
        (FxSettled, 1, 1),
    ]
    (executed,) = bourse.facts(FxExecuted)
    assert (executed.rate, executed.source, executed.bought_minor) == ("0.0480", "desk", 1_200_000)


def royalty() -> Bourse:
    """The guarantee of P-23 is paid, and a share of what was reported since."""
    bourse = Bourse()
    bourse.deposited(LICENSEE, 10_000_000, "USD")
    bourse.ask(OPERATOR, an_agreement())
    held = bourse.books()["USD"]
    assert [held[2220, name] for name in HOLDERS] == [250_000, 150_000, 100_000]
    bourse.ask(LICENSEE, ReportRevenue(agreement_id="RA-P-23", period="2026-10", revenue_minor=6_432_150))
    return bourse


def test_sc_10_the_royalty_of_p_23() -> None:
    bourse = royalty()
    (report,) = bourse.facts(RevenueShareReported)
    assert (report.earned_minor, report.recouped_minor, report.amount_minor) == (
        1_929_645,
        500_000,
        1_429_645,
    )
    assert [each.amount_minor for each in report.parts] == [714_823, 428_893, 285_929]
    held = bourse.books()["USD"]
    assert [held[2220, name] for name in HOLDERS] == [964_823, 578_893, 385_929]
    assert held[2010, LICENSEE] == 10_000_000 - 1_929_645
    sets = paid_out(bourse, "USD")
    assert {each.net.participant_id: each.net.share_minor for each in sets} == dict(
        zip(HOLDERS, (964_823, 578_893, 385_929), strict=True)
    )
    assert bourse.books()["USD"] == {(1010, BANK): 8_070_355, (2010, LICENSEE): 8_070_355}
