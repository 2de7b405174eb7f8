"""Runs of whole stories."""

from collections.abc import Iterable

from exchange.fence import load_rulesets, newest
from exchange.provenance import Known, Run, runs_of
from tests.unit.views.story import Journal


def runs_in(journals: Iterable[Journal]) -> list[Run]:
    """What journals tell of runs, read one after the other."""
    ruleset = newest(load_rulesets())
    known = Known(ruleset.terms.places.mainland)
    return [
        run
        for journal in journals
        for outcome in journal.outcomes
        for recorded in outcome
        for run in runs_of(known, journal.context, journal.partition, recorded)
    ]
