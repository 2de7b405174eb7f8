"""How long the right that a trade confers lasts."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from exchange.kernel.time import DAY, instant
from exchange.market.commands import InstrumentTerms

ZONE: Final = "Asia/Shanghai"
"""Whose calendar days, months and years are counted."""
_LAST_INSTANT = instant("9999-12-31T00:00:00Z")
_LAST_YEAR = 9_998
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = {"month": 1, "year": 12}


def ends_at(terms: InstrumentTerms, starts_at: int, quantity: int) -> int:
    """When `quantity` units that begin at `starts_at` end.

    Shape: a day, month or year ends at the same local time of the day, month or year after it, a month's
    missing days being cut to its last; any other unit lasts as long as the licence. Nothing lasts past the year 9999.
    """
    if terms.unit == "day":
        return min(starts_at + quantity * DAY, _LAST_INSTANT)
    if terms.unit in _MONTHS:
        return _months_later(starts_at, quantity * _MONTHS[terms.unit])
    return min(starts_at + terms.licence.term_days * DAY, _LAST_INSTANT)


def _months_later(at: int, months: int) -> int:
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(ZONE))
    years, month = divmod(local.month - 1 + months, 12)
    year = local.year + years
    if year > _LAST_YEAR:
        return _LAST_INSTANT
    day = min(local.day, monthrange(year, month + 1)[1])
    return (local.replace(year=year, month=month + 1, day=day) - _EPOCH) // timedelta(microseconds=1)
