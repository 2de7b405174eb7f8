"""Until when an answer holds if nothing happens but that time passes."""

from bisect import bisect_right
from datetime import date
from functools import lru_cache

from exchange.fence.crossing import Crossing, Hop, Safeguard
from exchange.fence.dates import day_begins, day_ends, edges
from exchange.fence.ruleset import Ruleset

_NEVER = day_ends(date.max, "UTC")
"""An instant past the year 9999 cannot be written down."""


def holds_until(crossing: Crossing, ruleset: Ruleset) -> int | None:
    """The earliest later instant at which an input of the answer changes by time alone, or None.

    Shape: never later than the answer's first change; earlier where the input that changes did not decide.
    """
    first = _NEVER
    for hop in crossing.hops:
        at, edges_of = hop.as_of, ruleset.edges
        following = bisect_right(edges_of, at)
        if following < len(edges_of) and edges_of[following] < first:
            first = edges_of[following]
        for turn in _turns(hop, ruleset.terms.timezone):
            if at < turn < first:
                first = turn
    return None if first == _NEVER else first


def _turns(hop: Hop, tz: str) -> list[int]:
    turns: list[int] = []
    for dated in (*hop.safeguards, *hop.list_refs):
        turns += edges(dated.valid_from, dated.valid_to, dated.tz)
    for safeguard in hop.safeguards:
        turns += _filing(safeguard, tz)
    if hop.licence is not None:
        turns += edges(hop.licence.valid_from, hop.licence.valid_to, hop.licence.tz)
    if hop.zone.retention_until is not None:
        turns.append(day_ends(hop.zone.retention_until, tz))
    counted = hop.data.contains_pi is not False and hop.data.anonymisation != "report_passed"
    if counted and 0 < hop.counts.year < date.max.year:
        # Persons are counted anew from 1 January.
        turns.append(_year_ends(hop.counts.year, tz))
    return turns


def _filing(safeguard: Safeguard, tz: str) -> tuple[int, ...]:
    filed = () if safeguard.filed_on is None else (day_begins(safeguard.filed_on, tz),)
    due = () if safeguard.filing_due_on is None else (day_ends(safeguard.filing_due_on, tz),)
    return filed + due


@lru_cache(maxsize=1024)
def _year_ends(year: int, tz: str) -> int:
    return day_begins(date(year + 1, 1, 1), tz)
