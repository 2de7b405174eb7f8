"""What happened to revenue shares."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.share_parts import ShareParts


class RevenueSharePaid(Fact, frozen=True):
    """A licensee paid those who have a share; they are owed it here.

    Units: minor units of `currency`; `amount_minor` = `payable_minor` of what it was owed + `cash_minor` of its cash.
    """

    claim_id: Id
    agreement_id: Id
    payer_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    payable_minor: BalanceMinor
    cash_minor: BalanceMinor
    parts: ShareParts


FACTS: tuple[type[Fact], ...] = (RevenueSharePaid,)
