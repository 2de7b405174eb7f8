"""What may be asked about credit."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.ids import ParticipantId
from exchange.kernel.money import AMOUNT_MAX, CurrencyCode
from exchange.market.bills.state import CREDIT_DAYS

LimitMinor = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]
"""What may be drawn, in minor units; 0 takes credit away."""
CreditDays = Annotated[int, msgspec.Meta(ge=1, le=365)]
"""How long there is to pay."""


class SetCreditLimit(Command, frozen=True):
    """An operator lets a participant's orders and holds take more than its cash by so much.

    Units: minor units of `currency`. Shape: what it buys so it is to pay `days` after acceptance.
    """

    participant_id: ParticipantId
    currency: CurrencyCode
    limit_minor: LimitMinor
    days: CreditDays = CREDIT_DAYS


COMMANDS: tuple[type[Command], ...] = (SetCreditLimit,)
