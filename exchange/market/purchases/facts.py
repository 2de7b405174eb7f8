"""What happened to purchases beside their plain acceptance and refund."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.supply import CollectedTax
from exchange.kernel.time import Instant

RefundBasis = Literal["seller", "operator", "bust", "suspension", "quality"]
"""Who gave money of an accepted purchase back, or why: its right was suspended for a part of its term, or what it was
for was worse than promised."""


class DeliveryRejected(Fact, frozen=True):
    """The buyer rejected what was delivered, whole or in part; it stands unless its seller contests it by then.

    Units: minor units of `currency`; `accepted_minor` and `refund_minor` make up the escrow; `rejected_lots` is 0 where
    the part was named by its money.
    """

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: Line
    accepted_minor: BalanceMinor
    refund_minor: BalanceMinor
    contest_until: Instant
    grounds: Text
    rejected_lots: int = 0


class ConclusionNoted(Fact, frozen=True):
    """The delivery's evidence came while the purchase was rejected or in dispute: it is on file, and moves nothing.

    Shape: of a right that was suspended, it accepts once that runs again, or is over.
    """

    trade_id: TradeId
    verdict: Literal["accept", "reject"]
    basis: Literal["evidence", "time", "ruling"]


class RefundApproved(Fact, frozen=True):
    """Money of an accepted purchase went back to its buyer.

    Units: minor units of `currency`; amount = payable + clawback + both of the commission + fee net + fee tax + supply
    tax, which the exchange collected as `supply` says, where `payable_minor` came out of what its seller was owed and
    `clawback_minor` is owed by the seller from now on; `left_minor` may still be given back. Shape: only a trade undone
    takes its broker's commission back, the same way.
    Source: settlement.md section 3.
    """

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    payable_minor: BalanceMinor
    clawback_minor: BalanceMinor
    fee_net_minor: BalanceMinor
    fee_tax_minor: BalanceMinor
    tax_authority: Line
    tax_rate_bp: int
    left_minor: BalanceMinor
    reference: Line
    basis: RefundBasis
    grounds: Text
    broker_id: Line = ""
    commission_minor: BalanceMinor = 0
    commission_clawback_minor: BalanceMinor = 0
    supply_tax_minor: BalanceMinor = 0
    supply: CollectedTax | None = None


class TradeBusted(Fact, frozen=True):
    """An operator undid a trade; what gives its money and its lots back follows in the same outcome.

    Units: `quantity` in lots.
    """

    trade_id: TradeId
    entitlement_id: Id
    instrument_id: InstrumentId
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    quantity: int
    stage: Literal["escrow", "accepted"]
    grounds: Text


class LotsReturned(Fact, frozen=True):
    """Lots of a trade are sold no more, since the right to them ended with their money.

    Units: `quantity` in lots, counted off what the buyer bought and the seller sold. Shape: what the buyer has
    `sold_on` stays sold until its own sales are given back, and is passed on then: negative for what is. What the buyer
    asks for beyond what it has left is cancelled.
    """

    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    quantity: int
    sold_on: int = 0


class AsksBacked(Fact, frozen=True):
    """What a participant asks for of an instrument is what it has again; what was more has been cancelled."""

    instrument_id: InstrumentId
    participant_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (
    DeliveryRejected,
    ConclusionNoted,
    RefundApproved,
    TradeBusted,
    LotsReturned,
    AsksBacked,
)
