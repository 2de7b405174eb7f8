"""What is remembered of quotes and conversions: those that are not over."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.settlement.fx.facts import FxAsked, FxQuoted


class Deal(msgspec.Struct):
    """A quote, and what was exchanged at it.

    Units: `left_minor` of the fixed currency may still be asked for. Shape: `under_way` conversions are asked for and
    not answered; the sums are of those that are `done`.
    """

    quoted: FxQuoted
    left_minor: int
    under_way: int = 0
    done: int = 0
    sold_minor: int = 0
    bought_minor: int = 0
    ended: bool = False


class Fx(msgspec.Struct):
    """Deals that are not closed, conversions under way, and how many deals each bank has."""

    deals: dict[str, Deal] = msgspec.field(default_factory=dict)
    conversions: dict[str, FxAsked] = msgspec.field(default_factory=dict)
    of_bank: dict[ParticipantId, int] = msgspec.field(default_factory=dict)
