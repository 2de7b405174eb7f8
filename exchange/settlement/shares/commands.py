"""What may be asked about sharing a licensee's revenue."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line, Text, Value
from exchange.kernel.ids import Id, MarketId, ParticipantId, ProductId
from exchange.kernel.money import AMOUNT_MAX, AmountMinor, CurrencyCode

ShareBp = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
"""A part of net revenue, in basis points."""
Weight = Annotated[int, msgspec.Meta(ge=1, le=10**6)]
GuaranteeMinor = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]


class Beneficiary(Value, frozen=True):
    """Who has a share, and how much it weighs beside the others."""

    share_id: Id
    participant_id: ParticipantId
    weight: Weight


class AgreeRevenueShare(Command, frozen=True):
    """An operator records that a licensee shares its net revenue with those who have a part in a product.

    Units: `guarantee_minor` of `currency` is the least that the licensee pays: at once, and recouped from what its
    revenue brings later. Shape: it pays from what it is owed in a market, then from its cash there.
    """

    agreement_id: Id
    product_id: ProductId
    market_id: MarketId
    payer_id: ParticipantId
    currency: CurrencyCode
    share_bp: ShareBp
    guarantee_minor: GuaranteeMinor
    beneficiaries: Annotated[tuple[Beneficiary, ...], msgspec.Meta(min_length=1, max_length=50)]


class ReportRevenue(Command, frozen=True):
    """A licensee reports its net revenue of a period. Units: `revenue_minor` of the agreement's currency."""

    agreement_id: Id
    period: Id
    revenue_minor: AmountMinor


class SettleShare(Command, frozen=True):
    """Note that a market has moved the money of a share. Sent by a policy."""

    claim_id: Id


class ReturnShare(Command, frozen=True):
    """Note that a market has not moved the money of a share, and why. Sent by a policy."""

    claim_id: Id
    reason: Line
    detail: Text


COMMANDS: tuple[type[Command], ...] = (AgreeRevenueShare, ReportRevenue, SettleShare, ReturnShare)
