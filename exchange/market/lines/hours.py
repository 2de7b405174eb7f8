"""Whole hours, counted from the epoch, and how many of a term were worse than promised."""

from collections.abc import Iterable
from typing import Final

from exchange.kernel.time import DAY, HOUR
from exchange.market.lines.commands import LinkId
from exchange.market.lines.state import Lines, Term

REPORTED_WITHIN: Final = 3 * DAY
"""How long after it an hour can still be measured, or measured again; what a term comes to is settled then."""
TERM_MAX: Final = 366 * DAY
"""The longest right that gets credit: so long are hours remembered."""


def hours_from(at: int, hours: int) -> range:
    """The hours that begin at an hour."""
    first = at // HOUR
    return range(first, first + hours)


def hours_within(starts_at: int, ends_at: int) -> range:
    """The hours that lie in a time whole."""
    return range(-(-starts_at // HOUR), ends_at // HOUR)


def worse_hours(lines: Lines, link_id: LinkId, starts_at: int, ends_at: int) -> int:
    """How many hours of a time were worse than the line promised; none that nobody has measured."""
    line = lines.lines.get(link_id)
    within = hours_within(starts_at, ends_at)
    return 0 if line is None else sum(hour in within for hour in line.worse)


def terms_with(lines: Lines, link_id: LinkId, hours: range) -> Iterable[Term]:
    """The terms of rights to a line that have one of these hours in them."""
    for name in lines.of_line.get(link_id, ()):
        term = lines.terms[name]
        within = hours_within(term.starts_at, term.ends_at)
        if within.start < hours.stop and hours.start < within.stop:
            yield term
