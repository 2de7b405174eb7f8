"""What is remembered of money on its way out."""

import msgspec

from exchange.kernel.ids import ParticipantId


class Withdrawal(msgspec.Struct):
    """Cash that its owner asked for and the custodian bank has not paid yet. Units: minor units of `currency`."""

    withdrawal_id: str
    participant_id: ParticipantId
    currency: str
    amount_minor: int


class Withdrawals(msgspec.Struct):
    """Those that are open, and how many each participant has."""

    open: dict[str, Withdrawal] = msgspec.field(default_factory=dict)
    counts: dict[ParticipantId, int] = msgspec.field(default_factory=dict)
