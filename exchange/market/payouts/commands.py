"""What may be asked about what is owed here."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import CurrencyCode
from exchange.kernel.time import Day


class NetPayables(Command, frozen=True):
    """Net what is owed here in a currency with what is owed to the exchange, and hold the rest. Sent by a policy."""

    run_id: Id
    currency: CurrencyCode
    value_date: Day


class ReversePayout(Command, frozen=True):
    """Undo a net set that is not paid, netting too. Sent by a policy."""

    set_id: Id


class RestorePayables(Command, frozen=True):
    """Owe a net set again that had been paid and came back, netting undone too. Sent by a policy."""

    set_id: Id
    bank_id: ParticipantId
    reference: Id


COMMANDS: tuple[type[Command], ...] = (NetPayables, ReversePayout, RestorePayables)
