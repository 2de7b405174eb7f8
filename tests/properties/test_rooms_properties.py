"""Whatever is asked of pools, plans, quotes, subscriptions, a book and trades, over one money: the twin agrees."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.rooms_drawn.picking import Step
from tests.properties.rooms_drawn.steps import steps
from tests.properties.rooms_machine import Rooming

DRAWN = st.one_of(
    *(
        st.lists(st.one_of(steps(room, 8), steps("after", 8)), min_size=8, max_size=16)
        for room in ("book", "plans")
    )
)


@given(drawn=DRAWN)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_on_what_is_said_of_many_trades(drawn: list[list[Step]]) -> None:
    played = Rooming()
    played.begin()
    for each in drawn:
        played.play(each)
    played.teardown()


@given(drawn=st.lists(st.one_of(steps("auctions", 8, waits=2), steps("after", 3)), min_size=8, max_size=16))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_twin_agrees_on_one_auction_after_another(drawn: list[list[Step]]) -> None:
    played = Rooming()
    played.begin()
    for each in drawn:
        played.play(each)
    played.teardown()


TestRooms = Rooming.TestCase
TestRooms.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
