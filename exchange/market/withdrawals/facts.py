"""What happened to money on its way out."""

from exchange.kernel.bases import Fact, Line, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor


class WithdrawalRequested(Fact, frozen=True):
    """Cash left a purse for the custodian bank to pay out; nothing else can use it.

    Units: `amount_minor` of `currency`.
    """

    withdrawal_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor


class WithdrawalPaid(Fact, frozen=True):
    """The custodian bank paid it. Units: `amount_minor` of `currency`."""

    withdrawal_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id


class WithdrawalRejected(Fact, frozen=True):
    """The custodian bank did not pay it, and it is cash again. Units: `amount_minor` of `currency`."""

    withdrawal_id: Id
    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    grounds: Text


FACTS: tuple[type[Fact], ...] = (WithdrawalRequested, WithdrawalPaid, WithdrawalRejected)
