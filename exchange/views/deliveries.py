"""How far the delivery of each entitlement has come."""

from collections.abc import Iterable

from exchange.delivery.facts import (
    AcceptanceProposed,
    DeliveryObjected,
    DigestsDiffered,
    EntitlementClosed,
    EntitlementLapsed,
    EntitlementOpened,
    EntitlementResumed,
    EntitlementSuspended,
    GapClosed,
    GapReported,
    MeterOpened,
    ProductRecorded,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    ReadingSetAside,
    ReadingTaken,
    RejectionProposed,
    UsageMetered,
)
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

DELIVERIES = table(
    "deliveries",
    "How far the delivery of each entitlement has come, as the delivery keeps it",
    text("entitlement_id", key=True),
    count("partition"),
    text("trade_id"),
    text("product_id"),
    text("version"),
    text("seller_id"),
    text("buyer_id"),
    count("from_seq", comment="the product's sequence number it begins at"),
    count(
        "through",
        null=True,
        comment="the last sequence number owed; unknown until the publication is complete",
    ),
    count("ranges_received"),
    count("records_received"),
    text("proposal", null=True, comment="what the evidence spoke for last: accept or reject"),
    text("basis", null=True, comment="evidence, time or ruling"),
    text("objection", null=True),
    text("state", comment="open, complete, accepted or refunded"),
    count("at"),
    count("changed_at"),
    count(
        "suspended_from", null=True, comment="nothing from this number on belongs to it while it is suspended"
    ),
    count("set_aside", default=0, comment="calls or bytes read during suspensions, credited to nobody"),
    indexes=[("product_id",), ("buyer_id",)],
)


def _opened(here: Here, fact: EntitlementOpened) -> Iterable[Change]:
    yield Insert(
        DELIVERIES,
        {
            "entitlement_id": fact.entitlement_id,
            "partition": here.partition,
            "trade_id": fact.trade_id,
            "product_id": fact.product_id,
            "version": fact.version,
            "seller_id": fact.seller_id,
            "buyer_id": fact.buyer_id,
            "from_seq": fact.from_seq,
            "through": None,
            "ranges_received": 0,
            "records_received": 0,
            "proposal": None,
            "basis": None,
            "objection": None,
            "state": "open",
            "at": here.at,
            "changed_at": here.at,
            "suspended_from": None,
            "set_aside": 0,
        },
    )


def _delivery(here: Here, entitlement_id: str, values: Row) -> Change:
    return Update(DELIVERIES, {"entitlement_id": entitlement_id}, {**values, "changed_at": here.at})


def _closed(here: Here, fact: EntitlementClosed) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"state": fact.verdict})


def _suspended(here: Here, fact: EntitlementSuspended) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"suspended_from": fact.from_seq})


def _resumed(here: Here, fact: EntitlementResumed | EntitlementLapsed) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"suspended_from": None})


def _set_aside(here: Here, fact: ReadingSetAside) -> Iterable[Change]:
    key, more = {"entitlement_id": fact.entitlement_id}, fact.total - fact.before
    yield Update(DELIVERIES, key, {"changed_at": here.at}, {"set_aside": more})


def _completed(here: Here, fact: PublicationCompleted) -> Iterable[Change]:
    for entitlement_id in fact.entitlement_ids:
        yield _delivery(here, entitlement_id, {"through": fact.through, "state": "complete"})


def _objected(here: Here, fact: DeliveryObjected) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"objection": fact.grounds})


def _acceptance_proposed(here: Here, fact: AcceptanceProposed) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"proposal": "accept", "basis": fact.basis})


def _rejection_proposed(here: Here, fact: RejectionProposed) -> Iterable[Change]:
    yield _delivery(here, fact.entitlement_id, {"proposal": "reject", "basis": fact.basis})


def _received(here: Here, fact: RangeReceived) -> Iterable[Change]:
    yield Update(
        DELIVERIES,
        {"entitlement_id": fact.entitlement_id},
        {"changed_at": here.at},
        {"ranges_received": 1, "records_received": fact.count},
    )


DELIVERIES_VIEW = View(
    name="deliveries",
    contexts=("delivery",),
    tables=(DELIVERIES,),
    handlers={
        EntitlementOpened: _opened,
        EntitlementClosed: _closed,
        EntitlementSuspended: _suspended,
        EntitlementResumed: _resumed,
        EntitlementLapsed: _resumed,
        PublicationCompleted: _completed,
        RangeReceived: _received,
        ReadingSetAside: _set_aside,
        DeliveryObjected: _objected,
        AcceptanceProposed: _acceptance_proposed,
        RejectionProposed: _rejection_proposed,
    },
    # Products are in the catalogue; single ranges, gaps, disputes and rulings are evidence: a range that was ruled
    # delivered may be confirmed as well, so that it is counted where both are known, in the query. What was metered
    # is shown by what the market makes of it.
    ignores=COMMON_IGNORED
    | {
        ProductRecorded,
        RangePublished,
        DigestsDiffered,
        RangeUnconfirmed,
        RangeRuled,
        GapReported,
        GapClosed,
        MeterOpened,
        UsageMetered,
        ReadingTaken,
    },
)
