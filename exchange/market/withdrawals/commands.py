"""What may be asked about money on its way out."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.ids import Id
from exchange.kernel.money import AmountMinor, CurrencyCode


class RequestWithdrawal(Command, frozen=True):
    """A participant wants free cash of its purse back. Units: `amount_minor` of `currency`."""

    currency: CurrencyCode
    amount_minor: AmountMinor


class ConfirmWithdrawal(Command, frozen=True):
    """The custodian bank says that it has paid what a participant asked for."""

    withdrawal_id: Id
    reference: Id


class RejectWithdrawal(Command, frozen=True):
    """The custodian bank says that it will not pay what a participant asked for; it is cash again."""

    withdrawal_id: Id
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (RequestWithdrawal, ConfirmWithdrawal, RejectWithdrawal)
