"""Settlement through the doors: currencies exchanged, payouts released and paid, statements, revenue shared."""

from collections.abc import Sequence

from exchange.sdk.door import SETTLEMENT, Door
from exchange.settlement.fx.commands import ConvertFx, QuoteFx, WithdrawFxQuote
from exchange.settlement.fx.facts import FxAsked, FxQuoted, FxQuoteEnded
from exchange.settlement.payees.commands import NamePayee
from exchange.settlement.payees.facts import PayeeNamed
from exchange.settlement.payouts.commands import (
    ConfirmPayment,
    FailPayment,
    OpenPayoutRun,
    RejectPayout,
    ReleasePayout,
    ReturnPayment,
    SetReleaseLimit,
)
from exchange.settlement.payouts.facts import (
    PaymentReturned,
    PayoutApproved,
    PayoutPaid,
    PayoutProposed,
    PayoutReversed,
    ReleaseLimitProposed,
    ReleaseLimitSet,
)
from exchange.settlement.shares.commands import AgreeRevenueShare, ReportRevenue
from exchange.settlement.shares.facts import RevenueShareAgreed, RevenueShareReported
from exchange.settlement.statements.commands import ImportStatement, OpenBankAccount
from exchange.settlement.statements.facts import BankAccountOpened, StatementImported, SuspenseCleared
from exchange.settlement.suspense.commands import CreditSuspense, ResolveSuspense, ReturnSuspense
from exchange.settlement.suspense.facts import SuspenseCredited, SuspenseProposed
from streams.deadline import DEADLINE_S, Deadline


class SettlingParty(Door):
    """Has cash of several currencies, and may owe a part of its revenue. Units: amounts are minor units."""

    async def convert_fx(
        self,
        quote: FxQuoted,
        market_id: str,
        amount_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> FxAsked:
        """Exchange cash of a purse in a market at a bank's quote; it is exchanged when this returns."""
        command = ConvertFx(
            quote_id=quote.quote_id,
            market_id=market_id,
            sell_currency=quote.sell_currency,
            buy_currency=quote.buy_currency,
            amount_minor=amount_minor,
        )
        return await self._fact(FxAsked, "settlement", SETTLEMENT, command, id, deadline_s)

    async def name_payee(
        self,
        currency: str,
        holder: str,
        account_number: str,
        bic: str,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PayeeNamed:
        """Say to which bank account one is paid a currency, from the next run on."""
        command = NamePayee(
            participant_id=self.participant_id,
            currency=currency,
            holder=holder,
            account_number=account_number,
            bic=bic,
        )
        return await self._fact(PayeeNamed, "settlement", SETTLEMENT, command, id, deadline_s)

    async def report_revenue(
        self,
        agreement_id: str,
        period: str,
        revenue_minor: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RevenueShareReported:
        """Report the net revenue of a period; what is due of it is paid when this returns."""
        command = ReportRevenue(agreement_id=agreement_id, period=period, revenue_minor=revenue_minor)
        return await self._fact(RevenueShareReported, "settlement", SETTLEMENT, command, id, deadline_s)


class SettlingBank(Door):
    """Exchanges currencies, pays, and says what its accounts hold. Units: amounts are minor units."""

    async def quote_fx(
        self, quote: QuoteFx, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> FxQuoted:
        """Offer to exchange two currencies at a rate."""
        return await self._fact(FxQuoted, "settlement", SETTLEMENT, quote, id, deadline_s)

    async def withdraw_fx_quote(
        self, quote_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> FxQuoteEnded:
        """Take a quote back."""
        command = WithdrawFxQuote(quote_id=quote_id)
        return await self._fact(FxQuoteEnded, "settlement", SETTLEMENT, command, id, deadline_s)

    async def confirm_payment(
        self, set_id: str, reference: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutPaid:
        """A released net set was paid; the market that held it has it in its books when this returns."""
        command = ConfirmPayment(set_id=set_id, reference=reference)
        return await self._fact(PayoutPaid, "settlement", SETTLEMENT, command, id, deadline_s)

    async def fail_payment(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutReversed:
        """A released net set could not be paid: the whole of it is undone."""
        command = FailPayment(set_id=set_id, grounds=grounds)
        return await self._fact(PayoutReversed, "settlement", SETTLEMENT, command, id, deadline_s)

    async def return_payment(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PaymentReturned:
        """A payment came back after it had been confirmed: the market owes the whole set again."""
        command = ReturnPayment(set_id=set_id, grounds=grounds)
        return await self._fact(PaymentReturned, "settlement", SETTLEMENT, command, id, deadline_s)

    async def import_statement(
        self, statement: ImportStatement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StatementImported:
        """Say what an account holds, line by line."""
        return await self._fact(StatementImported, "settlement", SETTLEMENT, statement, id, deadline_s)


class SettlingOperator(Door):
    """Lets money go, and holds what banks say against the books. Units: amounts are minor units."""

    async def set_release_limit(
        self, currency: str, limit_minor: int, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ReleaseLimitSet | ReleaseLimitProposed:
        """Say up to which amount one person alone releases a payout; above it takes two, and so does raising it."""
        command = SetReleaseLimit(currency=currency, limit_minor=limit_minor)
        answer = await self._settled("settlement", SETTLEMENT, command, id, Deadline(deadline_s))
        return next(each for each in answer.facts if isinstance(each, ReleaseLimitSet | ReleaseLimitProposed))

    async def run_payouts(
        self, currency: str, value_date: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> Sequence[PayoutProposed]:
        """Net all that is owed in a currency, for a value date; the sets that wait to be released.

        Shape: of a market that owes more than a hundred participants the first hundred; the table `payouts` has all.
        """
        command, deadline = OpenPayoutRun(currency=currency, value_date=value_date), Deadline(deadline_s)
        await self._client.watch_all(deadline)
        answer = (await self._ask("settlement", SETTLEMENT, command, id, deadline)).or_raise()
        consequences = await self._client.settle(answer, deadline)
        self._saw(consequences)
        facts = (fact for each in consequences for fact in each.or_raise().facts)
        return tuple(fact for fact in facts if isinstance(fact, PayoutProposed))

    async def release_payout(
        self, set_id: str, digest: bytes, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutApproved:
        """Let a net set be paid, by naming its digest."""
        command = ReleasePayout(set_id=set_id, digest=digest)
        return await self._fact(PayoutApproved, "settlement", SETTLEMENT, command, id, deadline_s)

    async def reject_payout(
        self, set_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayoutReversed:
        """Do not let a net set be paid: the whole of it is undone."""
        command = RejectPayout(set_id=set_id, grounds=grounds)
        return await self._fact(PayoutReversed, "settlement", SETTLEMENT, command, id, deadline_s)

    async def open_bank_account(
        self, account: OpenBankAccount, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> BankAccountOpened:
        """Name the account in which a custodian bank keeps a currency."""
        return await self._fact(BankAccountOpened, "settlement", SETTLEMENT, account, id, deadline_s)

    async def import_statement(
        self, statement: ImportStatement, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> StatementImported:
        """Hold what a bank says of an account against what is expected."""
        return await self._fact(StatementImported, "settlement", SETTLEMENT, statement, id, deadline_s)

    async def resolve_suspense(
        self, resolution: ResolveSuspense, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCleared | SuspenseProposed:
        """Say what a movement in suspense was; above the limit a second person has to say the same."""
        answer = await self._settled("settlement", SETTLEMENT, resolution, id, Deadline(deadline_s))
        return next(each for each in answer.facts if isinstance(each, SuspenseCleared | SuspenseProposed))

    async def credit_suspense(
        self, credit: CreditSuspense, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCredited | SuspenseProposed:
        """Say whose a movement in suspense is; above the limit a second person has to say the same.

        Raises: Refusal too where the market does not take it; then it stays in suspense.
        """
        answer = await self._settled("settlement", SETTLEMENT, credit, id, Deadline(deadline_s))
        return next(each for each in answer.facts if isinstance(each, SuspenseCredited | SuspenseProposed))

    async def return_suspense(
        self, line_id: str, grounds: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SuspenseCleared | SuspenseProposed:
        """Have a movement in suspense sent back; above the limit a second person has to want it too."""
        command = ReturnSuspense(line_id=line_id, grounds=grounds)
        answer = await self._settled("settlement", SETTLEMENT, command, id, Deadline(deadline_s))
        return next(each for each in answer.facts if isinstance(each, SuspenseCleared | SuspenseProposed))

    async def name_payee(
        self, payee: NamePayee, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PayeeNamed:
        """Say for a participant to which bank account it is paid a currency, from the next run on."""
        return await self._fact(PayeeNamed, "settlement", SETTLEMENT, payee, id, deadline_s)

    async def agree_revenue_share(
        self, agreement: AgreeRevenueShare, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> RevenueShareAgreed:
        """Record that a licensee shares its revenue; its guarantee is paid when this returns."""
        return await self._fact(RevenueShareAgreed, "settlement", SETTLEMENT, agreement, id, deadline_s)
