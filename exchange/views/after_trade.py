"""What is not settled between buyers and sellers: disputes, what was filed in them, refunds, lots that went back."""

from collections.abc import Iterable

from exchange.market.disputes.facts import FACTS as DISPUTE_FACTS
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.purchases.facts import FACTS as PURCHASE_FACTS
from exchange.market.purchases.facts import (
    AsksBacked,
    ConclusionNoted,
    DeliveryRejected,
    LotsReturned,
    RefundApproved,
    TradeBusted,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Update
from exchange.views.columns import as_json, count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

DISPUTES = table(
    "disputes",
    "Purchases in dispute, and how each dispute ended",
    text("trade_id", key=True),
    count("partition"),
    count("seq"),
    text("product_id"),
    text("buyer_id"),
    text("seller_id"),
    text("opened_by"),
    text("stage", comment="escrow or accepted: where the money held was taken from"),
    text("currency"),
    count("held_minor"),
    text("grounds"),
    count("buyer_proposes_minor", null=True, comment="what the buyer says it should get back"),
    count("seller_proposes_minor", null=True, comment="what the seller says the buyer should get back"),
    count("buyer_minor", null=True, comment="what the buyer got"),
    count("seller_minor", null=True, comment="what the seller got"),
    text("basis", null=True, comment="agreement or panel"),
    text("panel", null=True, comment="JSON array of the three who ruled"),
    text("ruling", null=True, comment="the grounds of the panel"),
    text("state", comment="open or resolved"),
    count("at"),
    count("closed_at", null=True),
    indexes=[("state",), ("seller_id",)],
)

DISPUTE_EVIDENCE = table(
    "dispute_evidence",
    "Documents that the parties to a dispute named by their digests",
    text("trade_id", key=True),
    text("party_id", key=True),
    count("number", key=True),
    text("digest"),
    text("description"),
    count("at"),
    clustered=True,
)

REFUNDS = table(
    "refunds",
    "What went back of accepted purchases, and from whom",
    text("trade_id", key=True),
    count("seq", key=True),
    count("partition"),
    text("reference", comment="what it was for"),
    text("product_id"),
    text("buyer_id"),
    text("seller_id"),
    text("currency"),
    count("amount_minor"),
    count("payable_minor", comment="out of what the seller was owed"),
    count("clawback_minor", comment="the seller owes it from then on"),
    count("fee_net_minor"),
    count("fee_tax_minor"),
    count("left_minor", comment="what may still be given back"),
    text("basis", comment="seller, operator or bust"),
    text("grounds"),
    count("at"),
    text("broker_id", null=True, comment="who gave its commission back, of a trade undone"),
    count("commission_minor", default=0, comment="out of what the broker was owed"),
    count("commission_clawback_minor", default=0, comment="the broker owes it from then on"),
    count("supply_tax_minor", default=0, comment="out of the tax that the exchange had collected"),
    indexes=[("seller_id",)],
)

RETURNED_LOTS = table(
    "returned_lots",
    "Lots that are sold no more, since the right to them ended with their money",
    count("partition", key=True),
    count("seq", key=True),
    text("trade_id", comment="the trade whose end gave them back"),
    text("instrument_id"),
    text("buyer_id"),
    text("seller_id"),
    count("quantity", comment="in lots"),
    count(
        "sold_on", comment="in lots: what its buyer had sold on stays; negative where it was passed on later"
    ),
    count("at"),
    indexes=[("trade_id",)],
    clustered=True,
)


def _opened(here: Here, fact: DisputeOpened) -> Iterable[Change]:
    unknown = ("buyer_proposes_minor", "seller_proposes_minor", "buyer_minor", "seller_minor")
    yield Insert(
        DISPUTES,
        {
            "trade_id": fact.trade_id,
            "partition": here.partition,
            "seq": here.seq,
            "product_id": fact.product_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "opened_by": fact.opened_by,
            "stage": fact.stage,
            "currency": fact.currency,
            "held_minor": fact.held_minor,
            "grounds": fact.grounds,
            **dict.fromkeys((*unknown, "basis", "panel", "ruling", "closed_at")),
            "state": "open",
            "at": here.at,
        },
    )


def _proposed(here: Here, fact: SettlementProposed) -> Iterable[Change]:
    yield Update(DISPUTES, {"trade_id": fact.trade_id}, {f"{fact.side}_proposes_minor": fact.buyer_minor})


def _resolved(here: Here, fact: DisputeResolved) -> Iterable[Change]:
    yield Update(
        DISPUTES,
        {"trade_id": fact.trade_id},
        {
            "buyer_minor": fact.buyer_minor,
            "seller_minor": fact.seller_minor,
            "basis": fact.basis,
            "panel": as_json(fact.panel) if fact.panel else None,
            "ruling": fact.grounds or None,
            "state": "resolved",
            "closed_at": here.at,
        },
    )


def _filed(here: Here, fact: EvidenceSubmitted) -> Iterable[Change]:
    yield Insert(
        DISPUTE_EVIDENCE,
        {
            "trade_id": fact.trade_id,
            "party_id": fact.party_id,
            "number": fact.number,
            "digest": fact.digest.hex(),
            "description": fact.description,
            "at": here.at,
        },
    )


def _refunded(here: Here, fact: RefundApproved) -> Iterable[Change]:
    yield Insert(
        REFUNDS,
        {
            "trade_id": fact.trade_id,
            "reference": fact.reference,
            "partition": here.partition,
            "seq": here.seq,
            "product_id": fact.product_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "payable_minor": fact.payable_minor,
            "clawback_minor": fact.clawback_minor,
            "fee_net_minor": fact.fee_net_minor,
            "fee_tax_minor": fact.fee_tax_minor,
            "left_minor": fact.left_minor,
            "basis": fact.basis,
            "grounds": fact.grounds,
            "at": here.at,
            "broker_id": fact.broker_id or None,
            "commission_minor": fact.commission_minor,
            "commission_clawback_minor": fact.commission_clawback_minor,
            "supply_tax_minor": fact.supply_tax_minor,
        },
    )


def _lots_returned(here: Here, fact: LotsReturned) -> Iterable[Change]:
    yield Insert(
        RETURNED_LOTS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "trade_id": fact.trade_id,
            "instrument_id": fact.instrument_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "quantity": fact.quantity,
            "sold_on": fact.sold_on,
            "at": here.at,
        },
    )


_OWN = frozenset((*PURCHASE_FACTS, *DISPUTE_FACTS))

AFTER_TRADE = View(
    name="after_trade",
    contexts=("market",),
    tables=(DISPUTES, DISPUTE_EVIDENCE, REFUNDS, RETURNED_LOTS),
    handlers={
        DisputeOpened: _opened,
        SettlementProposed: _proposed,
        EvidenceSubmitted: _filed,
        DisputeResolved: _resolved,
        RefundApproved: _refunded,
        LotsReturned: _lots_returned,
    },
    # What a purchase comes to is market data, and its money is settlement.
    ignores=COMMON_IGNORED
    | (frozenset(MARKET_FACTS) - _OWN)
    | {DeliveryRejected, ConclusionNoted, TradeBusted, AsksBacked},
)
