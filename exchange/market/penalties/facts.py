"""What happened to penalties."""

from typing import Literal

from exchange.kernel.bases import Count, Fact, Line, Text
from exchange.kernel.ids import InstrumentId, ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor


class PenaltyCharged(Fact, frozen=True):
    """A seller pays the penalty of its instrument for what it delivered late, in part or not at all.

    Units: minor units of `currency`; `amount_minor` is `penalty_bp` basis points of `of_minor`, half up, and comes out
    of what the seller is owed (`payable_minor`), then of its free cash (`cash_minor`); the rest it owes.
    Source: settlement.md, account 4030.
    """

    trade_id: TradeId
    instrument_id: InstrumentId
    seller_id: ParticipantId
    cause: Literal["default", "short", "late"]
    currency: Line
    of_minor: BalanceMinor
    penalty_bp: Count
    amount_minor: BalanceMinor
    payable_minor: BalanceMinor
    cash_minor: BalanceMinor
    clawback_minor: BalanceMinor
    grounds: Text


class PenaltyWithdrawn(Fact, frozen=True):
    """A penalty was taken back: what came out of cash is cash again, the rest is owed to the seller.

    Units: minor units of `currency`; `amount_minor` = cash + payable + recovered, where `recovered_minor` pays what the
    seller owes.
    """

    trade_id: TradeId
    instrument_id: InstrumentId
    seller_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    cash_minor: BalanceMinor
    payable_minor: BalanceMinor
    recovered_minor: BalanceMinor
    grounds: Text


FACTS: tuple[type[Fact], ...] = (PenaltyCharged, PenaltyWithdrawn)
