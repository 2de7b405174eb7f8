"""Intervals against plain sets of numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exchange.delivery.intervals import covers, joined

_RUNS = st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda run: (run[0], run[0] + run[1]))


@given(st.lists(_RUNS, max_size=12), _RUNS)
def test_intervals_say_what_a_set_of_numbers_says(
    runs: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    intervals: list[tuple[int, int]] = []
    numbers: set[int] = set()
    for first, last in runs:
        intervals = joined(intervals, first, last)
        numbers.update(range(first, last + 1))
    assert {number for first, last in intervals for number in range(first, last + 1)} == numbers
    assert all(here[1] + 1 < there[0] for here, there in pairwise(intervals))
    assert covers(intervals, *asked) == numbers.issuperset(range(asked[0], asked[1] + 1))
