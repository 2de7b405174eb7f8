"""What is remembered of cash that was sent to other markets and is in transit."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.market.transfers.facts import TransferSent


class Transit(msgspec.Struct):
    """Cash that the other market has not answered for yet. Shape: `since` is when it was sent."""

    sent: TransferSent
    since: int


class Transits(msgspec.Struct):
    """All of it, and how many each participant has."""

    open: dict[str, Transit] = msgspec.field(default_factory=dict)
    counts: dict[ParticipantId, int] = msgspec.field(default_factory=dict)
