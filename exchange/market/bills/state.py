"""What is remembered of bills: those that are open, and what was paid back and is not told of them yet."""

from typing import Final

import msgspec

from exchange.kernel.ids import ParticipantId, TradeId

CREDIT_DAYS: Final = 30
"""How long after acceptance a purchase on credit is to be paid, where nobody has said otherwise."""


class Bill(msgspec.Struct):
    """What is owed for one purchase.

    Units: minor units of `currency`; `back_minor` went back to the buyer's cash and pays for it next.
    """

    trade_id: TradeId
    buyer_id: ParticipantId
    currency: str
    left_minor: int
    due_at: int
    overdue: bool = False
    back_minor: int = 0


class Repayment(msgspec.Struct):
    """Credit that was paid back, as far as no bill says it yet. Shape: in the net set `set_id`, if it was set off."""

    amount_minor: int
    set_id: str = ""


class Undone(msgspec.Struct):
    """What a net set that came back had paid of a bill."""

    trade_id: TradeId
    amount_minor: int
    due_at: int
    set_id: str = ""


class Bills(msgspec.Struct):
    """All of it.

    Shape: `open` by trade; `of`, `days`, `repaid` and `undone` by buyer and currency: bills in the order in which they
    were made, how long there is to pay, and what is to be said of bills next; `by_set` is what net sets paid.
    """

    open: dict[TradeId, Bill] = msgspec.field(default_factory=dict)
    of: dict[str, list[TradeId]] = msgspec.field(default_factory=dict)
    days: dict[str, int] = msgspec.field(default_factory=dict)
    repaid: dict[str, list[Repayment]] = msgspec.field(default_factory=dict)
    undone: dict[str, list[Undone]] = msgspec.field(default_factory=dict)
    by_set: dict[str, list[Undone]] = msgspec.field(default_factory=dict)


def whose(participant_id: ParticipantId, currency: str) -> str:
    """A buyer and a currency as one name."""
    return f"{participant_id} {currency}"


def billed_minor(bills: Bills, name: str) -> int:
    """What of a buyer's credit is on bills, but for what was paid back since. Shape: `name` is by `whose`."""
    said = sum(bills.open[each].left_minor for each in bills.of.get(name, ()))
    undone = sum(each.amount_minor for each in bills.undone.get(name, ()))
    return said + undone - sum(each.amount_minor for each in bills.repaid.get(name, ()))
