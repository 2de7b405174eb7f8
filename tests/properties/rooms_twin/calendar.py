"""Days, months and years of Shanghai, by the standard library's own calendar. Source: market.md section 2."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_US = 24 * 3_600 * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(at: int) -> datetime:
    """An instant on the clocks of Shanghai."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(SHANGHAI)


def instant_of(moment: datetime) -> int:
    """A moment as the exchange counts time."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def midnight(day: date) -> int:
    """When a day begins."""
    return instant_of(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI))


def period(unit: str, at: int) -> tuple[date, date]:
    """The first day of the day, month or year of a moment, and that of the next one."""
    day = local(at).date()
    if unit == "day":
        return day, day + timedelta(days=1)
    if unit == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def later(unit: str, at: int, count: int = 1) -> int:
    """The same time of day, so many days or months later, or on a shorter month's last day."""
    moment = local(at)
    if unit == "day":
        return at + count * DAY_US
    months = moment.month - 1 + count * (12 if unit == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(moment.day, monthrange(year, month)[1])
    return instant_of(moment.replace(year=year, month=month, day=day))
