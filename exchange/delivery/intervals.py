"""Whole numbers as sorted, disjoint, never touching intervals `(first, last)`, both ends included."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter

_first = itemgetter(0)
_last = itemgetter(1)


def joined(intervals: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """The intervals with `first`..`last` taken in, neighbours melted into one."""
    low = bisect_left(intervals, first - 1, key=_last)
    high = bisect_right(intervals, last + 1, key=_first)
    if low < high:
        first = min(first, intervals[low][0])
        last = max(last, intervals[high - 1][1])
    return [*intervals[:low], (first, last), *intervals[high:]]


def covers(intervals: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Whether every number of `first`..`last` is in one of the intervals."""
    place = bisect_right(intervals, first, key=_first) - 1
    return place >= 0 and intervals[place][1] >= last


def first_missing(intervals: Sequence[tuple[int, int]], first: int) -> int:
    """The first number from `first` on that is in none of the intervals."""
    place = bisect_right(intervals, first, key=_first) - 1
    return intervals[place][1] + 1 if place >= 0 and intervals[place][1] >= first else first
