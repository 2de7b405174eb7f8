"""What may be asked about a purchase beside its plain acceptance and refund."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.ids import Id, TradeId
from exchange.kernel.money import AmountMinor
from exchange.market.commands import Quantity


class RejectDelivery(Command, frozen=True):
    """The buyer rejects what was delivered; unless its seller contests that in time, the money goes back."""

    trade_id: TradeId
    grounds: Text


class AcceptPart(Command, frozen=True):
    """The buyer accepts a part of what was delivered and wants the rest back.

    Shape: the part is an amount of money, or a quantity of the lots bought, not both.
    """

    trade_id: TradeId
    grounds: Text
    amount_minor: AmountMinor | None = None
    quantity: Quantity | None = None


class ConcedeRejection(Command, frozen=True):
    """The seller agrees to what its buyer rejected, before the time to contest it is over."""

    trade_id: TradeId


class ApproveRefund(Command, frozen=True):
    """The seller or an operator gives back money of an accepted purchase, all that is left or a part.

    Shape: `reference` names what it is for; the same thing is not refunded twice.
    """

    trade_id: TradeId
    amount_minor: AmountMinor
    reference: Id
    grounds: Text


class BustTrade(Command, frozen=True):
    """An operator undoes a trade that should not have been: its money goes back and its right ends."""

    trade_id: TradeId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (
    RejectDelivery,
    AcceptPart,
    ConcedeRejection,
    ApproveRefund,
    BustTrade,
)
