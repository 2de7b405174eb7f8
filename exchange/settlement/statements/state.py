"""What is remembered of bank accounts: balances, imports, what is expected, and what is in suspense."""

import msgspec

from exchange.kernel.ids import MarketId, ParticipantId
from exchange.settlement.statements.facts import LineSetAside


class BankAccount(msgspec.Struct):
    """One account.

    Units: `balance_minor` as its last statement closed. Shape: `imports` has each statement's digest by its id;
    `expected`, `advised`, `booked` and `set_aside` count movements, or name their lines, by what `movement` calls them;
    `booked` are those of net sets, which the books will say a moment later.
    """

    account_id: str
    bank_id: ParticipantId
    currency: str
    balance_minor: int
    imports: dict[str, bytes] = msgspec.field(default_factory=dict)
    expected: dict[str, int] = msgspec.field(default_factory=dict)
    advised: dict[str, int] = msgspec.field(default_factory=dict)
    booked: dict[str, int] = msgspec.field(default_factory=dict)
    set_aside: dict[str, list[str]] = msgspec.field(default_factory=dict)
    holder: str = ""
    bic: str = ""


class Wish(msgspec.Struct, frozen=True):
    """What one person would have done with a line in suspense: somebody else has to want the same.

    Shape: with neither a participant nor what to book it to, it is to go back to whoever sent it.
    """

    by_id: ParticipantId
    participant_id: ParticipantId = ""
    market_id: MarketId = ""
    book_to: str = ""


class Suspended(msgspec.Struct):
    """A line in suspense, since when, and whether that was said to be too long.

    Shape: while it is `crediting`, a market is asked to put it into a purse, for these grounds; `kept` is why the last
    one that was asked did not.
    """

    line: LineSetAside
    since: int
    overdue: bool = False
    wish: Wish | None = None
    crediting: bool = False
    kept: str = ""
    grounds: str = ""


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
