"""What is in bank files, as plain values. Units: amounts in minor units of the currency beside them."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bank_numbers import BicOrNone
from exchange.kernel.bases import Digest, Value
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.time import Day, Instant

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=35)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=140)]
Direction: TypeAlias = Literal["credit", "debit"]


class StatementLine(Value, frozen=True):
    """One movement that a bank booked.

    Shape: `reference` is the payer's (end to end) where there is one, else the bank's; `bank_reference` is the bank's
    own for its entry. A reversal has the direction in which the account really moved; `returned_for` is why a payment
    came back, where the bank says that this is one which did.
    """

    reference: str
    amount_minor: int
    direction: Direction
    value_date: Day
    bank_reference: str = ""
    end_to_end_id: str = ""
    instruction_id: str = ""
    party: str = ""
    remittance: str = ""
    reversal: bool = False
    returned_for: str = ""


class BankStatement(Value, frozen=True):
    """What a bank says of one account.

    Shape: a `statement` (camt.053) has balances that its lines lead between; an `advice` (camt.054) has none.
    `digest` is the SHA-256 of the file, by which one that is read twice is known. `not_booked` counts pending entries,
    which are no lines yet.
    """

    kind: Literal["statement", "advice"]
    message_id: str
    statement_id: str
    account_id: str
    currency: str
    digest: Digest
    lines: tuple[StatementLine, ...]
    opening_minor: int | None = None
    closing_minor: int | None = None
    not_booked: int = 0


class BankAccount(Value, frozen=True):
    """Where money is: an IBAN or a bank's own number, whose it is, and the BIC of its bank, empty if not known."""

    holder: Name
    account_id: Annotated[str, msgspec.Meta(min_length=1, max_length=34)]
    bic: BicOrNone


class Payment(Value, frozen=True):
    """One credit transfer. Shape: `end_to_end_id` comes back on the statement."""

    end_to_end_id: Short
    creditor: BankAccount
    amount_minor: AmountMinor
    remittance: Annotated[str, msgspec.Meta(max_length=140)] = ""


class PaymentSet(Value, frozen=True):
    """Payments of one currency and value date out of one account. Units: minor units of `currency`."""

    set_id: Short
    created_at: Instant
    value_date: Day
    currency: CurrencyCode
    debtor: BankAccount
    payments: Annotated[tuple[Payment, ...], msgspec.Meta(max_length=10_000)]
