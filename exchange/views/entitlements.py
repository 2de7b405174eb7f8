"""The rights that trades confer, and what became of them. How far their delivery has come is another view's."""

from collections.abc import Iterable

from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.entitlements.facts import (
    DecisionRestored,
    DecisionRevoked,
    EntitlementEnded,
    RedecidingAdvanced,
    RedecidingBegun,
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
from exchange.market.lines.facts import FACTS as LINE_FACTS
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, RefundApproved, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.store import Change, Insert, Row, Update
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
    count(
        "suspended_since_at",
        null=True,
        comment="the fence revoked what it rests on; null: it is not suspended",
    ),
    text("suspended_codes", null=True, comment="JSON array of why, while it is suspended"),
    count("unused_days", default=0, comment="whole days of suspensions that are over"),
    count("ended_at", null=True, comment="was ended after a suspension, or early"),
    text("ended_by", null=True, comment="term, buyer, operator or counter"),
    indexes=[("trade_id",), ("buyer_id",), ("product_id",)],
)


_NOT_SUSPENDED: Row = {"suspended_since_at": None, "suspended_codes": None}


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
            "suspended_since_at": None,
            "suspended_codes": None,
            "unused_days": 0,
            "ended_at": None,
            "ended_by": None,
        },
    )


def _revoked(here: Here, fact: DecisionRevoked) -> Iterable[Change]:
    codes = as_json_list(fact.codes)
    yield _right(here, fact, {"suspended_since_at": fact.since, "suspended_codes": codes})


def _restored(here: Here, fact: DecisionRestored) -> Iterable[Change]:
    yield _right(here, fact, {**_NOT_SUSPENDED, "unused_days": fact.unused_days})


def _ended(here: Here, fact: EntitlementEnded) -> Iterable[Change]:
    over: Row = {"unused_days": fact.unused_days, "ended_at": fact.ended_at, "ended_by": fact.by}
    yield _right(here, fact, {**_NOT_SUSPENDED, **over})


def _right(here: Here, fact: DecisionRevoked | DecisionRestored | EntitlementEnded, values: Row) -> Change:
    return Update(ENTITLEMENTS, {"entitlement_id": fact.entitlement_id}, {**values, "changed_at": here.at})


def _accepted(here: Here, fact: PurchaseAccepted) -> Iterable[Change]:
    key = {"entitlement_id": fact.entitlement_id}
    yield Update(ENTITLEMENTS, key, {"state": "accepted", "changed_at": here.at})


def _refunded(here: Here, fact: PurchaseRefunded) -> Iterable[Change]:
    key = {"entitlement_id": fact.entitlement_id}
    yield Update(ENTITLEMENTS, key, {"state": "refunded", "changed_at": here.at, **_NOT_SUSPENDED})


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
        DecisionRevoked: _revoked,
        DecisionRestored: _restored,
        EntitlementEnded: _ended,
    },
    # What leads to a right is market data; the money for it is settlement.
    ignores=COMMON_IGNORED.union(AUCTION_FACTS, POOL_FACTS, LINE_FACTS, QUOTES_FACTS, RULINGS_FACTS)
    | MONEY_FACTS
    | ORDER_MONEY
    | BOOK_WORK
    | PLAN_WORK
    | BROUGHT
    | {
        RedecidingBegun,
        RedecidingAdvanced,
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
