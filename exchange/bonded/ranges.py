"""Items as sorted, disjoint, never touching intervals `(first, last)`, both ends included, and sums of them."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

Intervals: TypeAlias = list[tuple[int, int]]


def joined(*several: Iterable[tuple[int, int]]) -> Intervals:
    """Every number that is in one of them."""
    found: Intervals = []
    for first, last in sorted(each for intervals in several for each in intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def common(left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]]) -> Intervals:
    """Every number that is in both. Shape: both sorted and disjoint."""
    found: Intervals = []
    here, there = 0, 0
    while here < len(left) and there < len(right):
        first, last = max(left[here][0], right[there][0]), min(left[here][1], right[there][1])
        if first <= last:
            found.append((first, last))
        if left[here][1] < right[there][1]:
            here += 1
        else:
            there += 1
    return found


def without(left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]]) -> Intervals:
    """Every number of the one that is not in the other. Shape: both sorted and disjoint."""
    found: Intervals = []
    place = 0
    for begin, last in left:
        first = begin
        while place < len(right) and right[place][1] < first:
            place += 1
        at = place
        while at < len(right) and right[at][0] <= last:
            if first < right[at][0]:
                found.append((first, right[at][0] - 1))
            first = right[at][1] + 1
            at += 1
        if first <= last:
            found.append((first, last))
    return found


def counted(intervals: Iterable[tuple[int, int]]) -> int:
    """How many numbers they hold."""
    return sum(last - first + 1 for first, last in intervals)


def share(total: int, quantity: int, intervals: Iterable[tuple[int, int]]) -> int:
    """The part of `total` that falls to these numbers of `quantity`; parts of a whole add up to it exactly."""
    return sum(total * (last + 1) // quantity - total * first // quantity for first, last in intervals)
