"""What a delivery journal says of one entitlement."""

from typing import Any

import pytest

from exchange.delivery.facts import (
    EntitlementClosed,
    EntitlementLapsed,
    EntitlementOpened,
    EntitlementResumed,
    EntitlementSuspended,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
)
from exchange.kernel.bases import Fact, FactMeta, Recorded
from exchange.kernel.position import BEGINNING
from exchange.sdk.evidence import DeliverySuspended, Evidence, EvidenceFeed
from exchange.sdk.recall import Opened
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition

ENDS = 1_000


def opened(**changed: Any) -> EntitlementOpened:
    values: dict[str, Any] = {
        "entitlement_id": "E-1",
        "trade_id": "T-1",
        "market_id": "M",
        "product_id": "P",
        "version": "1",
        "seller_id": "SE",
        "buyer_id": "BU",
        "from_seq": 0,
        "starts_at": 0,
        "ends_at": ENDS,
        "acceptance_days": 7,
    }
    return EntitlementOpened(**(values | changed))


def published(first: int, last: int, product_id: str = "P") -> RangePublished:
    return RangePublished(
        product_id=product_id,
        version="1",
        seller_id="SE",
        stored_in="CN",
        first=first,
        last=last,
        count=last - first + 1,
        size_bytes=1,
        digest=bytes(32),
        first_offset=first + 1,
        last_offset=last + 1,
        stream_claim=0,
        epoch=0,
    )


def received(first: int, last: int, entitlement_id: str = "E-1") -> RangeReceived:
    return RangeReceived(
        entitlement_id=entitlement_id,
        product_id="P",
        buyer_id="BU",
        first=first,
        last=last,
        count=last - first + 1,
        digest=bytes(32),
    )


def evidence(*facts: Fact, at: int = 5) -> Evidence:
    folded = Evidence(opened())
    for seq, fact in enumerate(facts):
        meta = FactMeta(seq=seq, claim=0, cause=seq, index=0, last=0, command_id="c", actor="SE", at=at)
        folded.take((Recorded(meta, fact),))
    return folded


def test_a_range_is_read_from_where_the_one_before_it_ends() -> None:
    folded = evidence(published(0, 9), published(10, 19), published(0, 99, "another"))
    first, second = folded.shelf_at(0), folded.shelf_at(10)
    assert first is not None
    assert first.start == STREAM_BEGINNING
    assert second is not None
    assert second.start == StreamPosition(11, 0, 10)
    assert folded.shelf_at(20) is None


def test_only_ones_own_receipts_and_rulings_for_the_seller_count() -> None:
    ruled = RangeRuled(
        entitlement_id="E-1", product_id="P", first=20, last=29, count=10, digest=bytes(32), right="seller"
    )
    folded = evidence(
        published(0, 9), published(10, 19), published(20, 29), received(0, 9), received(10, 19, "E-2"), ruled
    )
    shelves = [folded.shelf_at(seq) for seq in (0, 10, 20)]
    assert [folded.received(shelf) for shelf in shelves if shelf] == [True, False, True]


def test_nothing_more_is_owed_once_the_publication_is_complete() -> None:
    completed = PublicationCompleted(product_id="P", through=9, entitlement_ids=("E-1",), basis="seller")
    folded = evidence(published(0, 9), published(10, 19), completed)
    assert not folded.over(0)
    assert folded.over(10)


def test_what_is_published_after_the_term_is_not_owed() -> None:
    folded = evidence(published(0, 9), at=ENDS)
    assert folded.over(0)


def test_a_refunded_purchase_is_over_and_an_accepted_one_when_what_was_published_is_read() -> None:
    def closed(verdict: Any) -> EntitlementClosed:
        return EntitlementClosed(entitlement_id="E-1", trade_id="T-1", product_id="P", verdict=verdict)

    assert evidence(published(0, 9), closed("refunded")).over(0)
    accepted = evidence(published(0, 9), closed("accepted"))
    assert not accepted.over(0)
    assert accepted.over(10)
    assert not evidence(published(0, 9)).over(10)


def suspension(from_seq: int) -> EntitlementSuspended:
    return EntitlementSuspended(
        entitlement_id="E-1", product_id="P", from_seq=from_seq, since=1_000_000, codes=("SG_S26",)
    )


def test_what_was_published_during_a_suspension_is_passed_over() -> None:
    resumed = EntitlementResumed(entitlement_id="E-1", product_id="P", first=10, last=29)
    folded = evidence(published(0, 9), suspension(10), published(10, 19), published(20, 29), resumed)
    assert folded.suspended is None
    assert [folded.next_owed(seq) for seq in (0, 9, 10, 20, 30)] == [0, 9, 30, 30, 30]


def test_what_lapsed_owes_nothing_published_later() -> None:
    lapsed = EntitlementLapsed(entitlement_id="E-1", product_id="P", ended_at=5, first=10, last=9)
    folded = evidence(published(0, 9), lapsed)
    shelf = folded.shelf_at(0)
    assert shelf is not None
    assert not folded.owed(shelf)
    assert folded.next_owed(10) == 10


class Nowhere:
    """A client of which nothing is asked."""

    def partition(self, context: str, key: str) -> int:
        return 0


async def test_a_reader_is_told_why_nothing_more_comes() -> None:
    feed = EvidenceFeed(Nowhere(), Opened(opened(), BEGINNING, STREAM_BEGINNING), 1.0)  # type: ignore[arg-type]
    feed.evidence = evidence(published(0, 9), suspension(10), published(10, 19))
    shelf = await feed.next_shelf(0, beyond=True)
    assert shelf is not None
    assert shelf.range.first == 0
    for beyond in (False, True):
        with pytest.raises(DeliverySuspended, match="suspended since 1970-01-01T00:00:01Z: SG_S26") as told:
            await feed.next_shelf(10, beyond=beyond)
        assert (told.value.from_seq, told.value.codes) == (10, ("SG_S26",))
