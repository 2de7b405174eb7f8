"""Until when a panel has to rule: working days of the mainland, which the counter works too.

A case comes by itself, so nobody can be asked to name the day, as of a safeguard: where a day on the way is of a year
whose working days were not published, it counts as worked from Monday to Friday, and the fact says so.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

from exchange.kernel.time import local_date, start_of_day
from exchange.registry.calendars import Calendar
from exchange.registry.cases.facts import CountedIn

CASE_WORKING_DAYS: Final = 15
"""How long the counter has; a default of this exchange."""
TZ: Final = "Asia/Shanghai"
_DAY = timedelta(days=1)


class Due(NamedTuple):
    """The moment at which the last day is over, and how days were counted."""

    at: int
    counted_in: CountedIn


def due_after(at: int, calendar: Calendar) -> Due:
    """When so many working days are over that follow the day of `at`."""
    day, left, known = local_date(at, TZ), CASE_WORKING_DAYS, True
    while left:
        day += _DAY
        works = calendar.works(day)
        known = known and works is not None
        left -= _weekday(day) if works is None else works
    return Due(start_of_day(day + _DAY, TZ), "working_days" if known else "weekdays")


def _weekday(day: date) -> bool:
    return day.weekday() < 5
