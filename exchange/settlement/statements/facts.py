"""What happened on bank accounts."""

from typing import Literal

from exchange.kernel.bases import Count, Digest, Fact, Line, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Day, Instant


class BankAccountOpened(Fact, frozen=True):
    """A custodian bank keeps a currency in this account. Units: minor units of `currency`."""

    account_id: Line
    bank_id: ParticipantId
    currency: Line
    balance_minor: int
    holder: Line = ""
    bic: Line = ""


class MovementExpected(Fact, frozen=True):
    """A movement should stand on a bank's next statement.

    Units: `amount_minor` of `currency`. Shape: `account_id` None where no account of the bank is named for it.
    """

    account_id: Line | None
    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    direction: Literal["credit", "debit"]
    reference: Id


class ExpectationMet(Fact, frozen=True):
    """What was to be expected stood on a statement before: it was that line which brought it about.

    Units: `amount_minor` of `currency`.
    """

    account_id: Line
    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    direction: Literal["credit", "debit"]
    reference: Id


class StatementImported(Fact, frozen=True):
    """A bank's statement or advice was taken in, and each of its lines matched or set aside.

    Units: minor units of `currency`. Shape: an advice has no balances.
    """

    account_id: Line
    statement_id: Line
    currency: Line
    digest: Digest
    kind: Literal["statement", "advice"]
    opening_minor: int | None
    closing_minor: int | None
    matched: Count
    set_aside: Count


class LineMatched(Fact, frozen=True):
    """A line is what was expected, what an advice had said before, or a net set that it says is paid or came back.

    Units: `amount_minor` of `currency`. Shape: `known_as` is the reference under which it was expected, where
    the bank's is another one.
    """

    account_id: Line
    statement_id: Line
    kind: Literal["statement", "advice"]
    line: Count
    against: Literal["expected", "advised", "payout"]
    currency: Line
    amount_minor: BalanceMinor
    direction: Literal["credit", "debit"]
    reference: Line
    value_date: Day
    known_as: Line = ""


class LineSetAside(Fact, frozen=True):
    """Nothing is known of a line: its amount stands in suspense. Units: `amount_minor` of `currency`."""

    line_id: Id
    account_id: Line
    statement_id: Line
    kind: Literal["statement", "advice"]
    line: Count
    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    direction: Literal["credit", "debit"]
    reference: Line
    value_date: Day


class SuspenseOverdue(Fact, frozen=True):
    """A line has stood in suspense for more than a day: somebody has to look. Units: `amount_minor` of `currency`."""

    line_id: Id
    account_id: Line
    statement_id: Line
    line: Count
    currency: Line
    amount_minor: BalanceMinor
    reference: Line
    since: Instant


class SuspenseCleared(Fact, frozen=True):
    """It is known what a line in suspense was: the bank has said so, or operators.

    Units: `amount_minor` of `currency`. Shape: cleared by `participant`, it is that one's deposit; by `returned`, the
    bank sends it back.
    """

    line_id: Id
    account_id: Line
    statement_id: Line
    line: Count
    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    direction: Literal["credit", "debit"]
    reference: Line
    by: Literal["expected", "provider_cost", "operator_equity", "participant", "returned"]
    grounds: Text = ""


FACTS: tuple[type[Fact], ...] = (
    BankAccountOpened,
    MovementExpected,
    ExpectationMet,
    StatementImported,
    LineMatched,
    LineSetAside,
    SuspenseOverdue,
    SuspenseCleared,
)
