"""Whatever is asked of a market: money is conserved, books obey their rules, replay equals life, the twin agrees."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.time import HOUR
from tests.properties.market_drawn import ENDING, OWNERS, STEPS, WAITING, Asked
from tests.properties.market_machine import Trading


@given(
    book=st.sampled_from(["hours", "data", "slots", "call"]), steps=st.lists(STEPS, min_size=20, max_size=60)
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_whoever_is_suspended_and_reinstated_between_orders(
    book: str, steps: list[tuple[Asked, str | None]]
) -> None:
    trading = Trading()
    trading.begin()
    for number, (order, toggled) in enumerate(steps):
        trading.trade(book, [order])
        if toggled is not None:
            trading.suspend(toggled, toggled in trading.twin.idle)
        if number % 20 == 0:
            trading.time_passes(HOUR)
    trading.the_twin_has_the_same_purses()
    trading.teardown()


@given(
    book=st.sampled_from(["hours", "data", "call"]),
    rounds=st.lists(
        st.tuples(st.lists(WAITING, min_size=5, max_size=30), st.sampled_from((None, *sorted(OWNERS)))),
        min_size=1,
        max_size=3,
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_on_auctions(book: str, rounds: list[tuple[list[Asked], str | None]]) -> None:
    trading = Trading()
    trading.begin()
    for orders, toggled in rounds:
        trading.set_state(book, "call")
        trading.trade(book, orders)
        if toggled is not None:
            trading.suspend(toggled, toggled in trading.twin.idle)
        trading.set_state(book, "open")
        trading.no_two_orders_that_may_trade_stand_crossed()
    trading.the_twin_has_the_same_purses()
    trading.teardown()


@given(
    book=st.sampled_from(["call", "ahead", "slots"]),
    orders=st.lists(ENDING, min_size=4, max_size=20),
    late=st.sampled_from((HOUR, 4 * HOUR, 40 * HOUR)),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_on_auctions_however_late_they_are_looked_at(
    book: str, orders: list[Asked], late: int
) -> None:
    trading = Trading()
    trading.begin()
    if book == "slots":
        trading.time_passes(HOUR)
    trading.trade(book, orders)
    trading.time_passes_and_nobody_looks(2 * HOUR + late)
    trading.the_twin_has_the_same_purses()
    trading.teardown()


TestTrading = Trading.TestCase
TestTrading.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
