"""Intervals of exchange time, in which trades are summed up. A day is one of Asia/Shanghai."""

from exchange.kernel.errors import Misuse
from exchange.kernel.time import HOUR, SECOND

INTERVALS = {"1s": 1, "1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "1d": 86_400}
"""The seconds of each interval, by the name people give it."""
AHEAD_US = 8 * HOUR
"""How far Asia/Shanghai runs ahead of UTC; since 1991 it has changed its clocks no more."""


def interval_s(name: str) -> int:
    """The seconds of an interval. Raises: Misuse if there is none of that name."""
    if name not in INTERVALS:
        raise Misuse(f"there is no interval {name!r}; there are {', '.join(INTERVALS)}")
    return INTERVALS[name]


def begin_of(at: int, seconds: int) -> int:
    """The instant at which the interval around `at` begins. Units: microseconds."""
    size = seconds * SECOND
    return (at + AHEAD_US) // size * size - AHEAD_US


def begin_from(at: int, seconds: int) -> int:
    """The instant at which the first interval begins that does so at `at` or later. Units: microseconds."""
    return begin_of(at - 1, seconds) + seconds * SECOND
