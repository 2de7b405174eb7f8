"""A stream sold in one year flows on in the next: its persons count in both, as long as the right lasts."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, instant
from exchange.market.commands import InstrumentTerms, RefundPurchase
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.persons.running import sold_in
from tests.unit.market.people import (
    EXPORTER,
    RECIPIENT,
    a_buy,
    a_certificate,
    a_market_of_people,
    a_purpose,
    a_union,
    brought,
    of_people,
)
from tests.unit.market.stage import OPERATOR, Stage, decided_last, pack, sold_abroad, the
from tests.unit.market.test_market_persons import counted

NEW_YEAR = instant("2026-12-31T16:00:00Z")
"""1 January in Shanghai."""
MONTHLY: dict[str, Any] = {"unit": "month"}


def a_stage(*instruments: InstrumentTerms) -> Stage:
    sold = instruments or (of_people("1", **MONTHLY), of_people("2", 1_900))
    return brought(
        a_market_of_people(*sold),
        a_certificate(),
        a_union("1", "2", persons=9_900),
        a_union("1", "2", persons=9_800, year=2027),
    )


def sold(stage: Stage, months: int = 1, **changed: Any) -> str:
    """Months of the first version, bought on 2 November; the trade."""
    return the(TradeMatched, stage.ask(RECIPIENT, a_buy("1", quantity=months, **changed))).trade_id


def in_2027(stage: Stage) -> list[str]:
    """What counts in the next year if nothing else is sold in it."""
    return list(sold_in(stage.market.persons, EXPORTER, 2027))


def test_what_flows_past_the_new_year_counts_in_the_next_year_with_what_is_sold_then() -> None:
    stage = a_stage()
    sold(stage, 3)
    stage.at = NEW_YEAR
    assert counted(decided_last(stage, RECIPIENT, a_buy("2"))) == 9_800
    assert sold_abroad(stage, EXPORTER) == {"P-20/1": (8_500, 8_500, 0), "P-20/2": (1_900, 1_900, 0)}


def test_what_is_over_by_then_counts_no_more() -> None:
    stage = a_stage()
    sold(stage, 1)
    stage.at = NEW_YEAR
    assert counted(decided_last(stage, RECIPIENT, a_buy("2"))) == 1_900


@pytest.mark.parametrize(
    ("months", "then", "counts"), [(14, 2027, True), (14, 2028, True), (14, 2029, False), (3, 2028, False)]
)
def test_it_counts_in_each_year_that_it_reaches_into(months: int, then: int, counts: bool) -> None:
    stage = a_stage()
    sold(stage, months)
    assert bool(sold_in(stage.market.persons, EXPORTER, then)) is counts


def test_a_right_that_ends_as_the_year_does_flows_in_it_no_more() -> None:
    stage = a_stage(of_people("1", unit="day"))
    the_day = NEW_YEAR - 30 * DAY
    stage.at = the_day
    granted = the(EntitlementGranted, stage.ask(RECIPIENT, a_buy("1", quantity=30)))
    assert (granted.ends_at, in_2027(stage)) == (NEW_YEAR, [])
    stage.ask(RECIPIENT, a_buy("1", quantity=31))
    assert in_2027(stage) == ["P-20/1"]


def test_a_copy_is_handed_over_once_however_long_it_may_be_used() -> None:
    stage = a_stage(of_people("1", unit="licence"))
    sold(stage)
    assert in_2027(stage) == []


def test_what_stays_in_the_mainland_counts_in_no_year() -> None:
    stage = a_stage()
    stage.deposited("BU-CN-01", 1_000)
    use = a_purpose(place_of_use="CN", foreign_authority_request=None)
    assert the(TradeMatched, stage.ask("BU-CN-01", a_buy("1", quantity=3, use=use)))
    assert in_2027(stage) == []


def test_a_right_that_is_refunded_does_not_flow_on_and_another_still_does() -> None:
    stage = a_stage()
    first, second = sold(stage, 3), sold(stage, 4)
    for trade_id in (first, second):
        before = in_2027(stage)
        stage.ask(OPERATOR, RefundPurchase(trade_id=trade_id, grounds="Nothing came."))
        assert before == ["P-20/1"]
    assert in_2027(stage) == []


def test_a_right_that_ends_early_counts_in_the_year_in_which_it_still_flowed_and_in_no_later_one() -> None:
    stage = a_stage()
    trade_id = sold(stage, 14)
    assert sold_in(stage.market.persons, EXPORTER, 2028)
    stage.at = NEW_YEAR + DAY
    stage.ask(OPERATOR, RefundPurchase(trade_id=trade_id, grounds="Nothing came."))
    assert in_2027(stage) == ["P-20/1"]
    assert not sold_in(stage.market.persons, EXPORTER, 2028)
    assert counted(decided_last(stage, RECIPIENT, a_buy("2"))) == 9_800


def test_whom_it_flows_to_is_whom_splitting_is_looked_for_with() -> None:
    stage = a_stage()
    sold(stage, 3)
    (found,) = sold_in(stage.market.persons, EXPORTER, 2027).values()
    assert found.owners == [f"UBO-{RECIPIENT}"]


def test_it_is_remembered_when_the_state_is_written_down() -> None:
    stage = a_stage()
    sold(stage, 3)
    stage.at = NEW_YEAR
    decided_last(stage, RECIPIENT, a_buy("2"))
    other = Stage()
    for fact, at in stage.journal:
        other.at = at
        other.fold(fact)
    assert pack(other.market) == pack(stage.market)
