"""Rights that run, as their facts tell: suspended by date, run on by a ruling, suspended again, ended and refunded."""

from typing import Any

from exchange.kernel.time import DAY, HOUR
from tests.unit.market.plan_stage import until
from tests.unit.market.running import LAPSES, NEW_YEAR, a_house, bought, ruled, withdrawn
from tests.unit.market.stage import Stage
from tests.unit.views.story import Journal

PARTITION = 11
_APART = 90_000


class Apart(Stage):
    """A stage whose names are those of no other story."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.offset = _APART


def rights_that_run() -> Journal:
    """A month suspended on 16 December for five days, and again from the 24th to its end. In a partition of its own."""
    stage = a_house(Apart)
    bought(stage)
    until(stage, LAPSES + 5 * DAY + HOUR)
    ruled(stage, valid_until=NEW_YEAR + 90 * DAY)
    until(stage, LAPSES + 8 * DAY + HOUR)
    withdrawn(stage, *stage.market.rulings.held)
    until(stage, NEW_YEAR)
    journal = Journal("market", PARTITION)
    for fact, _ in stage.journal:
        journal.add(fact)
    return journal
