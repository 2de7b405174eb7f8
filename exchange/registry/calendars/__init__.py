"""Working days: which days the mainland works, as its State Council published them year by year."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from exchange.kernel.bases import Value
from exchange.kernel.errors import Misuse

_DAY = timedelta(days=1)


class _DaysOff(Value, frozen=True, rename={"begins": "from", "ends": "to"}):
    begins: date
    ends: date
    name: str


class _Year(Value, frozen=True):
    source: str
    days_off: tuple[_DaysOff, ...]
    workdays: frozenset[date]


class Calendar:
    """The days that are worked, in the years that were published."""

    def __init__(self, years: Mapping[int, _Year]) -> None:
        self._years = years
        self._off = frozenset(
            each.begins + number * _DAY
            for year in years.values()
            for each in year.days_off
            for number in range((each.ends - each.begins).days + 1)
        )

    @property
    def known(self) -> tuple[int, ...]:
        """The years it has, in order."""
        return tuple(sorted(self._years))

    def works(self, day: date) -> bool | None:
        """Whether a day is worked; None where its year was not published."""
        year = self._years.get(day.year)
        if year is None:
            return None
        return day in year.workdays or (day.weekday() < 5 and day not in self._off)

    def after(self, day: date, count: int) -> date | None:
        """The `count`-th working day after `day`; None where a day on the way is of an unknown year."""
        return self._walk(day, count, _DAY)

    def before(self, day: date, count: int) -> date | None:
        """The first of the last `count` working days up to `day`, which counts if it is worked."""
        return self._walk(day + _DAY, count, -_DAY)

    def _walk(self, day: date, count: int, step: timedelta) -> date | None:
        while count:
            day += step
            works = self.works(day)
            if works is None:
                return None
            count -= works
        return day


def read_calendar(text: str) -> Calendar:
    """A calendar from its text.

    Raises: Misuse where the text is none.
    """
    try:
        written: Any = yaml.safe_load(text)
        return Calendar(msgspec.convert(written["years"], dict[int, _Year]))
    except (yaml.YAMLError, msgspec.ValidationError, KeyError, TypeError) as error:
        raise Misuse(f"the calendar cannot be read: {error}") from error


@cache
def mainland() -> Calendar:
    """The calendar that is shipped. Read once, at the door."""
    return read_calendar((files("exchange.registry.calendars") / "mainland.yaml").read_text(encoding="utf-8"))
