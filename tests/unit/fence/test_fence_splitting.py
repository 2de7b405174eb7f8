"""What sums make of persons that exporters of one group let out."""

import pytest

from exchange.fence import load_rulesets, newest
from exchange.fence.splitting import suspected
from exchange.fence.thresholds import thresholds
from exchange.kernel.unions import Numbers
from tests.support.stage import START

RULESET = newest(load_rulesets())
LEAST = thresholds(RULESET, START).persons[0]
NOBODY, UNKNOWN = (0, 0, 0), (None, None, None)


@pytest.mark.parametrize(
    ("each", "said"),
    [
        ([], "none"),
        ([(LEAST - 1, 0, 0)], "none"),
        ([UNKNOWN], "none"),
        ([UNKNOWN, NOBODY], "none"),
        ([UNKNOWN, (1, 0, 0)], None),
        ([(1, None, 0), (1, 0, 0)], None),
        ([(1, 0, None), (1, 0, None)], "none"),
        ([(1, 0, 0), (LEAST - 2, 0, 0)], "none"),
        ([(1, 0, 0), (LEAST - 1, 0, 0)], "suspected"),
        ([(1, 0, 0), (LEAST, 0, 0)], "none"),
        ([(LEAST - 3, 0, 0), (1, 0, 0), (2, 0, 0)], "suspected"),
    ],
)
def test_it_is_suspected_where_each_is_below_a_threshold_that_all_would_reach(
    each: list[tuple[int | None, int | None, int | None]], said: str | None
) -> None:
    assert suspected((Numbers(*numbers) for numbers in each), RULESET, START) == said
