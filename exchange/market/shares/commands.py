"""What may be asked about revenue shares."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.share_parts import ShareParts


class PayRevenueShare(Command, frozen=True):
    """Pay a revenue share, or its guarantee, from what a licensee is owed here, then from its cash. Sent by a policy.

    Units: minor units of `currency`; `parts` come to `amount_minor`.
    """

    claim_id: Id
    agreement_id: Id
    payer_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    parts: ShareParts


COMMANDS: tuple[type[Command], ...] = (PayRevenueShare,)
