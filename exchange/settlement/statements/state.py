"""What is remembered of bank accounts: balances, imports, what is expected, and what is in suspense."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.settlement.statements.facts import LineSetAside


class BankAccount(msgspec.Struct):
    """One account.

    Units: `balance_minor` as its last statement closed. Shape: `imports` has each statement's digest by its id;
    `expected`, `advised` and `set_aside` count movements, or name their lines, by what `movement` calls them.
    """

    account_id: str
    bank_id: ParticipantId
    currency: str
    balance_minor: int
    imports: dict[str, bytes] = msgspec.field(default_factory=dict)
    expected: dict[str, int] = msgspec.field(default_factory=dict)
    advised: dict[str, int] = msgspec.field(default_factory=dict)
    set_aside: dict[str, list[str]] = msgspec.field(default_factory=dict)


class Suspended(msgspec.Struct):
    """A line in suspense, since when, and whether that was said to be too long."""

    line: LineSetAside
    since: int
    overdue: bool = False


class Banking(msgspec.Struct):
    """All accounts, the one of each bank and currency, and lines in suspense."""

    accounts: dict[str, BankAccount] = msgspec.field(default_factory=dict)
    kept_in: dict[str, str] = msgspec.field(default_factory=dict)
    suspense: dict[str, Suspended] = msgspec.field(default_factory=dict)


def movement(reference: str, direction: str, amount_minor: int) -> str:
    """What a movement is told apart by."""
    return f"{direction} {amount_minor} {reference}"


def purpose(bank_id: str, currency: str) -> str:
    """What an account is the only one for."""
    return f"{bank_id} {currency}"
