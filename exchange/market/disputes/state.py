"""What is remembered of a dispute that is open."""

from typing import Literal, TypeAlias

import msgspec

from exchange.kernel.ids import ParticipantId, TradeId


class Dispute(msgspec.Struct):
    """A purchase in dispute.

    Units: `held_minor` was taken out of escrow or out of what its seller was owed. Shape: `evidence` has the digests
    that each party filed; `proposals` what each would let the buyer have.
    """

    trade_id: TradeId
    stage: Literal["escrow", "accepted"]
    held_minor: int
    evidence: dict[ParticipantId, list[bytes]] = msgspec.field(default_factory=dict)
    proposals: dict[ParticipantId, int] = msgspec.field(default_factory=dict)


Disputes: TypeAlias = dict[TradeId, Dispute]
