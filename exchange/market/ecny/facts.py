"""What happened to e-CNY. Units: amounts are fen; `currency` is always CNY, which e-CNY settles."""

from typing import Literal

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor


class EcnyWalletOpened(Fact, frozen=True):
    """The exchange keeps e-CNY at a custodian bank."""

    bank_id: ParticipantId


class EcnyConverted(Fact, frozen=True):
    """A participant's CNY became e-CNY at a bank's wallet, or e-CNY became CNY, at par.

    Units: of `amount_minor` of what became CNY, `repaid_minor` paid back credit and `recovered_minor` refunds of sales.
    """

    conversion_id: Id
    participant_id: ParticipantId
    bank_id: ParticipantId
    direction: Literal["to_ecny", "to_cny"]
    currency: Line
    amount_minor: BalanceMinor
    repaid_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0


class EcnyInterestCredited(Fact, frozen=True):
    """The wallet at a bank has borne interest, which is the exchange's own. Units: `amount_minor` fen of e-CNY."""

    bank_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    reference: Id


FACTS: tuple[type[Fact], ...] = (EcnyWalletOpened, EcnyConverted, EcnyInterestCredited)
