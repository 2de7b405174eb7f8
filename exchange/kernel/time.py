"""Exchange time: integers of microseconds since the Unix epoch, UTC. Nothing here reads a clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

INSTANT_MAX = 253_402_300_799_999_999
Instant = Annotated[int, msgspec.Meta(ge=0, le=INSTANT_MAX, extra={"avro": "timestamp-micros"})]
"""Microseconds since 1970-01-01T00:00:00Z, up to the end of year 9999."""

Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")]
"""A calendar day, as in ISO 8601."""

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str) -> int:
    """Read an ISO 8601 time with an offset or `Z`.

    Raises: ValueError if `text` is no time or names no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not written as ISO 8601") from error
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} names no offset; add Z or +08:00")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def iso(at: int) -> str:
    """Write an instant as ISO 8601 UTC with a trailing `Z`, microseconds only where there are any."""
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


def local_date(at: int, zone: str) -> date:
    """The calendar date of an instant in an IANA time zone."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> int:
    """The instant at which a calendar date begins in an IANA time zone."""
    return (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) - _EPOCH) // timedelta(
        microseconds=1
    )
