"""Periods of the mainland calendar, and their days: a day that has begun is a day used.

Source: market.md section 2.
"""

from datetime import date, timedelta
from typing import NamedTuple

from exchange.kernel.plan import PeriodUnit
from exchange.kernel.time import local_date, start_of_day
from exchange.market.term import ZONE

_DECEMBER = 12


class Period(NamedTuple):
    """A day, month or year of the calendar. Shape: it ends where the next one begins."""

    begins_at: int
    ends_at: int
    days: int


def period_of(unit: PeriodUnit, at: int) -> Period:
    """The period in which a moment lies."""
    first, following = _dates(unit, local_date(at, ZONE))
    return Period(start_of_day(first, ZONE), start_of_day(following, ZONE), (following - first).days)


def days_from(at: int, ends_at: int) -> int:
    """The days from a moment to the end of a period, the one of the moment included."""
    return (local_date(ends_at, ZONE) - local_date(at, ZONE)).days


def days_left(at: int, ends_at: int) -> int:
    """The days of a period that have not begun at a moment."""
    begun = at > start_of_day(local_date(at, ZONE), ZONE)
    return max(0, days_from(at, ends_at) - begun)


def _dates(unit: PeriodUnit, day: date) -> tuple[date, date]:
    """The first day of a period and that of the next one."""
    if unit == "day":
        return day, day + timedelta(days=1)
    if unit == "month":
        first = day.replace(day=1)
        turns = first.month == _DECEMBER
        return first, first.replace(year=first.year + turns, month=1 if turns else first.month + 1)
    first = day.replace(month=1, day=1)
    return first, first.replace(year=first.year + 1)
