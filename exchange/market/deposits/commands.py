"""What may be asked about money whose owner was found later."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode


class CreditDeposit(Command, frozen=True):
    """Put money into a purse that stood in suspense and was found to be its owner's. Sent by a policy.

    Units: `amount_minor` of `currency`. Shape: `reference` is the bank's, or that of the line in suspense.
    """

    line_id: Id
    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    bank_id: ParticipantId
    reference: Id


COMMANDS: tuple[type[Command], ...] = (CreditDeposit,)
