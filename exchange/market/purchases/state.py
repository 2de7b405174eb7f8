"""What is remembered of purchases beside their escrow: rejections that stand open, and sales."""

from typing import TypeAlias

import msgspec

from exchange.kernel.ids import InstrumentId, ParticipantId, TradeId
from exchange.kernel.supply import CollectedTax


class Rejection(msgspec.Struct):
    """A buyer's word against a delivery, which its seller may still contest.

    Units: what it accepts all the same, and the `lots` that it rejects, where it named them.
    """

    accepted_minor: int
    grounds: str
    lots: int = 0


class Sale(msgspec.Struct):
    """An accepted purchase, as far as it may be given back.

    Units: `quantity` in lots; the rest minor units of `currency`, all of them what is left: `seller_left` and the
    fee's two parts and the tax of `supply` make up what the buyer may still get; of what the seller was credited,
    `payable_left` was not taken back; of that `commission_left` went to its broker. Shape: `references` name the
    refunds there were; its seller is paid for it in the net set of its `turn`.
    """

    trade_id: TradeId
    entitlement_id: str
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    quantity: int
    currency: str
    seller_left: int
    payable_left: int
    fee_net_left: int
    fee_tax_left: int
    fee_bp: int
    tax_authority: str
    tax_rate_bp: int
    accepted_at: int
    turn: int = 0
    broker_id: str = ""
    commission_left: int = 0
    supply: CollectedTax | None = None
    supply_tax_left: int = 0
    references: list[str] = msgspec.field(default_factory=list)

    @property
    def left_minor(self) -> int:
        """What the buyer may still get back."""
        return self.seller_left + self.fee_net_left + self.fee_tax_left + self.supply_tax_left


Rejections: TypeAlias = dict[TradeId, Rejection]
Sales: TypeAlias = dict[TradeId, Sale]


class AfterTrade(msgspec.Struct):
    """What has become of purchases so far.

    Units: lots that a reseller had `sold_on` when its own purchase of them ended, by instrument and reseller, then by
    whom it bought them of: they go back there with its sales.
    """

    rejections: Rejections = msgspec.field(default_factory=dict)
    sales: Sales = msgspec.field(default_factory=dict)
    sold_on: dict[str, dict[ParticipantId, int]] = msgspec.field(default_factory=dict)
