"""What may be asked about bills."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import TradeId
from exchange.kernel.money import AmountMinor


class PayBill(Command, frozen=True):
    """A buyer pays what it owes for a purchase out of its cash. Units: minor units; None is all that is left."""

    trade_id: TradeId
    amount_minor: AmountMinor | None = None


COMMANDS: tuple[type[Command], ...] = (PayBill,)
