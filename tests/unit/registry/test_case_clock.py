"""The clock of a case: working days of the mainland, and days from Monday to Friday where these are not published."""

import pytest

from exchange.kernel.time import instant, iso
from exchange.registry.calendars import mainland
from exchange.registry.cases.clock import due_after


@pytest.mark.parametrize(
    ("at", "due", "counted_in"),
    [
        ("2026-11-02T00:00:00Z", "2026-11-23T16:00:00Z", "working_days"),
        # National Day is seven days off, and the Saturday after it is worked.
        ("2026-09-28T02:00:00Z", "2026-10-23T16:00:00Z", "working_days"),
        # A Saturday night in Shanghai is no working day, and its Sunday is not either.
        ("2026-11-07T15:59:59Z", "2026-11-27T16:00:00Z", "working_days"),
        ("2026-11-07T16:00:00Z", "2026-11-27T16:00:00Z", "working_days"),
        # The day on which it comes does not count, by the date in Shanghai.
        ("2026-11-03T15:59:59Z", "2026-11-24T16:00:00Z", "working_days"),
        ("2026-11-03T16:00:00Z", "2026-11-25T16:00:00Z", "working_days"),
        # The last day that is published, and the first that is not: New Year is a Friday.
        ("2026-12-10T02:00:00Z", "2026-12-31T16:00:00Z", "working_days"),
        ("2026-12-11T02:00:00Z", "2027-01-01T16:00:00Z", "weekdays"),
        ("2026-12-20T02:00:00Z", "2027-01-08T16:00:00Z", "weekdays"),
        ("2031-03-03T02:00:00Z", "2031-03-24T16:00:00Z", "weekdays"),
    ],
)
def test_fifteen_days_that_are_worked_after_the_day_it_came(at: str, due: str, counted_in: str) -> None:
    found = due_after(instant(at), mainland())
    assert (iso(found.at), found.counted_in) == (due, counted_in)
