"""Whole days in a named time zone, as half-open intervals of instants.

Source: rules.md section 4, "Validity interval".
"""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exchange.kernel.errors import Misuse
from exchange.kernel.time import DAY, start_of_day

_NEXT = timedelta(days=1)


@lru_cache(maxsize=1024)
def known_zone(tz: str) -> ZoneInfo:
    """The time zone called `tz`.

    Raises: Misuse if there is none of that name.
    """
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Misuse(
            f"time zone {tz!r} is unknown: use a name of the IANA register such as Asia/Shanghai"
        ) from error


@lru_cache(maxsize=65536)
def day_begins(day: date, tz: str) -> int:
    """The instant at which `day` begins in `tz`."""
    return start_of_day(day, tz)


@lru_cache(maxsize=65536)
def day_ends(day: date, tz: str) -> int:
    """The instant at which the day after `day` begins in `tz`: the first that `day` no longer holds."""
    return day_begins(day + _NEXT, tz) if day < date.max else day_begins(day, tz) + DAY


def covers(valid_from: date | None, valid_to: date | None, tz: str, at: int) -> bool:
    """Whether `at` lies in the days `valid_from` to `valid_to`, the last one included; None is open."""
    if valid_from is not None and at < day_begins(valid_from, tz):
        return False
    return valid_to is None or at < day_ends(valid_to, tz)


@lru_cache(maxsize=65536)
def edges(valid_from: date | None, valid_to: date | None, tz: str) -> tuple[int, ...]:
    """The instants at which `covers` changes its answer."""
    begins = () if valid_from is None else (day_begins(valid_from, tz),)
    ends = () if valid_to is None else (day_ends(valid_to, tz),)
    return begins + ends
