"""What happened to revenue shares."""

from exchange.kernel.bases import Count, Fact, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId, ProductId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.share_parts import ShareParts
from exchange.settlement.shares.commands import Beneficiary


class RevenueShareAgreed(Fact, frozen=True):
    """A licensee shares its net revenue of a product. Units and shape: as in `AgreeRevenueShare`."""

    agreement_id: Id
    product_id: ProductId
    market_id: MarketId
    payer_id: ParticipantId
    currency: Line
    share_bp: Count
    guarantee_minor: BalanceMinor
    beneficiaries: tuple[Beneficiary, ...]


class GuaranteeClaimed(Fact, frozen=True):
    """The licensee's market is to pay the guarantee. Units: `amount_minor` of `currency`, split into `parts`."""

    claim_id: Id
    agreement_id: Id
    market_id: MarketId
    payer_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    parts: ShareParts


class RevenueShareReported(Fact, frozen=True):
    """What a period's net revenue brings, and what is left of it for the licensee's market to pay.

    Units: minor units of `currency`; `earned_minor` is the share of `revenue_minor`, of which `recouped_minor` was paid
    as guarantee before; `amount_minor` is the rest, split into `parts` by largest remainder.
    """

    claim_id: Id
    agreement_id: Id
    period: Id
    market_id: MarketId
    payer_id: ParticipantId
    currency: Line
    revenue_minor: BalanceMinor
    share_bp: Count
    earned_minor: BalanceMinor
    recouped_minor: BalanceMinor
    amount_minor: BalanceMinor
    parts: ShareParts


class ShareSettled(Fact, frozen=True):
    """A market has moved the money of a guarantee or a share."""

    claim_id: Id
    agreement_id: Id


class ShareReturned(Fact, frozen=True):
    """A market has not moved it: the period may be reported, or the agreement recorded, again."""

    claim_id: Id
    agreement_id: Id
    reason: Line
    detail: Text


FACTS: tuple[type[Fact], ...] = (
    RevenueShareAgreed,
    GuaranteeClaimed,
    RevenueShareReported,
    ShareSettled,
    ShareReturned,
)
