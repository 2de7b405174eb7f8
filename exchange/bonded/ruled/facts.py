"""What happened because the counter ruled against."""

from exchange.kernel.bases import Count, Fact, Names, Text
from exchange.kernel.ids import Id


class RuledAgainst(Fact, frozen=True):
    """The counter has ruled against what a handbook's REVIEW was about; what came of the case before holds no more.

    Shape: so many `egresses` end next, those held for one of the codes and those that were let out by a ruling on it.
    """

    zone_id: Id
    handbook_no: Id
    case_id: Id
    codes: Names
    grounds: Text
    ruling_ids: Names
    egresses: Count


class EgressEnded(Fact, frozen=True):
    """Nothing leaves: the counter ruled against it. Its items are free again."""

    egress_id: Id
    case_id: Id
    codes: Names
    grounds: Text


FACTS: tuple[type[Fact], ...] = (RuledAgainst, EgressEnded)
"""Newest last, so that their schemas keep their ids."""
