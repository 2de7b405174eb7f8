"""What a buyer has used of its prepaid units by receiving it."""

from typing import Any

import pytest

from exchange.delivery.commands import OpenMeter
from exchange.delivery.facts import MeterOpened, RangeReceived, RangeRuled, UsageMetered
from exchange.delivery.state import Delivery
from exchange.kernel.bases import Fact
from exchange.kernel.plan import METERED_MAX
from tests.support.stage import Stage, refusal, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    OTHER,
    SELLER,
    a_completion,
    a_delivery,
    a_range,
    a_receipt,
    a_ruling,
    an_objection,
    an_opening,
)

E2 = "E-0.2.0"


def a_meter(entitlement_id: str = E1, **changed: Any) -> OpenMeter:
    """Count what the buyer receives of P-07 in bytes."""
    values: dict[str, Any] = {
        "product_id": "P-07",
        "instrument_id": "L-0.1.0",
        "buyer_id": BUYER,
        "counts": "bytes",
    }
    return OpenMeter(entitlement_id=entitlement_id, **(values | changed))


def metered(*ranges: tuple[int, int], counts: Any = "bytes") -> Stage[Delivery]:
    """P-07, published in these ranges, of which the buyer has prepaid bytes or calls."""
    stage = a_delivery(*ranges)
    stage.given(EXCHANGE, a_meter(counts=counts))
    return stage


def used(facts: tuple[Fact, ...]) -> list[int]:
    """What an outcome says was used."""
    return [fact.metered for fact in facts if isinstance(fact, UsageMetered)]


def test_a_range_that_is_received_is_used() -> None:
    received, usage = metered((0, 9)).ask(BUYER, a_receipt(0, 9))
    assert isinstance(received, RangeReceived)
    assert usage == UsageMetered(
        entitlement_id=E1,
        market_id="M-DATA",
        product_id="P-07",
        instrument_id="L-0.1.0",
        buyer_id=BUYER,
        first=0,
        last=9,
        counts="bytes",
        metered=1_000,
    )
    assert sound(usage)


def test_a_record_received_is_a_call() -> None:
    assert used(metered((0, 9), counts="calls").ask(BUYER, a_receipt(0, 9))) == [10]


def test_without_a_meter_nothing_is_used() -> None:
    assert used(a_delivery((0, 9)).ask(BUYER, a_receipt(0, 9))) == []


def test_a_meter_may_come_before_the_entitlement_and_the_product() -> None:
    stage = metered((0, 9))
    stage.given(EXCHANGE, a_meter(E2, buyer_id=OTHER), an_opening(E2, OTHER))
    stage.given(SELLER, a_range(10, 19))
    assert used(stage.ask(OTHER, a_receipt(10, 19, entitlement_id=E2))) == [1_000]


def test_each_buyer_uses_its_own() -> None:
    stage = metered()
    stage.given(EXCHANGE, a_meter(E2, buyer_id=OTHER), an_opening(E2, OTHER))
    stage.given(SELLER, a_range(0, 9))
    assert used(stage.ask(BUYER, a_receipt(0, 9))) == [1_000]
    assert used(stage.ask(OTHER, a_receipt(0, 9, entitlement_id=E2))) == [1_000]


def test_what_is_received_under_two_purchases_is_used_once() -> None:
    stage = metered()
    stage.given(EXCHANGE, a_meter(E2), an_opening(E2))
    stage.given(SELLER, a_range(0, 9), a_range(10, 19))
    assert used(stage.ask(BUYER, a_receipt(0, 9))) == [1_000]
    assert used(stage.ask(BUYER, a_receipt(0, 9, entitlement_id=E2))) == []
    assert used(stage.ask(BUYER, a_receipt(10, 19, entitlement_id=E2))) == [1_000]


def test_what_is_bought_of_two_instruments_is_used_of_both() -> None:
    stage = metered()
    stage.given(EXCHANGE, a_meter(E2, instrument_id="L-0.2.0"), an_opening(E2))
    stage.given(SELLER, a_range(0, 9))
    assert used(stage.ask(BUYER, a_receipt(0, 9))) == [1_000]
    assert used(stage.ask(BUYER, a_receipt(0, 9, entitlement_id=E2))) == [1_000]


def test_what_was_disputed_is_used_once_the_exchange_has_ruled_it_was_there() -> None:
    stage = metered((0, 9))
    assert used(stage.ask(BUYER, a_receipt(0, 9, of="buyer"))) == []
    ruling, usage = stage.ask(EXCHANGE, a_ruling(0, 9))
    assert isinstance(ruling, RangeRuled)
    assert isinstance(usage, UsageMetered)
    assert used(stage.ask(BUYER, a_receipt(0, 9))) == [], "confirmed afterwards"


@pytest.mark.parametrize("of", ["buyer", "neither"])
def test_what_the_topic_does_not_bear_out_is_not_used(of: str) -> None:
    stage = metered((0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    assert used(stage.ask(EXCHANGE, a_ruling(0, 9, of=of))) == []


def test_two_purchases_in_dispute_over_one_range_are_ruled_on_and_used_once() -> None:
    stage = metered()
    stage.given(EXCHANGE, a_meter(E2), an_opening(E2))
    stage.given(SELLER, a_range(0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"), a_receipt(0, 9, of="buyer", entitlement_id=E2))
    facts = stage.ask(EXCHANGE, a_ruling(0, 9))
    assert sum(isinstance(fact, RangeRuled) for fact in facts) == 2
    assert used(facts) == [1_000]


def test_what_nobody_read_is_not_used_however_its_delivery_ends() -> None:
    stage = metered((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.given(BUYER, an_objection())
    assert used(stage.ask(EXCHANGE, a_ruling(0, 9))) == []


def test_empty_records_are_no_bytes_and_yet_calls() -> None:
    for counts, expected in (("bytes", []), ("calls", [10])):
        stage = metered(counts=counts)
        stage.given(SELLER, a_range(0, 9, size_bytes=0))
        assert used(stage.ask(BUYER, a_receipt(0, 9))) == expected


def test_no_more_is_used_than_a_market_takes_down() -> None:
    stage = metered()
    stage.given(SELLER, a_range(0, 9, size_bytes=2**63 - 1))
    assert used(stage.ask(BUYER, a_receipt(0, 9))) == [METERED_MAX]


def test_only_the_exchange_opens_a_meter_and_once() -> None:
    stage = a_delivery()
    assert refusal(stage.ask(SELLER, a_meter())) == ("NOT_PERMITTED", SELLER)
    (opened,) = stage.ask(EXCHANGE, a_meter())
    assert isinstance(opened, MeterOpened)
    assert sound(opened)
    assert refusal(stage.ask(EXCHANGE, a_meter())) == ("METER_EXISTS", E1)


def test_a_meter_is_remembered() -> None:
    stage = metered((0, 9), (10, 19))
    stage.given(BUYER, a_receipt(10, 19))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
