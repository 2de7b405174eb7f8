"""What happened about rulings."""

from typing import Literal

from exchange.kernel.bases import Fact, Line, Names, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, ProductId
from exchange.kernel.time import Instant


class RulingRecorded(Fact, frozen=True):
    """The counter's panel ruled: these codes of a REVIEW do not stand in the way, in this scope, until then.

    Shape: `by_id` is who brought it here: a participant in the role of the counter, or the exchange's own policy.
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


FACTS: tuple[type[Fact], ...] = (RulingRecorded, RulingEnded)
