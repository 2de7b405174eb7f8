"""When orders and books begin and end by themselves. Source: market.md sections 3, 4 and 4a (10)."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, HOUR, MINUTE, SECOND, instant
from exchange.market.commands import CancelOrders, SetInstrumentState, Side, TimeInForce
from exchange.market.facts import InstrumentStateSet, OrderCancelled, OrderExpired, OrdersCancelled
from exchange.market.state import Purse
from tests.unit.market.floor import (
    B1,
    B2,
    BOOK,
    OP,
    S1,
    S2,
    a_floor,
    at_market,
    ends,
    resting,
    set_to,
    trades,
)
from tests.unit.market.stage import NOON, Stage, a_bid, an_ask, names

FOR_TODAY, DATE = TimeInForce.DAY, TimeInForce.GOOD_TILL_DATE
MIDNIGHT = instant("2026-11-02T16:00:00Z")
"""In Asia/Shanghai, where the day of `NOON` ends."""


def states(stage: Stage) -> list[tuple[str, str]]:
    """What a book has been, and whether its time had come."""
    return [(fact.state, fact.by) for fact, _ in stage.journal if isinstance(fact, InstrumentStateSet)]


def test_a_day_order_ends_with_the_day_in_shanghai() -> None:
    stage = a_floor()
    stage.ask(B1, a_bid(10, time_in_force=FOR_TODAY))
    stage.at = MIDNIGHT - 1
    assert stage.settle() == []
    stage.at = MIDNIGHT
    (fact,) = stage.settle()
    assert isinstance(fact, OrderExpired)
    assert (fact.grounds, fact.released_minor) == ("day", 10)
    assert stage.purse(B1) == Purse(cash=10_000)


@pytest.mark.parametrize(
    ("placed", "ends_at"),
    [
        ("2026-11-02T06:59:59Z", "2026-11-02T07:00:00Z"),
        ("2026-11-02T07:00:00Z", "2026-11-03T07:00:00Z"),
        ("2026-11-02T16:30:00Z", "2026-11-03T07:00:00Z"),
    ],
)
def test_a_session_ends_when_the_instrument_says(placed: str, ends_at: str) -> None:
    stage = a_floor(rules={"session_ends_minute": 15 * 60})
    stage.at = instant(placed)
    stage.ask(B1, a_bid(10, time_in_force=FOR_TODAY))
    assert stage.decider.next_deadline(stage.market) == instant(ends_at)


def test_an_order_till_a_date_ends_at_the_first_moment_at_or_after_it() -> None:
    stage = a_floor()
    stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=stage.at + HOUR))
    stage.ask(S1, an_ask(12, time_in_force=DATE, expires_at=stage.at + HOUR + SECOND))
    stage.at += HOUR
    assert ends(stage.settle()) == [(B1, "good_till_date", 1)]
    stage.at += 5 * HOUR
    assert ends(stage.settle()) == [(S1, "good_till_date", 1)]


def test_an_order_whose_time_is_over_trades_no_more() -> None:
    stage = a_floor()
    stage.ask(B1, a_bid(10, time_in_force=DATE, expires_at=stage.at + HOUR))
    stage.ask(B2, a_bid(9))
    stage.at += HOUR
    assert trades(stage.ask(S1, an_ask(9))) == [(B2, S1, 9, 1)]


def test_an_order_till_it_is_cancelled_outlasts_the_day_and_ends_with_its_book() -> None:
    stage = a_floor()
    stage.ask(B1, a_bid(10))
    stage.at += 100 * DAY
    assert stage.settle() == []
    set_to(stage, "closed")
    assert not stage.market.orders


def test_a_filled_order_leaves_no_expiry_behind() -> None:
    stage = a_floor()
    stage.ask(B1, a_bid(10, time_in_force=FOR_TODAY))
    stage.ask(S1, an_ask(10))
    assert stage.decider.next_deadline(stage.market) is None
    assert not stage.market.expiring


def test_an_announced_book_opens_collects_and_closes_when_its_times_come() -> None:
    rules = {"first_trade": NOON + HOUR, "call_us": 10 * MINUTE, "last_trade": NOON + 5 * HOUR}
    stage = a_floor(rules=rules)
    stage.at = NOON + HOUR
    stage.settle()
    assert stage.market.instruments[BOOK].state == "call"
    stage.at += 10 * MINUTE
    stage.settle()
    stage.ask(B1, a_bid(10))
    stage.at = NOON + 5 * HOUR
    assert ends(stage.settle()) == [(B1, "last_trade", 1)]
    assert states(stage) == [
        *(("call", "time"), ("uncrossing", "time"), ("open", "time")),
        ("closed", "time"),
    ]
    assert stage.decider.next_deadline(stage.market) is None


TO_OPEN: dict[str, Any] = {"first_trade": NOON + HOUR, "call_us": 10 * MINUTE, "last_trade": NOON + 5 * HOUR}


def state_of(stage: Stage) -> str:
    return stage.market.instruments[BOOK].state


def test_an_announced_book_that_is_opened_early_has_its_opening_auction() -> None:
    stage = set_to(a_floor(rules=TO_OPEN), "open")
    assert state_of(stage) == "call"
    stage.ask(B1, a_bid(12))
    stage.ask(S1, an_ask(8))
    stage.at += 10 * MINUTE
    assert [price for _, _, price, _ in trades(stage.settle())] == [12]
    assert state_of(stage) == "open"


def test_an_announced_book_that_was_halted_waits_for_its_first_trade_as_before() -> None:
    stage = set_to(set_to(a_floor(rules=TO_OPEN), "halted"), "open")
    assert state_of(stage) == "announced"
    stage.at = NOON + HOUR
    stage.settle()
    assert state_of(stage) == "call"


def test_a_book_that_is_halted_over_its_first_trade_opens_with_its_auction() -> None:
    stage = set_to(a_floor(rules=TO_OPEN), "halted")
    stage.at = NOON + 2 * HOUR
    assert stage.settle() == []
    assert state_of(set_to(stage, "open")) == "call"


def test_a_book_that_is_halted_while_it_collects_opens_with_its_auction() -> None:
    stage = a_floor(rules={"call_us": 10 * MINUTE})
    stage.ask(B1, a_bid(12))
    stage.ask(S1, an_ask(8))
    set_to(set_to(stage, "halted"), "open")
    assert state_of(stage) == "uncrossing"
    assert [price for _, _, price, _ in trades(stage.settle())] == [12]
    assert state_of(set_to(set_to(stage, "halted"), "open")) == "open", "it has opened before"


def test_what_a_halt_leaves_of_an_auction_is_auctioned_again() -> None:
    stage = set_to(a_floor(), "call")
    for _ in range(30):
        stage.ask(B1, a_bid(12))
        stage.ask(S1, an_ask(8))
    opening, halting = (SetInstrumentState(instrument_id=BOOK, state=state) for state in ("open", "halted"))
    stage.ask_without_deadlines(OP, opening)
    made = trades(stage.expire())
    stage.ask_without_deadlines(OP, halting)
    assert not stage.settle()
    assert 0 < len(made) < 30
    set_to(stage, "open")
    assert state_of(stage) == "uncrossing"
    made += trades(stage.settle())
    assert [price for _, _, price, _ in made] == [12] * 30
    assert (state_of(stage), len(stage.market.orders)) == ("open", 0)
    assert state_of(set_to(set_to(stage, "halted"), "open")) == "open"


def test_what_an_open_book_collected_before_a_halt_is_auctioned_afterwards() -> None:
    stage = a_floor()
    set_to(set_to(stage, "call"), "open").settle()
    assert state_of(stage) == "open"
    set_to(stage, "call").ask(B1, a_bid(12))
    stage.ask(S1, an_ask(8))
    stage.ask(B2, a_bid(9))
    set_to(set_to(stage, "halted"), "open")
    assert state_of(stage) == "uncrossing"
    assert [(buyer, price) for buyer, _, price, _ in trades(stage.settle())] == [(B1, 12)]
    assert state_of(set_to(set_to(stage, "halted"), "open")) == "open", "nothing was collected since"


def test_an_announced_book_without_an_auction_opens_early() -> None:
    stage = a_floor(rules={"first_trade": NOON + HOUR})
    assert state_of(set_to(stage, "open")) == "open"


def test_a_book_that_collected_early_and_was_halted_trades_when_it_is_opened() -> None:
    stage = a_floor(rules={"first_trade": NOON + HOUR, "reference_price": 10, "collar_bp": 5_000})
    set_to(stage, "call").ask(B1, a_bid(12))
    stage.ask(S1, at_market(an_ask(1)))
    set_to(set_to(stage, "halted"), "open").settle()
    assert (state_of(stage), len(stage.market.orders)) == ("open", 0)


def test_a_book_closes_two_hours_before_its_delivery_where_nothing_else_is_said() -> None:
    stage = a_floor(rules={"window_from": NOON + 10 * HOUR, "window_until": NOON + 11 * HOUR})
    assert stage.decider.next_deadline(stage.market) == NOON + 8 * HOUR


def test_a_halted_book_is_closed_too_when_its_time_comes() -> None:
    stage = a_floor(rules={"last_trade": NOON + HOUR})
    stage.ask(B1, a_bid(10))
    set_to(stage, "halted")
    stage.at = NOON + HOUR
    assert ends(stage.settle()) == [(B1, "last_trade", 1)]
    assert stage.market.instruments[BOOK].state == "closed"


def test_closed_by_decision_its_orders_are_cancelled() -> None:
    stage = a_floor(rules={"last_trade": NOON + HOUR})
    stage.ask(B1, a_bid(10))
    set_to(stage, "closed")
    assert [fact.grounds for fact, _ in stage.journal if isinstance(fact, OrderCancelled)] == [
        "instrument_closed"
    ]
    assert stage.decider.next_deadline(stage.market) is None


@pytest.mark.parametrize(
    ("actor", "command", "left"),
    [
        (B1, CancelOrders(participant_id=B1), [B2, S1, S2]),
        (B1, CancelOrders(participant_id=B1, instrument_id=BOOK), [B2, S1, S2]),
        (OP, CancelOrders(participant_id=S1), [B1, B1, B2, S2]),
        (OP, CancelOrders(instrument_id=BOOK), []),
    ],
)
def test_many_orders_are_cancelled_at_once(actor: str, command: CancelOrders, left: list[str]) -> None:
    stage = a_floor()
    for who, order in ((B1, a_bid(8)), (B1, a_bid(9)), (B2, a_bid(7)), (S1, an_ask(20)), (S2, an_ask(21))):
        stage.ask(who, order)
    facts = stage.ask(actor, command)
    assert names(facts) == [*["OrderCancelled"] * (5 - len(left)), "OrdersCancelled"]
    assert isinstance(facts[-1], OrdersCancelled)
    assert facts[-1].count == 5 - len(left)
    assert sorted(who for side in Side for who, *_ in resting(stage, side)) == sorted(left)
    assert stage.purse(B1).reserved == 17 * (B1 in left)


def test_who_has_no_orders_is_told_that_none_was_cancelled() -> None:
    (fact,) = a_floor().ask(B1, CancelOrders(participant_id=B1))
    assert isinstance(fact, OrdersCancelled)
    assert fact.count == 0
