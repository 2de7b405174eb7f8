"""What happened to movements in suspense that operators took care of."""

from exchange.kernel.bases import Count, Fact, Line, Names, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor


class SuspenseProposed(Fact, frozen=True):
    """One person would credit a line in suspense, book it, or send it back: a second one has to want the same.

    Shape: with neither a participant nor what to book it to, it is to be sent back.
    """

    line_id: Id
    account_id: Line
    statement_id: Line
    line: Count
    by_id: ParticipantId
    participant_id: Line = ""
    market_id: Line = ""
    book_to: Line = ""


class SuspenseCredited(Fact, frozen=True):
    """A line in suspense is a participant's money: its market is to put it into its purse.

    Units: `amount_minor` of `currency`. Shape: it is deposited under `reference`, and leaves suspense once it is.
    """

    line_id: Id
    account_id: Line
    statement_id: Line
    line: Count
    bank_id: ParticipantId
    participant_id: ParticipantId
    market_id: Line
    currency: Line
    amount_minor: BalanceMinor
    reference: Id
    by_ids: Names
    grounds: Text


class SuspenseKept(Fact, frozen=True):
    """A market did not credit a line, for this reason: it stays in suspense."""

    line_id: Id
    account_id: Line
    statement_id: Line
    line: Count
    reason: Line
    detail: Text


FACTS: tuple[type[Fact], ...] = (SuspenseProposed, SuspenseCredited, SuspenseKept)
