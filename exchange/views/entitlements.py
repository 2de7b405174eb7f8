"""The rights that trades confer, and what became of them. How far their delivery has come is another view's."""

from collections.abc import Iterable

from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.facts import (
    DepositConfirmed,
    EntitlementGranted,
    FenceDecided,
    InstrumentOpened,
    InstrumentStateSet,
    ParticipantRecorded,
    PayoutExecuted,
    PurchaseAccepted,
    PurchaseRefunded,
    RulesetAdopted,
    StandingRecorded,
    TradeMatched,
)
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, RefundApproved, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.store import Change, Insert, Update
from exchange.views.columns import as_json_list, count, table, text
from exchange.views.dues import MONEY_FACTS
from exchange.views.groups import BOOK_WORK, BROUGHT, ORDER_MONEY, PLAN_WORK
from exchange.views.view import COMMON_IGNORED, Here, View

ENTITLEMENTS = table(
    "entitlements",
    "The rights that trades confer, as the market keeps them",
    text("entitlement_id", key=True),
    count("partition"),
    count("seq"),
    text("trade_id"),
    text("market_id"),
    text("product_id"),
    text("version"),
    text("listing_id"),
    text("seller_id"),
    text("buyer_id"),
    count("quantity"),
    text("unit"),
    text("licence_digest"),
    text("obligations", comment="JSON array of what the fence's answer obliges to"),
    count("starts_at"),
    count("ends_at"),
    count("acceptance_days"),
    text("state", comment="granted, accepted or refunded"),
    count("at"),
    count("changed_at"),
    indexes=[("trade_id",), ("buyer_id",), ("product_id",)],
)


def _granted(here: Here, fact: EntitlementGranted) -> Iterable[Change]:
    yield Insert(
        ENTITLEMENTS,
        {
            "entitlement_id": fact.entitlement_id,
            "partition": here.partition,
            "seq": here.seq,
            "trade_id": fact.trade_id,
            "market_id": fact.market_id,
            "product_id": fact.product_id,
            "version": fact.version,
            "listing_id": fact.listing_id,
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "quantity": fact.quantity,
            "unit": fact.unit,
            "licence_digest": fact.licence_digest.hex(),
            "obligations": as_json_list(fact.obligations),
            "starts_at": fact.starts_at,
            "ends_at": fact.ends_at,
            "acceptance_days": fact.acceptance_days,
            "state": "granted",
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _accepted(here: Here, fact: PurchaseAccepted) -> Iterable[Change]:
    key = {"entitlement_id": fact.entitlement_id}
    yield Update(ENTITLEMENTS, key, {"state": "accepted", "changed_at": here.at})


def _refunded(here: Here, fact: PurchaseRefunded) -> Iterable[Change]:
    key = {"entitlement_id": fact.entitlement_id}
    yield Update(ENTITLEMENTS, key, {"state": "refunded", "changed_at": here.at})


def _given_back(here: Here, fact: RefundApproved | DisputeResolved) -> Iterable[Change]:
    """A right of which nothing is paid for any more has ended."""
    key, state = {"entitlement_id": fact.entitlement_id}, "accepted" if fact.left_minor else "refunded"
    yield Update(ENTITLEMENTS, key, {"state": state, "changed_at": here.at})


ENTITLEMENTS_VIEW = View(
    name="entitlements",
    contexts=("market",),
    tables=(ENTITLEMENTS,),
    handlers={
        EntitlementGranted: _granted,
        PurchaseAccepted: _accepted,
        PurchaseRefunded: _refunded,
        RefundApproved: _given_back,
        DisputeResolved: _given_back,
    },
    # What leads to a right is market data; the money for it is settlement.
    ignores=COMMON_IGNORED.union(AUCTION_FACTS, POOL_FACTS, QUOTES_FACTS, RULINGS_FACTS)
    | MONEY_FACTS
    | ORDER_MONEY
    | BOOK_WORK
    | PLAN_WORK
    | BROUGHT
    | {
        ParticipantRecorded,
        StandingRecorded,
        InstrumentOpened,
        InstrumentStateSet,
        RulesetAdopted,
        DepositConfirmed,
        PayoutExecuted,
        FenceDecided,
        TradeMatched,
        DeliveryRejected,
        ConclusionNoted,
        TradeBusted,
        DisputeOpened,
        EvidenceSubmitted,
        SettlementProposed,
    },
)
