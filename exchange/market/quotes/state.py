"""What a market remembers of requests for quotation: those that are open, with their quotes and awards."""

from typing import Literal, TypeAlias

import msgspec

from exchange.kernel.ids import Id, InstrumentId, ParticipantId
from exchange.market.quotes.commands import Wanted

Ending: TypeAlias = Literal["withdrawn", "replaced", "expired"]


class Request(msgspec.Struct):
    """A request that is open.

    Units: `awarded` in lots, of which `traded`. Shape: once `closed` no quote is taken; `quote_ids` are all that were
    given, `quotes` the last one of each seller; `award_ids` are under way, `awards_given` counts them all.
    """

    request_id: Id
    buyer_id: ParticipantId
    wanted: Wanted
    closed: bool = False
    awarded: int = 0
    traded: int = 0
    quote_ids: list[Id] = msgspec.field(default_factory=list)
    quotes: dict[ParticipantId, Id] = msgspec.field(default_factory=dict)
    award_ids: list[Id] = msgspec.field(default_factory=list)
    awards_given: int = 0


class Quoted(msgspec.Struct):
    """A quote of an open request.

    Units: `price` in ticks, quantities in lots. Shape: it stands while it has not ended.
    """

    quote_id: Id
    request_id: Id
    seller_id: ParticipantId
    instrument_id: InstrumentId
    price: int
    quantity: int
    quantity_left: int
    valid_until: int
    ended: Ending | None = None


class Award(msgspec.Struct):
    """An award under way: money is held under its name until it trades or ends.

    Shape: `samples` were submitted; one waits for its answer if `waiting_bp`, what it measures, is set.
    """

    award_id: Id
    request_id: Id
    quote_id: Id
    quantity: int
    held_minor: int
    samples: int = 0
    waiting_bp: int | None = None


class Quoting(msgspec.Struct):
    """All of it, by id; `open_requests` counts those of each buyer."""

    requests: dict[Id, Request] = msgspec.field(default_factory=dict)
    quotes: dict[Id, Quoted] = msgspec.field(default_factory=dict)
    awards: dict[Id, Award] = msgspec.field(default_factory=dict)
    open_requests: dict[ParticipantId, int] = msgspec.field(default_factory=dict)
