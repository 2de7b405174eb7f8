"""What happened to bills. What makes one is the purchase's acceptance, in `on_credit`."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant

PaidBy: TypeAlias = Literal["repayment", "cash", "refund"]
"""What pays a bill: credit that was paid back by what came in or was netted, the buyer's cash, or what of the purchase
went back to that."""


class BillPaid(Fact, frozen=True):
    """What a buyer owed for a purchase was paid, all of it or so much.

    Units: minor units of `currency`; `left_minor` is still owed. Shape: by cash or a refund it moves from the buyer's
    cash to its credit; a repayment was moved by the fact that said so, of the net set `set_id` where it was set off.
    """

    trade_id: TradeId
    buyer_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    left_minor: BalanceMinor
    by: PaidBy
    set_id: Line = ""


class BillReopened(Fact, frozen=True):
    """What a net set had paid of a bill is owed again: the set came back.

    Units: minor units of `currency`; `left_minor` is owed in all.
    """

    trade_id: TradeId
    buyer_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    left_minor: BalanceMinor
    due_at: Instant
    set_id: Line


class BillOverdue(Fact, frozen=True):
    """A bill's time is over and something of it is owed: until it is paid, its buyer draws no more credit.

    Units: `left_minor` of `currency`.
    """

    trade_id: TradeId
    buyer_id: ParticipantId
    currency: Line
    left_minor: BalanceMinor
    due_at: Instant


FACTS: tuple[type[Fact], ...] = (BillPaid, BillReopened, BillOverdue)
