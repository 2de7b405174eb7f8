"""What may be asked about rulings."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, ProductId
from exchange.kernel.time import Instant

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A line that says something."""
Codes = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=20)]
Panel = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=9)]
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class RecordRuling(Command, frozen=True):
    """Let what the fence puts to people pass, as the counter's panel has ruled; asked by the exchange itself.

    Shape: of one product or of one instrument, for one buyer or any, until `valid_until`; `codes` are the reason codes
    of the REVIEW that are lifted, `panel` names who ruled, `reference` the counter's case. What came of
    that case before ends with it where it `replaces` that, so that what both let pass is not suspended in between.
    """

    codes: Codes
    valid_until: Instant
    panel: Panel
    grounds: Grounds
    product_id: ProductId | None = None
    instrument_id: InstrumentId | None = None
    buyer_id: ParticipantId | None = None
    reference: Line = ""
    replaces: bool = False


class ConcludeCase(Command, frozen=True):
    """Act on what became of a case of the counter; asked by the exchange itself.

    Shape: with a `decision_id` only rights end that run and rest on that decision, since it was ruled `against` before;
    without one rulings that came of it end; ruled `against`, so do purchases and running rights that rest on one of its
    `codes`, of its product or one instrument of it, by its buyer or any. `replaced` was asked on appeal before rulings
    ended what they replace by themselves.
    """

    case_id: Id
    verdict: Literal["withdrawn", "replaced", "against"]
    product_id: ProductId
    grounds: Text
    instrument_id: InstrumentId | None = None
    buyer_id: ParticipantId | None = None
    codes: Annotated[tuple[Word, ...], msgspec.Meta(max_length=20)] = ()
    decision_id: Line = ""


COMMANDS: tuple[type[Command], ...] = (RecordRuling, ConcludeCase)
