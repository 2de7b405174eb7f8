"""Rules: what each line of a statement is: expected, said before, a net set that was paid or came back, or unknown."""

from collections.abc import Iterator, Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.settlement.payouts.coming_back import returned
from exchange.settlement.payouts.facts import PayoutPaid
from exchange.settlement.payouts.releasing import paid_by
from exchange.settlement.payouts.state import Paid, Payout, may_come_back, released
from exchange.settlement.state import Settlement
from exchange.settlement.statements.commands import ImportStatement, StatementLine
from exchange.settlement.statements.facts import LineMatched, LineSetAside
from exchange.settlement.statements.state import BankAccount, movement


def told_apart(
    settlement: Settlement, account: BankAccount, command: ImportStatement, cause: Cause
) -> Iterator[Fact]:
    """Each line, and what follows from it: every movement is used once."""
    telling = _Telling(settlement, account, command, cause)
    for number, line in enumerate(command.lines):
        yield from telling.tell(number, line)


class _Telling:
    """Lines told apart one after the other. Shape: what earlier ones of the statement used is used up."""

    def __init__(
        self, settlement: Settlement, account: BankAccount, command: ImportStatement, cause: Cause
    ) -> None:
        self._payouts = settlement.payouts
        self._account, self._command, self._cause = account, command, cause
        self._expected, self._advised = dict(account.expected), dict(account.advised)
        self._paid: dict[str, PayoutPaid] = {}
        self._back: set[str] = set()

    def tell(self, number: int, line: StatementLine) -> Sequence[Fact]:
        """What a line is."""
        name = movement(line.reference, line.direction, line.amount_minor)
        if self._command.kind == "statement" and self._advised.get(name, 0):
            self._advised[name] -= 1
            return (self._matched(number, line, "advised"),)
        for known_as in self._names(line):
            expected = movement(known_as, line.direction, line.amount_minor)
            if self._expected.get(expected, 0):
                self._expected[expected] -= 1
                return (self._matched(number, line, "expected", known_as),)
        said = self._paid_out(line) if line.direction == "debit" else self._came_back(line)
        return (self._matched(number, line, "payout"), *said) if said else (self._set_aside(number, line),)

    def _names(self, line: StatementLine) -> Iterator[str]:
        """The references a line may be expected under: of a set paid by hand, that which its bank gave then."""
        yield line.reference
        paid = self._payouts.paid.get(line.reference)
        if paid is not None and line.direction == "debit":
            yield paid.reference

    def _paid_out(self, line: StatementLine) -> Sequence[Fact]:
        payout = self._payouts.open.get(line.reference)
        if payout is None or line.reference in self._paid or not self._fits(payout, line):
            return ()
        paid = paid_by(payout, self._account.bank_id, line.reference)
        self._paid[line.reference] = paid
        return (paid,)

    def _came_back(self, line: StatementLine) -> Sequence[Fact]:
        """A set that was paid before; or that was not known to be, where the bank says that it came back."""
        if line.reference in self._back:
            return ()
        paid = self._paid.get(line.reference) or self._payouts.paid.get(line.reference)
        first: Sequence[Fact] = ()
        if paid is None and line.grounds:
            first = self._paid_out(line)
            paid = self._paid.get(line.reference)
        if paid is None or not self._is_of(paid, line):
            return ()
        self._back.add(line.reference)
        return (*first, returned(paid, line.grounds or "Its bank sent it back."))

    def _fits(self, payout: Payout, line: StatementLine) -> bool:
        """Whether a released set is paid by a movement: whole, in its currency, by the bank that was told to."""
        bank_id = self._account.bank_id
        return (
            released(payout)
            and (payout.net.currency, payout.net.amount_minor) == (self._account.currency, line.amount_minor)
            and payout.bank_id in ("", bank_id)
            and line.reference not in self._payouts.references.get(bank_id, ())
        )

    def _is_of(self, paid: Paid | PayoutPaid, line: StatementLine) -> bool:
        moved = (self._account.bank_id, self._account.currency, line.amount_minor)
        if (paid.bank_id, paid.currency, paid.amount_minor) != moved:
            return False
        return isinstance(paid, PayoutPaid) or may_come_back(paid, self._cause.at)

    def _matched(
        self,
        number: int,
        line: StatementLine,
        against: Literal["expected", "advised", "payout"],
        known_as: str = "",
    ) -> LineMatched:
        return LineMatched(
            account_id=self._account.account_id,
            statement_id=self._command.statement_id,
            kind=self._command.kind,
            line=number,
            against=against,
            currency=self._account.currency,
            amount_minor=line.amount_minor,
            direction=line.direction,
            reference=line.reference,
            value_date=line.value_date,
            known_as="" if known_as == line.reference else known_as,
        )

    def _set_aside(self, number: int, line: StatementLine) -> LineSetAside:
        return LineSetAside(
            line_id=derived_id("BL", self._cause.partition, self._cause.offset, number),
            account_id=self._account.account_id,
            statement_id=self._command.statement_id,
            kind=self._command.kind,
            line=number,
            bank_id=self._account.bank_id,
            currency=self._account.currency,
            amount_minor=line.amount_minor,
            direction=line.direction,
            reference=line.reference,
            value_date=line.value_date,
        )
