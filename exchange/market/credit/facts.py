"""What happened to credit."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.market.bills.state import CREDIT_DAYS


class CreditLimitSet(Fact, frozen=True):
    """A participant may draw so much. What it has drawn stays owed, also where that is more than a lower limit.

    Units: minor units of `currency`; `owed_minor` is drawn now. Shape: what is accepted from now on is paid in `days`.
    """

    participant_id: ParticipantId
    currency: Line
    limit_minor: BalanceMinor
    owed_minor: BalanceMinor
    days: int = CREDIT_DAYS


FACTS: tuple[type[Fact], ...] = (CreditLimitSet,)
