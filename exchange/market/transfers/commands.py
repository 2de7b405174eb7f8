"""What may be asked about cash between markets."""

from exchange.kernel.bases import Command, Count, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode


class TransferMoney(Command, frozen=True):
    """A participant moves free cash of its purse here to its purse in another market.

    Units: `amount_minor` of `currency`.
    """

    to_market_id: MarketId
    currency: CurrencyCode
    amount_minor: AmountMinor


class TakeInMoney(Command, frozen=True):
    """Put cash into a purse that its owner has sent from another market, or turn it away. Sent by a policy.

    Units: `amount_minor` of `currency`. Shape: `from_partition` is the market's that sent it.
    """

    transfer_id: Id
    from_partition: Count
    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor


class ConcludeMoneyTransfer(Command, frozen=True):
    """Note that cash has arrived in the other market, or give it back, and why. Sent by a policy.

    Shape: without a `reason` it has arrived.
    """

    transfer_id: Id
    reason: Line = ""
    detail: Text = ""


COMMANDS: tuple[type[Command], ...] = (TransferMoney, TakeInMoney, ConcludeMoneyTransfer)
