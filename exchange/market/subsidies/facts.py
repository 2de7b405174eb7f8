"""What happened to subsidies."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor


class SubsidyApplied(Fact, frozen=True):
    """A participant has a subsidy in its purse, once what it owes is paid.

    Units: of `amount_minor` of `currency`, `repaid_minor` paid back credit and `recovered_minor` refunds of its sales;
    `used_minor` is what it has had in this `period` of its cap (memo 9010).
    """

    claim_id: Id
    programme_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    period: Line
    used_minor: BalanceMinor
    repaid_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0


FACTS: tuple[type[Fact], ...] = (SubsidyApplied,)
