"""What happened to revenue shares."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Fact, Line
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.share_parts import ShareParts

PartsRecovered = Annotated[tuple[BalanceMinor, ...], msgspec.Meta(max_length=50)]


class RevenueSharePaid(Fact, frozen=True):
    """A licensee paid those who have a share; they are owed it here.

    Units: minor units of `currency`; `amount_minor` = `payable_minor` of what it was owed + `cash_minor` of its cash.
    Shape: `recovered` says of each part, in their order, how much of it pays what who gets it owed for refunds; empty
    where nobody owes.
    """

    claim_id: Id
    agreement_id: Id
    payer_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    payable_minor: BalanceMinor
    cash_minor: BalanceMinor
    parts: ShareParts
    recovered: PartsRecovered = ()


def recovered_of(fact: RevenueSharePaid) -> tuple[int, ...]:
    """What of each part pays refunds owed. Raises: InvariantBroken if that is not said of each."""
    recovered = fact.recovered or (0,) * len(fact.parts)
    if len(recovered) != len(fact.parts):
        raise InvariantBroken(
            f"claim {fact.claim_id} does not balance: {len(recovered)} of its parts are told"
        )
    return recovered


FACTS: tuple[type[Fact], ...] = (RevenueSharePaid,)
