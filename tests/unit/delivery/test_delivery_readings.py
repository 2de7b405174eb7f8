"""What a gateway's meter says was used of prepaid units."""

from typing import Any

import pytest

from exchange.delivery.commands import ReportReading
from exchange.delivery.facts import ReadingTaken, UsageMetered
from exchange.kernel.bases import Fact
from tests.support.stage import refusal, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    OTHER,
    SELLER,
    a_close,
    a_delivery,
    a_receipt,
    an_opening,
)
from tests.unit.delivery.test_delivery_metering import E2, a_meter, metered


def a_reading(total: int, entitlement_id: str = E1, **changed: Any) -> ReportReading:
    """The meter stands there."""
    values: dict[str, Any] = {"product_id": "P-07"}
    return ReportReading(entitlement_id=entitlement_id, total=total, **(values | changed))


def taken(facts: tuple[Fact, ...]) -> tuple[int, int]:
    (reading,) = facts
    assert isinstance(reading, ReadingTaken), reading
    return reading.before, reading.total


def test_a_reading_says_what_was_used_since_the_last_one() -> None:
    stage = metered(counts="calls")
    (first,) = stage.ask(SELLER, a_reading(120))
    assert first == ReadingTaken(
        entitlement_id=E1,
        market_id="M-DATA",
        product_id="P-07",
        instrument_id="L-0.1.0",
        buyer_id=BUYER,
        counts="calls",
        before=0,
        total=120,
    )
    assert sound(first)
    assert taken(stage.ask(SELLER, a_reading(500))) == (120, 500), "one that was lost is made good"


@pytest.mark.parametrize("total", [120, 119, 1])
def test_a_meter_never_runs_backwards(total: int) -> None:
    stage = metered(counts="calls")
    stage.given(SELLER, a_reading(120))
    assert refusal(stage.ask(SELLER, a_reading(total))) == ("READING_OLD", E1)


def test_each_entitlement_has_readings_of_its_own() -> None:
    stage = metered(counts="calls")
    stage.given(EXCHANGE, a_meter(E2, counts="calls"), an_opening(E2))
    stage.given(SELLER, a_reading(120))
    assert taken(stage.ask(SELLER, a_reading(30, E2))) == (0, 30)
    assert taken(stage.ask(SELLER, a_reading(130))) == (120, 130)


def test_what_was_used_before_an_entitlement_closed_is_said_afterwards_too() -> None:
    stage = metered(counts="calls")
    stage.given(EXCHANGE, a_close())
    assert taken(stage.ask(SELLER, a_reading(5))) == (0, 5)


def test_only_its_seller_reads_a_meter() -> None:
    stage = metered()
    for who in (BUYER, OTHER, EXCHANGE):
        assert refusal(stage.ask(who, a_reading(1))) == ("NOT_PERMITTED", E1)


def test_a_reading_is_of_an_entitlement_to_the_product_named() -> None:
    stage = metered()
    assert refusal(stage.ask(SELLER, a_reading(1, E2))) == ("ENTITLEMENT_UNKNOWN", E2)
    assert refusal(stage.ask(SELLER, a_reading(1, product_id="P-08"))) == ("ENTITLEMENT_UNKNOWN", E1)


def test_of_what_was_not_prepaid_nothing_is_read() -> None:
    assert refusal(a_delivery().ask(SELLER, a_reading(1))) == ("METER_UNKNOWN", E1)


def test_what_is_counted_by_receipts_is_not_counted_by_readings_too() -> None:
    stage = metered((0, 9))
    stage.given(BUYER, a_receipt(0, 9))
    assert refusal(stage.ask(SELLER, a_reading(2_000))) == ("METER_RECEIPTS", E1)


def test_what_is_counted_by_readings_is_not_counted_by_receipts_too() -> None:
    stage = metered((0, 9))
    stage.given(SELLER, a_reading(2_000))
    facts = stage.ask(BUYER, a_receipt(0, 9))
    assert not any(isinstance(fact, UsageMetered) for fact in facts)


def test_a_reading_is_remembered() -> None:
    stage = metered(counts="calls")
    stage.given(SELLER, a_reading(120))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
