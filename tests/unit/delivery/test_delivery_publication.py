"""What a seller publishes, and who may receive it from where on."""

from typing import Any

import pytest

from exchange.delivery.decider import decider
from exchange.delivery.facts import (
    EntitlementClosed,
    EntitlementOpened,
    ProductRecorded,
    RangePublished,
)
from exchange.delivery.state import Delivery
from tests.support.stage import Stage, refusal, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    SELLER,
    a_close,
    a_completion,
    a_delivery,
    a_range,
    a_receipt,
    a_record,
    a_ruling,
    an_opening,
    digest,
)


def opened(stage: Stage[Delivery], entitlement_id: str, **changed: Any) -> EntitlementOpened:
    (fact,) = stage.ask(EXCHANGE, an_opening(entitlement_id, **changed))
    assert isinstance(fact, EntitlementOpened)
    assert sound(fact)
    return fact


@pytest.mark.parametrize(
    "command",
    [a_record("2"), an_opening("E-0.2.0"), a_close(), a_ruling(0, 9)],
    ids=lambda c: type(c).__name__,
)
def test_what_only_the_exchange_sends_is_refused_from_anybody_else(command: Any) -> None:
    stage = a_delivery((0, 9))
    assert refusal(stage.ask(SELLER, command)) == ("NOT_PERMITTED", SELLER)


def test_a_product_version_is_recorded_once() -> None:
    stage = a_delivery()
    assert refusal(stage.ask(EXCHANGE, a_record(listing_id="L-0.2.0"))) == ("PRODUCT_EXISTS", "P-07")
    (recorded,) = stage.ask(EXCHANGE, a_record("2"))
    assert isinstance(recorded, ProductRecorded)
    assert sound(recorded)


def test_an_entitlement_to_a_stream_begins_with_what_is_published_next() -> None:
    stage = a_delivery()
    assert opened(stage, "E-0.2.0").from_seq == 0
    stage.given(SELLER, a_range(0, 9))
    assert opened(stage, "E-0.3.0").from_seq == 10


def test_an_entitlement_to_anything_else_begins_with_its_versions_first_record() -> None:
    stage = Stage(decider())
    stage.given(EXCHANGE, a_record("1", product_type="dataset"))
    stage.given(SELLER, a_range(0, 9), a_range(10, 19))
    stage.given(EXCHANGE, a_record("2", product_type="dataset"))
    assert opened(stage, "E-0.2.0", version="2").from_seq == 20
    stage.given(SELLER, a_range(20, 29), a_range(30, 39))
    assert opened(stage, "E-0.3.0", version="1").from_seq == 0
    assert opened(stage, "E-0.4.0", version="2").from_seq == 20


def test_an_entitlement_may_arrive_before_its_product() -> None:
    stage = Stage(decider())
    assert opened(stage, E1).from_seq == 0
    assert refusal(stage.ask(SELLER, a_range(0, 9))) == ("PRODUCT_UNKNOWN", "P-07")
    stage.given(EXCHANGE, a_record())
    stage.given(SELLER, a_range(0, 9))
    stage.given(BUYER, a_receipt(0, 9))


def test_an_entitlement_is_opened_once() -> None:
    stage = a_delivery()
    assert refusal(stage.ask(EXCHANGE, an_opening())) == ("ENTITLEMENT_EXISTS", E1)


def test_an_entitlement_is_closed_once() -> None:
    stage = a_delivery()
    (closed,) = stage.ask(EXCHANGE, a_close("refunded"))
    assert closed == EntitlementClosed(
        entitlement_id=E1, trade_id="T-0.1.0", product_id="P-07", verdict="refunded"
    )
    assert refusal(stage.ask(EXCHANGE, a_close("accepted"))) == ("ENTITLEMENT_CLOSED", E1)


def test_what_was_accepted_may_be_refunded_later_and_not_be_accepted_again() -> None:
    stage = a_delivery((0, 9))
    stage.given(EXCHANGE, a_close("accepted"))
    assert refusal(stage.ask(EXCHANGE, a_close("accepted"))) == ("ENTITLEMENT_CLOSED", E1)
    (closed,) = stage.ask(EXCHANGE, a_close("refunded"))
    assert (type(closed).__name__, stage.state.entitlements[E1].closed) == ("EntitlementClosed", "refunded")
    assert refusal(stage.ask(EXCHANGE, a_close("refunded"))) == ("ENTITLEMENT_CLOSED", E1)


def test_only_an_opened_entitlement_is_closed() -> None:
    stage = a_delivery()
    assert refusal(stage.ask(EXCHANGE, a_close(entitlement_id="E-0.9.0"))) == (
        "ENTITLEMENT_UNKNOWN",
        "E-0.9.0",
    )


def test_a_range_is_published_as_the_seller_reads_it_back() -> None:
    stage = a_delivery()
    (published,) = stage.ask(SELLER, a_range(0, 9))
    assert published == RangePublished(
        product_id="P-07",
        version="1",
        seller_id=SELLER,
        stored_in="CN",
        first=0,
        last=9,
        count=10,
        size_bytes=1_000,
        digest=digest(0, 9),
        first_offset=1,
        last_offset=10,
        stream_claim=0,
        epoch=0,
    )
    assert sound(published)


@pytest.mark.parametrize("command", [a_range(0, 9), a_completion(9)], ids=["range", "completion"])
def test_only_the_seller_of_a_listed_product_says_what_was_published(command: Any) -> None:
    assert refusal(Stage(decider()).ask(SELLER, command)) == ("PRODUCT_UNKNOWN", "P-07")
    assert refusal(a_delivery().ask(BUYER, command)) == ("PRODUCT_NOT_OWN", "P-07")


def test_ranges_follow_each_other_and_a_refusal_names_the_one_expected() -> None:
    stage = a_delivery((0, 9), (10, 14))
    for first, last in [(16, 20), (14, 20), (0, 9), (5, 9)]:
        (refused,) = stage.ask(SELLER, a_range(first, last, digest=bytes(32)))
        assert getattr(refused, "reason", None) == "RANGE_NOT_NEXT"
        assert "begin with 15" in getattr(refused, "detail", "")
    stage.given(SELLER, a_range(15, 15))


def test_a_report_repeated_in_the_same_words_is_known() -> None:
    stage = a_delivery((0, 9), (10, 14))
    assert refusal(stage.ask(SELLER, a_range(10, 14))) == ("RANGE_KNOWN", "P-07")
    assert refusal(stage.ask(SELLER, a_range(0, 9))) == ("RANGE_KNOWN", "P-07")
    assert refusal(stage.ask(SELLER, a_range(10, 14, digest=bytes(32)))) == ("RANGE_NOT_NEXT", "P-07")


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 4},
        {"count": 6},
        {"last_offset": 14},
        {"stream_claim": 18},
        {"first_offset": 10},
        {"stream_claim": 2},
    ],
    ids=["too few", "too many", "no room for them", "claim after them", "within the last", "older claim"],
)
def test_what_cannot_be_true_of_a_range_is_refused(wrong: dict[str, int]) -> None:
    stage = a_delivery()
    stage.given(SELLER, a_range(0, 9, first_offset=4, last_offset=13, stream_claim=3))
    good = {"first_offset": 14, "last_offset": 18, "stream_claim": 3}
    assert refusal(stage.ask(SELLER, a_range(10, 14, **(good | wrong)))) == ("RANGE_INCONSISTENT", "P-07")
    stage.given(SELLER, a_range(10, 14, **good))


def test_a_range_that_ends_before_it_begins_is_inconsistent() -> None:
    stage = a_delivery((0, 9))
    backwards = a_range(10, 9, count=0, last_offset=11)
    assert refusal(stage.ask(SELLER, backwards)) == ("RANGE_INCONSISTENT", "P-07")
    huge = a_range(10, 5, count=1, last_offset=30)
    assert refusal(stage.ask(SELLER, huge)) == ("RANGE_INCONSISTENT", "P-07")


def test_a_range_published_under_two_claims_names_the_later_one() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_range(10, 14, first_offset=11, last_offset=16, stream_claim=13))
