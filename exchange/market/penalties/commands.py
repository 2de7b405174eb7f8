"""What may be asked about penalties."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.ids import TradeId
from exchange.kernel.money import AmountMinor


class ChargePenalty(Command, frozen=True):
    """An operator or the governance charges the penalty that an instrument names for what a seller delivered late.

    Units: `late_minor` of the sale's currency is what of it came late; the penalty is a part of that.
    """

    trade_id: TradeId
    late_minor: AmountMinor
    grounds: Text


class WithdrawPenalty(Command, frozen=True):
    """An operator or the governance takes a penalty back: its entry is reversed."""

    trade_id: TradeId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (ChargePenalty, WithdrawPenalty)
