"""Opening a pool, and every reason for which it is refused."""

from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import BookRules, RecordStanding, RegisterCapacity, SetInstrumentState
from exchange.market.pools.commands import ApprovePool, RefusePool, Tier
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
    committed,
)
from tests.unit.market.stage import BANK, OPERATOR, Stage, refusal


def tiers(*steps: tuple[int, int]) -> tuple[Tier, ...]:
    return tuple(Tier(from_mbps=mbps, price=price) for mbps, price in steps)


def a_pool_s_rules(**changed: Any) -> BookRules:
    return BookRules(kind="bandwidth", form="pool", **changed)


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
    ("POOL_TIMES", {"opens_at": OPENS - 2, "closes_at": OPENS}, "could open at 2026-10-01T00:00:00Z"),
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
        ({"rules": BookRules(kind="bandwidth")}, "its form is book"),
        ({"moves_data": True}, "it moves data"),
        ({"unit": "10 Mbps-month"}, "its unit is 10 Mbps-month"),
        ({"rules": a_pool_s_rules(delivery_place="LK-HK")}, "it is delivered at LK-HK"),
        (
            {"rules": a_pool_s_rules(window_from=BEGINS, window_until=ENDS - 1)},
            "it is not delivered in 2026-12",
        ),
    ],
)
def test_only_a_line_of_that_form_is_pooled(changed: dict[str, Any], said: str) -> None:
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


@pytest.mark.parametrize(("last_trade", "opens"), [(APPROVED, False), (APPROVED + 1, True), (None, True)])
def test_a_pool_can_be_approved_while_its_instrument_trades(last_trade: int | None, opens: bool) -> None:
    # Without a time of its own an instrument trades last two hours before its window begins.
    rules = a_pool_s_rules(window_from=BEGINS, window_until=ENDS, last_trade=last_trade)
    stage = a_line_market().told(a_line(instrument_id="LK-2", rules=rules))
    facts = stage.ask(LINE, an_opening(instrument_id="LK-2"))
    if opens:
        assert isinstance(facts[0], PoolOpened)
    else:
        assert refusal(facts).reason == "POOL_TIMES"


def test_a_pool_may_not_be_worth_too_much() -> None:
    no = refusal(a_line_market().ask(LINE, an_opening(list_price=10**12, supply_mbps=1_001)))
    assert no.reason == "AMOUNT_TOO_LARGE"


def a_measured_line(capacity: int) -> Stage:
    """A line of which no more is sold than its operator has registered."""
    rules = BookRules(kind="bandwidth", form="pool", capacity_needed=True)
    stage = a_line_market().told(a_line(instrument_id="LK-2", rules=rules))
    return stage.told(RegisterCapacity(instrument_id="LK-2", participant_id=LINE, quantity=capacity))


def test_a_pool_supplies_no_more_than_is_registered() -> None:
    stage, opening = a_measured_line(999), an_opening(instrument_id="LK-2", supply_mbps=1_000)
    no = refusal(stage.ask(LINE, opening))
    assert (no.reason, no.subject) == ("CAPACITY_INSUFFICIENT", LINE)
    stage.told(RegisterCapacity(instrument_id="LK-2", participant_id=LINE, quantity=1_000))
    assert isinstance(stage.ask(LINE, opening)[0], PoolOpened)


def test_what_a_pool_supplies_is_taken_until_it_ends() -> None:
    stage = a_measured_line(1_000)
    first = a_pool(stage, instrument_id="LK-2", supply_mbps=600)
    january = {"instrument_id": "LK-2", "delivery_month": "2027-01", "supply_mbps": 401}
    assert refusal(stage.ask(LINE, an_opening(**january))).reason == "CAPACITY_INSUFFICIENT"
    less = RegisterCapacity(instrument_id="LK-2", participant_id=LINE, quantity=599)
    assert refusal(stage.ask(OPERATOR, less)).reason == "CAPACITY_INSUFFICIENT"
    stage.ask(OPERATOR, RefusePool(pool_id=first, grounds=""))
    assert a_pool(stage, **january)


def test_what_a_pool_sold_is_gone_and_what_nobody_took_is_free_again() -> None:
    stage = a_measured_line(1_000)
    pool_id = a_pool(stage, instrument_id="LK-2", supply_mbps=1_000)
    committed(stage, pool_id, ("PR-CN-01", 300), ("PR-CN-02", 200))
    at(stage, CLOSES)
    stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
    stage.settle()
    holder = stage.market.instruments["LK-2"].holders[LINE]
    assert (holder.asked, holder.sold) == (0, 500)
    later = {
        "opens_at": CLOSES,
        "closes_at": CLOSES + 1,
        "delivery_month": "2027-01",
        "instrument_id": "LK-2",
    }
    assert refusal(stage.ask(LINE, an_opening(supply_mbps=501, **later))).reason == "CAPACITY_INSUFFICIENT"
    assert a_pool(stage, supply_mbps=500, **later)


def test_a_month_has_one_pool_at_a_time() -> None:
    stage = a_line_market()
    first = a_pool(stage)
    no = refusal(stage.ask(LINE, an_opening()))
    assert no.reason == "POOL_EXISTS"
    assert first in no.detail
    assert a_pool(stage, delivery_month="2027-01") != first
    at(stage, CLOSES)  # Both fail, and the month is free again.
    assert a_pool(stage, opens_at=CLOSES, closes_at=CLOSES + 1)


def test_the_prices_of_a_pool_are_in_the_steps_of_its_line() -> None:
    rules = BookRules(kind="bandwidth", form="pool", delivery_place="LK-SG", price_step=1_000)
    stage = a_line_market().told(a_line(instrument_id="LK-S2", rules=rules))
    for changed in ({"list_price": 100_500}, {"tiers": tiers((400, 52_500))}):
        no = refusal(stage.ask(LINE, an_opening(instrument_id="LK-S2", **changed)))
        assert (no.reason, no.subject) == ("PRICE_OFF_TICK", "LK-S2")
