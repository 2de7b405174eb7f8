"""What happened in a dispute."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Digest, Fact, Line, Text
from exchange.kernel.ids import Id, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.on_credit import OnCredit
from exchange.kernel.panel import PanelMember
from exchange.kernel.sold import Sold
from exchange.kernel.supply import CollectedTax


class DisputeOpened(Fact, frozen=True):
    """A purchase is in dispute and its money held: its escrow, or what its seller was still owed for it.

    Units: `held_minor` of `currency`. Source: settlement.md section 2.
    """

    trade_id: TradeId
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    opened_by: ParticipantId
    stage: Literal["escrow", "accepted"]
    currency: Line
    held_minor: BalanceMinor
    grounds: Text


class EvidenceSubmitted(Fact, frozen=True):
    """A party to a dispute named a document by its digest."""

    trade_id: TradeId
    party_id: ParticipantId
    number: int
    digest: Digest
    description: Line


class SettlementProposed(Fact, frozen=True):
    """A party said what the buyer should get back. Units: `buyer_minor` of `currency`."""

    trade_id: TradeId
    party_id: ParticipantId
    side: Literal["buyer", "seller"]
    currency: Line
    buyer_minor: BalanceMinor


class DisputeResolved(Fact, frozen=True):
    """The parties agreed, or the panel ruled, and what was held went where it belongs.

    Units: minor units of `currency`. Shape: of escrow, held = buyer + seller + fee net + fee tax + commission + supply
    tax; after acceptance the fee's parts and the tax come back from the exchange: held + fee net + fee tax + supply tax
    = buyer + seller. `supply` is the tax that the exchange collects. Of the seller's part `recovered_minor` pays what
    it owed for other refunds. `left_minor` is what the purchase came to in the end; `sold` says what an invoice of it
    is for, where it was in escrow, `on_credit` what of that its buyer owes. Source: settlement.md section 2.
    """

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    stage: Literal["escrow", "accepted"]
    currency: Line
    held_minor: BalanceMinor
    buyer_minor: BalanceMinor
    seller_minor: BalanceMinor
    recovered_minor: BalanceMinor
    fee_net_minor: BalanceMinor
    fee_tax_minor: BalanceMinor
    tax_authority: Line
    tax_rate_bp: int
    broker_id: Line
    commission_minor: BalanceMinor
    left_minor: BalanceMinor
    basis: Literal["agreement", "panel"]
    panel: Annotated[tuple[PanelMember, ...], msgspec.Meta(max_length=3)]
    grounds: Text
    commission_recovered_minor: BalanceMinor = 0
    sold: Sold | None = None
    supply_tax_minor: BalanceMinor = 0
    supply: CollectedTax | None = None
    on_credit: OnCredit | None = None


FACTS: tuple[type[Fact], ...] = (DisputeOpened, EvidenceSubmitted, SettlementProposed, DisputeResolved)
