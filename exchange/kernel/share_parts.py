"""What the market and the settlement say to each other of a revenue share: who gets how much of it."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor


class SharePart(Value, frozen=True):
    """What one beneficiary gets. Units: minor units."""

    share_id: Id
    participant_id: ParticipantId
    amount_minor: BalanceMinor


ShareParts = Annotated[tuple[SharePart, ...], msgspec.Meta(min_length=1, max_length=50)]
