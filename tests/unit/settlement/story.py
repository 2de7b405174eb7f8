"""A journal of the settlement to project: every kind of fact that its tables show."""

from itertools import groupby

from exchange.kernel.time import DAY, HOUR
from exchange.settlement.commands import KnowParticipant
from exchange.settlement.files.commands import IssuePaymentFile
from exchange.settlement.fx.commands import CompleteFx, ReturnFx, WithdrawFxQuote
from exchange.settlement.invoices.commands import NoteDispute
from exchange.settlement.invoices.values import SupplyTax
from exchange.settlement.payouts.commands import (
    ConfirmPayment,
    FailPayment,
    OpenPayoutRun,
    ReleasePayout,
    ReturnPayment,
    SetReleaseLimit,
)
from exchange.settlement.shares.commands import ReportRevenue, ReturnShare, SettleShare
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ExpectMovement
from exchange.settlement.subsidies.commands import (
    AdmitToSubsidy,
    ClaimSubsidy,
    ConfirmSubsidyFunding,
    OpenSubsidyProgramme,
    PledgeSubsidy,
    ReturnSubsidy,
    SettleSubsidy,
)
from exchange.settlement.suspense.commands import (
    CreditSuspense,
    KeepSuspense,
    ResolveSuspense,
    ReturnSuspense,
)
from tests.support.stage import Stage
from tests.unit.settlement.invoicing import a_credit, a_response, a_sale, billed
from tests.unit.settlement.stage import (
    ACCOUNT,
    BANK,
    BUYER,
    EXCHANGE,
    GOVERNANCE,
    LICENSEE,
    MARKET,
    OPERATOR,
    SELLER,
    a_line,
    a_net_set,
    a_payee,
    a_settlement,
    a_statement,
    an_account,
    an_advice,
    an_agreement,
    converted,
    proposed,
    quoted,
    released,
)
from tests.unit.views.story import Journal


def settled() -> Journal:
    """Quotes that end either way, payouts paid and failed, a statement with suspense, shares and subsidies.

    Shape: at the end two sales are invoiced, one of them credited and in dispute.
    """
    stage = a_settlement()
    _exchanged(stage)
    _paid(stage)
    _stated(stage)
    _filed(stage)
    _asked_after(stage)
    _shared(stage)
    _subsidised(stage)
    _invoiced(stage)
    outcomes = [tuple(outcome) for _, outcome in groupby(stage.journal, lambda each: each.meta.cause)]
    return Journal("settlement", 0, outcomes, len(stage.journal))


def _exchanged(stage: Stage[Settlement]) -> None:
    quote = quoted(stage)
    done, left = converted(stage, quote), converted(stage, quote, 333)
    stage.given(EXCHANGE, CompleteFx(conversion_id=done.conversion_id))
    stage.given(EXCHANGE, ReturnFx(conversion_id=left.conversion_id, reason="FUNDS_INSUFFICIENT", detail="0"))
    stage.given(BANK, WithdrawFxQuote(quote_id=quote))


def _paid(stage: Stage[Settlement]) -> None:
    stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=1_000))
    stage.given(OPERATOR, SetReleaseLimit(currency="CNY", limit_minor=2_000))
    stage.given(OPERATOR, OpenPayoutRun(currency="CNY", value_date="2026-11-03"))
    for number, amount_minor in enumerate((1_170_000, 900)):
        made = proposed(stage, a_net_set(amount_minor, set_id=f"PS-0.7.{number}"))
        for person in (OPERATOR, GOVERNANCE)[: made.releases_needed]:
            stage.given(person, ReleasePayout(set_id=made.net.set_id, digest=made.digest))
    stage.given(BANK, ConfirmPayment(set_id="PS-0.7.0", reference="PAY-1"))
    stage.given(BANK, FailPayment(set_id="PS-0.7.1", grounds="The account is closed."))


def _stated(stage: Stage[Settlement]) -> None:
    stage.given(OPERATOR, an_account())
    expected = {"bank_id": BANK, "currency": "CNY", "amount_minor": 1_000, "reference": "D-1"}
    stage.given(EXCHANGE, ExpectMovement(direction="credit", **expected))  # type: ignore[arg-type]
    stage.given(BANK, a_statement(a_line(), a_line("?", 7), a_line("fee", 9, "debit")))
    cost = next(name for name, each in stage.state.banking.suspense.items() if each.line.amount_minor == 9)
    stage.given(OPERATOR, ResolveSuspense(line_id=cost, book_to="provider_cost", grounds="A charge."))
    stage.later(DAY + HOUR)


def _subsidised(stage: Stage[Settlement]) -> None:
    programme = {"programme_id": "SP-1"}
    stage.given(
        OPERATOR,
        OpenSubsidyProgramme(
            **programme, sponsor_id=GOVERNANCE, currency="CNY", cap_minor=900, window="year"
        ),
    )
    stage.given(OPERATOR, AdmitToSubsidy(**programme, participant_id=LICENSEE))
    stage.given(GOVERNANCE, PledgeSubsidy(**programme, amount_minor=700))
    stage.given(BANK, ConfirmSubsidyFunding(**programme, amount_minor=800, reference="SP-IN"))
    for reference in ("first", "second"):
        stage.given(
            LICENSEE, ClaimSubsidy(**programme, market_id="M-SH", amount_minor=500, reference=reference)
        )
    paid, back = stage.state.subsidies.claims
    stage.given(EXCHANGE, SettleSubsidy(claim_id=paid))
    stage.given(EXCHANGE, ReturnSubsidy(claim_id=back, reason="BALANCE_TOO_LARGE", detail="0"))


def _filed(stage: Stage[Settlement]) -> None:
    """A file with one set, which the bank pays, and then has back."""
    stage.given(SELLER, a_payee(), a_payee("6222000100008888"))
    set_id = released(stage, a_net_set(500, set_id="PS-0.7.2"))
    stage.given(OPERATOR, IssuePaymentFile(account_id=ACCOUNT, set_ids=(set_id,)))
    stage.given(BANK, an_advice(a_line(set_id, 500, "debit")))
    stage.given(BANK, ReturnPayment(set_id=set_id, grounds="AC04"))


def _asked_after(stage: Stage[Settlement]) -> None:
    """Of what stands in suspense one is sent back, one is credited, and of one a second person is waited for."""
    lines = (a_line("a", 10), a_line("b", 20), a_line("c", 5_000))
    stage.given(BANK, an_advice(*lines, statement_id="AD-2"))
    names = {each.line.reference: name for name, each in stage.state.banking.suspense.items()}
    whose = {"participant_id": BUYER, "market_id": MARKET, "grounds": "Its letter says so."}
    stage.given(OPERATOR, ReturnSuspense(line_id=names["a"], grounds="Sent in error."))
    stage.given(OPERATOR, CreditSuspense(line_id=names["b"], **whose))
    stage.given(EXCHANGE, KeepSuspense(line_id=names["b"], reason="REFERENCE_TAKEN", detail="b"))
    stage.given(OPERATOR, CreditSuspense(line_id=names["c"], **whose))


def _shared(stage: Stage[Settlement]) -> None:
    stage.given(OPERATOR, an_agreement())
    (guarantee,) = stage.state.shares.guarantees
    stage.given(EXCHANGE, SettleShare(claim_id=guarantee))
    stage.given(LICENSEE, ReportRevenue(agreement_id="RA-P-23", period="2026-10", revenue_minor=6_432_150))
    (report,) = stage.state.shares.reports
    stage.given(EXCHANGE, ReturnShare(claim_id=report, reason="FUNDS_INSUFFICIENT", detail="0"))


def _invoiced(stage: Stage[Settlement]) -> None:
    for who, role, place in ((SELLER, "seller", "CN-LG"), (BUYER, "buyer", "JP")):
        stage.given(
            EXCHANGE, KnowParticipant(participant_id=who, roles=(role,), display_name=who, place=place)
        )
    billed(stage, SELLER, at_home=SupplyTax(category="S", rate_bp=600), tax_id="91310000MA1K00000X")
    stage.given(EXCHANGE, a_sale(), a_sale("T-0.11.0", credited_minor=400_000), a_credit(600_000))
    for code, *reasons in (("AB",), ("RE", "QTY")):
        stage.given(BUYER, a_response("2026-SE-CN-02-000001", code, *reasons))
    for state in ("open", "resolved"):
        stage.given(EXCHANGE, NoteDispute(trade_id="T-0.10.0", state=state))
    stage.given(EXCHANGE, a_credit(1, trade_id="T-0.9.0"))
