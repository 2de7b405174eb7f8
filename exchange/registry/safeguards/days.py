"""Days of safeguards that working days decide, and days that people write."""

from datetime import date, timedelta

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import local_date
from exchange.registry.calendars import Calendar
from exchange.registry.reasons import Reason
from exchange.registry.safeguards.commands import ExtendSafeguard, RegisterSafeguard
from exchange.registry.safeguards.fitting import MAINLAND_TZ, day


def _longest(working_days: int) -> timedelta:
    """Longer than so many working days ever are, with a year's days off among them: four a week, a fortnight."""
    return timedelta(days=working_days * 7 // 4 + 14)


def filing_due(command: RegisterSafeguard, working_days: int, calendar: Calendar) -> str | Refused | None:
    """Until when a standard contract has to be filed; None for what has no due date here."""
    if command.kind != "CN-SCC":
        return command.filing_due_on
    due = calendar.after(day(command.valid_from), working_days)
    if due is None:
        return _named_due(command, working_days, calendar)
    if command.filing_due_on not in (None, due.isoformat()):
        detail = (
            f"{working_days} working days after {command.valid_from} are {due}, not {command.filing_due_on}"
        )
        return refused(command, Reason.SAFEGUARD_UNFIT, command.safeguard_id, detail)
    return due.isoformat()


def _named_due(command: RegisterSafeguard, working_days: int, calendar: Calendar) -> str | Refused:
    """The due date that is named where it cannot be reckoned: no farther away than it could be."""
    if command.filing_due_on is None:
        return _unpublished(command, command.safeguard_id, "filing_due_on", calendar)
    begins = day(command.valid_from)
    latest = begins + _longest(working_days)
    if not begins < day(command.filing_due_on) <= latest:
        detail = f"{command.filing_due_on} is no day by which to file; that is after {begins}, {latest} at the latest"
        return refused(command, Reason.SAFEGUARD_UNFIT, command.safeguard_id, detail)
    return command.filing_due_on


def outside_window(
    command: ExtendSafeguard, last: date, working_days: int, at: int, calendar: Calendar
) -> Refused | None:
    """Why an extension was not sought in time; None where it was."""
    sought_on = past(command.sought_on, at)
    if isinstance(sought_on, str):
        return refused(command, Reason.SAFEGUARD_UNFIT, command.safeguard_id, sought_on)
    opens = calendar.before(last, working_days)
    if opens is None:
        named = None if command.window_from is None else readable(command.window_from)
        if named is None:
            return _unpublished(command, command.safeguard_id, "window_from", calendar)
        if isinstance(named, str):
            return refused(command, Reason.SAFEGUARD_UNFIT, command.safeguard_id, named)
        opens = max(named, last - _longest(working_days))
    if not opens <= sought_on <= last:
        days = f"its last {working_days} working days"
        detail = f"it was sought on {sought_on}; that may be done from {opens} to {last}, {days}"
        return refused(command, Reason.SAFEGUARD_WINDOW, command.safeguard_id, detail)
    return None


def readable(text: str) -> date | str:
    """A day, or why it is none."""
    try:
        return day(text)
    except ValueError as error:
        return f"{text}: {error}"


def past(text: str, at: int) -> date | str:
    """A day that has come in the mainland, or why it is none."""
    found, today = readable(text), local_date(at, MAINLAND_TZ)
    return f"{text} has not come; today is {today}" if isinstance(found, date) and found > today else found


def _unpublished(command: Command, name: str, field: str, calendar: Calendar) -> Refused:
    years = ", ".join(map(str, calendar.known))
    detail = f"working days are known of {years}; name the day yourself in {field}"
    return refused(command, Reason.WORKING_DAYS_UNKNOWN, name, detail)
