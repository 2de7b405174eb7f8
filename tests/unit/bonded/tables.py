"""Facts of a business zone as the journal that tables are made from."""

from collections.abc import Iterable
from itertools import groupby

from exchange.kernel.bases import Recorded
from tests.unit.views.story import Journal


def journal_of(recorded: Iterable[Recorded]) -> Journal:
    """Whole outcomes, in order."""
    journal = Journal("bonded")
    for _, outcome in groupby(recorded, key=lambda each: each.meta.cause):
        journal.outcomes.append(tuple(outcome))
    return journal
