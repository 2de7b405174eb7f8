"""Until when an answer holds if nothing happens but that time passes."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from exchange.fence.crossing import Crossing, Hop, Safeguard
from exchange.fence.dates import day_begins, day_ends, edges
from exchange.fence.ruleset import Ruleset

_LAST = day_ends(date.max, "UTC") - 1
"""An instant past the year 9999 cannot be written down."""


def holds_until(crossing: Crossing, ruleset: Ruleset) -> int | None:
    """The earliest later instant at which an input of the answer changes by time alone, or None.

    Shape: never later than the answer's first change; earlier where the input that changes did not decide.
    """
    return min((turn for hop in crossing.hops for turn in _later(hop, ruleset)), default=None)


def _later(hop: Hop, ruleset: Ruleset) -> Iterator[int]:
    following = bisect_right(ruleset.edges, hop.as_of)
    yield from ruleset.edges[following : following + 1]
    for turn in _turns(hop, ruleset.terms.timezone):
        if hop.as_of < turn <= _LAST:
            yield turn


def _turns(hop: Hop, tz: str) -> Iterator[int]:
    for dated in (*hop.safeguards, *hop.list_refs):
        yield from edges(dated.valid_from, dated.valid_to, dated.tz)
    for safeguard in hop.safeguards:
        yield from _filing(safeguard, tz)
    if hop.licence is not None:
        yield from edges(hop.licence.valid_from, hop.licence.valid_to, hop.licence.tz)
    if hop.zone.retention_until is not None:
        yield day_ends(hop.zone.retention_until, tz)
    counted = hop.data.contains_pi is not False and hop.data.anonymisation != "report_passed"
    if counted and 0 < hop.counts.year < date.max.year:
        # Persons are counted anew from 1 January.
        yield day_begins(date(hop.counts.year + 1, 1, 1), tz)


def _filing(safeguard: Safeguard, tz: str) -> Iterator[int]:
    if safeguard.filed_on is not None:
        yield day_begins(safeguard.filed_on, tz)
    if safeguard.filing_due_on is not None:
        yield day_ends(safeguard.filing_due_on, tz)
