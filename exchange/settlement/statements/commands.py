"""What may be asked about bank accounts and their statements."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bank_numbers import BicOrNone, HolderOrNone
from exchange.kernel.bases import Command, Digest, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.time import Day

AccountId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*\Z")
]
"""An IBAN, or whatever a bank calls an account."""
StatementId = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
StandingMinor = Annotated[int, msgspec.Meta(ge=-(10**18), le=10**18)]
"""What an account holds, in minor units; negative where the bank is owed."""
Direction: TypeAlias = Literal["credit", "debit"]
"""Whether an account gains or loses."""
LINES_MAX = 200


class StatementLine(Value, frozen=True):
    """One movement on a bank account.

    Units: `amount_minor` of the account's currency. Shape: `grounds` is why a payment came back, if the bank says so.
    """

    reference: Line
    amount_minor: AmountMinor
    direction: Direction
    value_date: Day
    grounds: Annotated[str, msgspec.Meta(max_length=100)] = ""


class OpenBankAccount(Command, frozen=True):
    """An operator names the account in which a custodian bank keeps one currency.

    Units: minor units of `currency`. Shape: `holder` and `bic` are what payment files name as whoever pays.
    """

    account_id: AccountId
    bank_id: ParticipantId
    currency: CurrencyCode
    balance_minor: StandingMinor = 0
    holder: HolderOrNone = ""
    bic: BicOrNone = ""


class ExpectMovement(Command, frozen=True):
    """Expect a movement on a bank's next statement, since it has said so. Sent by a policy.

    Units: `amount_minor` of `currency`.
    """

    bank_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    direction: Direction
    reference: Id


class ImportStatement(Command, frozen=True):
    """Hold what a bank says of an account against what is expected.

    Units: minor units of `currency`. Shape: `digest` is that of the file, so that it books once; a `statement` goes
    on where the one before it ended, and its lines lead from one balance to the other; an `advice` comes before one,
    and has no balances. One with more lines than fit comes in parts, with a balance between them.
    """

    account_id: AccountId
    statement_id: StatementId
    currency: CurrencyCode
    digest: Digest
    lines: Annotated[tuple[StatementLine, ...], msgspec.Meta(max_length=LINES_MAX)]
    kind: Literal["statement", "advice"] = "statement"
    opening_minor: StandingMinor | None = None
    closing_minor: StandingMinor | None = None


COMMANDS: tuple[type[Command], ...] = (OpenBankAccount, ExpectMovement, ImportStatement)
