"""Facts of a business zone as the journal that tables are made from."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from exchange.kernel.bases import Recorded
from streams.filters import decide_lines
from streams.jsonpipe import read_fact
from tests.unit.views.story import Journal

_STORY = Path(__file__).parents[3] / "docs" / "examples" / "consignments.jsonl"


def a_story_of_consignments() -> Journal:
    """What follows from the commands that the pages tell of."""
    lines = decide_lines("bonded", _STORY.read_text(encoding="utf-8").splitlines())
    return journal_of(read_fact(line, number).recorded for number, line in enumerate(lines, start=1))


def journal_of(recorded: Iterable[Recorded]) -> Journal:
    """Whole outcomes, in order."""
    journal = Journal("bonded")
    for _, outcome in groupby(recorded, key=lambda each: each.meta.cause):
        journal.outcomes.append(tuple(outcome))
    return journal
