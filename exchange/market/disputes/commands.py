"""What may be asked about a purchase in dispute."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.panel import Panel

EvidenceDigest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
"""BLAKE2b-256 or SHA-256 of a document that stays with whoever filed it."""


class OpenDispute(Command, frozen=True):
    """The buyer or the seller disputes a purchase: its money is held until they agree or a panel rules."""

    trade_id: TradeId
    grounds: Text


class SubmitEvidence(Command, frozen=True):
    """A party to a dispute names a document by its digest."""

    trade_id: TradeId
    digest: EvidenceDigest
    description: Line = ""


class ProposeSettlement(Command, frozen=True):
    """A party says what the buyer should get back; where the other one has said the same, they agree.

    Units: `buyer_minor` of the purchase's currency.
    """

    trade_id: TradeId
    buyer_minor: BalanceMinor


class RuleOnDispute(Command, frozen=True):
    """The panel's ruling, given by an operator or the governance: what the buyer gets back, all, nothing or a part.

    Units: `buyer_minor` of the purchase's currency. Shape: the panel has one member of each constituency.
    """

    trade_id: TradeId
    buyer_minor: BalanceMinor
    panel: Panel
    grounds: Text


class DisputeInvoice(Command, frozen=True):
    """Dispute an accepted purchase whose buyer has rejected its invoice. Sent by a policy."""

    trade_id: TradeId
    buyer_id: ParticipantId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (
    OpenDispute,
    SubmitEvidence,
    ProposeSettlement,
    RuleOnDispute,
    DisputeInvoice,
)
