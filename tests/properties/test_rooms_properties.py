"""Whatever is asked of pools, plans, quotes, subscriptions, a book and trades, over one money: the twin agrees."""

from hypothesis import HealthCheck, settings

from tests.properties.rooms_machine import Rooming

TestRooms = Rooming.TestCase
TestRooms.settings = settings(
    max_examples=180, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
