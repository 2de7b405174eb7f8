"""Opening a pool, and every reason for which it is refused."""

from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import RecordStanding, SetInstrumentState
from exchange.market.pools.commands import Tier
from exchange.market.pools.facts import PoolOpened
from tests.unit.market.pool_stage import (
    APPROVED,
    BEGINS,
    BODY,
    CLOSES,
    ENDS,
    INDIVIDUAL,
    LINE,
    OPENS,
    a_line,
    a_line_market,
    a_pool,
    an_opening,
    at,
)
from tests.unit.market.stage import BANK, OPERATOR, refusal


def tiers(*steps: tuple[int, int]) -> tuple[Tier, ...]:
    return tuple(Tier(from_mbps=mbps, price=price) for mbps, price in steps)


def test_the_seller_opens_a_pool_with_its_dates_worked_out() -> None:
    (opened,) = a_line_market().ask(LINE, an_opening())
    assert isinstance(opened, PoolOpened)
    assert (opened.seller_id, opened.currency, opened.link_id) == (LINE, "CNY", "LK-SG")
    assert (opened.opens_at, opened.closes_at) == (OPENS, CLOSES)
    assert (opened.approval_due_at, opened.individual_due_at) == (APPROVED, INDIVIDUAL)
    assert (opened.starts_at, opened.ends_at) == (BEGINS, ENDS)


def test_an_operator_may_open_it_for_the_seller() -> None:
    (opened,) = a_line_market().ask(OPERATOR, an_opening())
    assert isinstance(opened, PoolOpened)
    assert opened.seller_id == LINE


@pytest.mark.parametrize(
    ("month", "days"), [("2026-12", 31), ("2027-02", 28), ("2028-02", 29), ("2999-12", 31)]
)
def test_a_month_is_one_of_the_calendar(month: str, days: int) -> None:
    (opened,) = a_line_market().ask(LINE, an_opening(delivery_month=month))
    assert isinstance(opened, PoolOpened)
    assert opened.ends_at - opened.starts_at == days * DAY


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("INSTRUMENT_UNKNOWN", {"instrument_id": "LK-XX"}, "no such instrument"),
    ("POOL_TIERS", {"tiers": tiers((400, 52_000), (400, 20_000))}, "from_mbps has to rise"),
    ("POOL_TIERS", {"tiers": tiers((400, 52_000), (800, 52_001))}, "the price may not"),
    ("POOL_TIERS", {"tiers": tiers((400, 100_001))}, "above the list price"),
    ("POOL_TIERS", {"tiers": tiers((401, 52_000))}, "above the threshold of 400"),
    ("POOL_TIERS", {"supply_mbps": 399}, "399 Mbps are supplied"),
    ("POOL_TIMES", {"closes_at": OPENS}, "could open at 2026-10-01T00:00:00Z"),
    ("POOL_TIMES", {"opens_at": CLOSES}, "could open at 2026-10-16T00:00:00Z"),
    ("POOL_TIMES", {"approval_days_individual": 44}, "a pool may not take longer"),
    ("POOL_TIMES", {"delivery_month": "2026-11"}, "2026-11 begins at 2026-10-31T16:00:00Z"),
    ("POOL_TIMES", {"closes_at": BEGINS - 45 * DAY + 1}, "close earlier"),
]


@pytest.mark.parametrize(("reason", "changed", "said"), CASES)
def test_a_pool_that_cannot_be_is_refused(reason: str, changed: dict[str, Any], said: str) -> None:
    no = refusal(a_line_market().ask(LINE, an_opening(**changed)))
    assert no.reason == reason
    assert said in no.detail


def test_approval_may_be_due_at_the_very_beginning_of_the_month() -> None:
    assert a_pool(a_line_market(), closes_at=BEGINS - 45 * DAY)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"posted_price": 100_000}, "it sells at a posted price"),
        ({"moves_data": True}, "it moves data"),
        ({"unit": "10 Mbps-month"}, "its unit is 10 Mbps-month"),
    ],
)
def test_only_a_line_with_one_seller_and_no_price_is_pooled(changed: dict[str, Any], said: str) -> None:
    stage = a_line_market().told(a_line(instrument_id="LK-2", **changed))
    no = refusal(stage.ask(LINE, an_opening(instrument_id="LK-2")))
    assert no.reason == "POOL_INSTRUMENT"
    assert said in no.detail


def test_an_instrument_that_anybody_may_sell_is_not_pooled() -> None:
    stage = a_line_market().told(a_line(instrument_id="LK-2", seller_id=None))
    no = refusal(stage.ask(OPERATOR, an_opening(instrument_id="LK-2")))
    assert (no.reason, no.detail[:24]) == ("POOL_INSTRUMENT", "it has no single seller;")


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        ("XX-1", "PARTICIPANT_UNKNOWN"),
        ("PR-CN-01", "ASK_NOT_PERMITTED"),
        (BODY, "ASK_NOT_PERMITTED"),
        (BANK, "ASK_NOT_PERMITTED"),
    ],
)
def test_nobody_else_opens_it(actor: str, reason: str) -> None:
    assert refusal(a_line_market().ask(actor, an_opening())).reason == reason


@pytest.mark.parametrize("actor", [LINE, OPERATOR])
def test_a_suspended_seller_sells_nothing(actor: str) -> None:
    stage = a_line_market().told(RecordStanding(participant_id=LINE, active=False))
    no = refusal(stage.ask(actor, an_opening()))
    assert (no.reason, no.subject) == ("PARTICIPANT_SUSPENDED", LINE)


def test_a_halted_instrument_is_not_pooled() -> None:
    halt: Command = SetInstrumentState(instrument_id="LK-SG", state="halted")
    assert refusal(a_line_market().told(halt).ask(LINE, an_opening())).reason == "INSTRUMENT_NOT_OPEN"


def test_a_month_has_one_pool_at_a_time() -> None:
    stage = a_line_market()
    first = a_pool(stage)
    no = refusal(stage.ask(LINE, an_opening()))
    assert no.reason == "POOL_EXISTS"
    assert first in no.detail
    assert a_pool(stage, delivery_month="2027-01") != first
    at(stage, CLOSES)  # Both fail, and the month is free again.
    assert a_pool(stage, opens_at=CLOSES, closes_at=CLOSES + 1)
