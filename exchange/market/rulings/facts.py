"""What happened about rulings."""

from typing import Literal

from exchange.kernel.bases import Count, Fact, Line, Names, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, ProductId
from exchange.kernel.time import Instant


class RulingRecorded(Fact, frozen=True):
    """The counter's panel ruled: these codes of a REVIEW do not stand in the way, in this scope, until then.

    Shape: `reference` is the registry's case, `by_id` who brought it here: the exchange's own policy.
    """

    ruling_id: Id
    codes: Names
    product_id: ProductId | None
    instrument_id: InstrumentId | None
    buyer_id: ParticipantId | None
    valid_until: Instant
    panel: Names
    grounds: Text
    reference: Line
    by_id: Id


class RulingEnded(Fact, frozen=True):
    """A ruling holds no more: its time is over, or the counter took it back."""

    ruling_id: Id
    basis: Literal["time", "withdrawn"]
    grounds: Text


class CaseConcluded(Fact, frozen=True):
    """What became of a case of the counter is known here.

    Shape: `rulings` that came of it end next; so do `purchases`, in as many outcomes as they need: those that are open
    or whose right runs, suspended or not, and that rest on one of its `codes`; with a `decision_id`, that rest on it.
    """

    case_id: Id
    verdict: Literal["withdrawn", "replaced", "against"]
    product_id: ProductId
    instrument_id: InstrumentId | None
    buyer_id: ParticipantId | None
    codes: Names
    grounds: Text
    rulings: Count
    purchases: Count
    decision_id: Line = ""


class CasePurchasesEnded(Fact, frozen=True):
    """Of the purchases that were to end with a case so many were looked at; `left` are still to be."""

    case_id: Id
    looked_at: Count
    left: Count


FACTS: tuple[type[Fact], ...] = (RulingRecorded, RulingEnded, CaseConcluded, CasePurchasesEnded)
