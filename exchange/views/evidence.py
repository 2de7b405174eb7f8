"""What was published and what arrived: ranges, receipts, gaps, disputes and their rulings."""

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

PUBLICATIONS = table(
    "publications",
    "The ranges of records that sellers published",
    text("product_id", key=True),
    count("first_seq", key=True),
    count("last_seq"),
    text("version"),
    text("seller_id"),
    count("records"),
    count("size_bytes"),
    text("digest"),
    count("first_offset"),
    count("last_offset"),
    count("stream_claim"),
    count("epoch"),
    count("partition"),
    count("seq"),
    count("at"),
)

RECEIPTS = table(
    "receipts",
    "What buyers said of the ranges they read",
    count("partition", key=True),
    count("seq", key=True),
    text("entitlement_id"),
    text("product_id"),
    text("buyer_id"),
    count("first_seq"),
    count("last_seq"),
    count("records", comment="as the buyer counted them"),
    text("digest", comment="as the buyer computed it"),
    text("state", comment="agreed with the seller's digest, or differed from it"),
    count("at"),
    indexes=[("entitlement_id", "first_seq")],
)

RULINGS = table(
    "rulings",
    "What the exchange's own hash decided about ranges in dispute",
    count("partition", key=True),
    count("seq", key=True),
    text("entitlement_id"),
    text("product_id"),
    count("first_seq"),
    count("last_seq"),
    count("records", comment="as the exchange counted them"),
    text("digest", comment="as the exchange computed it"),
    text("right_side", comment="seller, buyer or neither"),
    count("at"),
    indexes=[("entitlement_id", "first_seq")],
)

GAPS = table(
    "gaps",
    "Records that buyers missed",
    text("entitlement_id", key=True),
    count("first_seq", key=True),
    count("last_seq", key=True),
    text("product_id"),
    count("partition"),
    text("state", comment="open or closed"),
    count("at"),
    count("closed_at", null=True),
)


def _published(here: Here, fact: RangePublished) -> Iterable[Change]:
    yield Insert(
        PUBLICATIONS,
        {
            "product_id": fact.product_id,
            "first_seq": fact.first,
            "last_seq": fact.last,
            "version": fact.version,
            "seller_id": fact.seller_id,
            "records": fact.count,
            "size_bytes": fact.size_bytes,
            "digest": fact.digest.hex(),
            "first_offset": fact.first_offset,
            "last_offset": fact.last_offset,
            "stream_claim": fact.stream_claim,
            "epoch": fact.epoch,
            "partition": here.partition,
            "seq": here.seq,
            "at": here.at,
        },
    )


def _received(here: Here, fact: RangeReceived) -> Iterable[Change]:
    yield _receipt(here, fact, fact.count, fact.digest, "agreed")


def _differed(here: Here, fact: DigestsDiffered) -> Iterable[Change]:
    yield _receipt(here, fact, fact.buyer_count, fact.buyer_digest, "differed")


def _receipt(
    here: Here, fact: RangeReceived | DigestsDiffered, records: int, digest: bytes, state: str
) -> Change:
    return Insert(
        RECEIPTS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "entitlement_id": fact.entitlement_id,
            "product_id": fact.product_id,
            "buyer_id": fact.buyer_id,
            "first_seq": fact.first,
            "last_seq": fact.last,
            "records": records,
            "digest": digest.hex(),
            "state": state,
            "at": here.at,
        },
    )


def _ruled(here: Here, fact: RangeRuled) -> Iterable[Change]:
    yield Insert(
        RULINGS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "entitlement_id": fact.entitlement_id,
            "product_id": fact.product_id,
            "first_seq": fact.first,
            "last_seq": fact.last,
            "records": fact.count,
            "digest": fact.digest.hex(),
            "right_side": fact.right,
            "at": here.at,
        },
    )


def _gap_reported(here: Here, fact: GapReported) -> Iterable[Change]:
    yield Insert(
        GAPS,
        {
            "entitlement_id": fact.entitlement_id,
            "first_seq": fact.first,
            "last_seq": fact.last,
            "product_id": fact.product_id,
            "partition": here.partition,
            "state": "open",
            "at": here.at,
            "closed_at": None,
        },
    )


def _gap_closed(here: Here, fact: GapClosed) -> Iterable[Change]:
    key: Row = {"entitlement_id": fact.entitlement_id, "first_seq": fact.first, "last_seq": fact.last}
    yield Update(GAPS, key, {"state": "closed", "closed_at": here.at})


EVIDENCE = View(
    name="evidence",
    contexts=("delivery",),
    tables=(PUBLICATIONS, RECEIPTS, RULINGS, GAPS),
    handlers={
        RangePublished: _published,
        RangeReceived: _received,
        DigestsDiffered: _differed,
        RangeRuled: _ruled,
        GapReported: _gap_reported,
        GapClosed: _gap_closed,
    },
    # What the evidence leads to is the deliveries' view; what was looked at unasked shows by its ruling.
    ignores=COMMON_IGNORED
    | {
        ProductRecorded,
        EntitlementOpened,
        EntitlementClosed,
        EntitlementSuspended,
        EntitlementResumed,
        EntitlementLapsed,
        PublicationCompleted,
        RangeUnconfirmed,
        DeliveryObjected,
        AcceptanceProposed,
        RejectionProposed,
        MeterOpened,
        UsageMetered,
        ReadingTaken,
        ReadingSetAside,
    },
)
