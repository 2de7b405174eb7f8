"""What may be asked about subsidies."""

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor, BalanceMinor, CurrencyCode


class PaySubsidy(Command, frozen=True):
    """Pay a subsidy into a participant's purse. Sent by a policy.

    Units: `amount_minor` of `currency`; `used_minor` of its cap in this `period` with it.
    """

    claim_id: Id
    programme_id: Id
    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    period: Line
    used_minor: BalanceMinor


COMMANDS: tuple[type[Command], ...] = (PaySubsidy,)
