"""What a market remembers of lines."""

import msgspec

from exchange.kernel.ids import EntitlementId, Id, InstrumentId, TradeId
from exchange.market.lines.commands import LinkId
from exchange.market.lines.facts import LineRecorded


class PhysicalLine(msgspec.Struct):
    """A line and how good it was.

    Shape: hours are counted from the epoch; those `measured` that were `worse` than promised are in both.
    """

    recorded: LineRecorded
    measured: set[int] = msgspec.field(default_factory=set)
    worse: set[int] = msgspec.field(default_factory=set)


class Term(msgspec.Struct):
    """All rights to one line that begin and end together, by trade."""

    link_id: LinkId
    starts_at: int
    ends_at: int
    rights: dict[TradeId, EntitlementId] = msgspec.field(default_factory=dict)


class Owed(msgspec.Struct, frozen=True):
    """What a right gets credit for once the last word on its purchase is said. Units: `hours` of the `term_hours`."""

    entitlement_id: EntitlementId
    link_id: LinkId
    starts_at: int
    ends_at: int
    hours: int
    term_hours: int


class Lines(msgspec.Struct):
    """Every line of the partition.

    Shape: `terms` are of rights that were sold, by `term_name`, which `of_line` has for each line; `pooled` is the line
    of a share that is being activated, by trade; `sold_as` that of a listing, by instrument; `rerouted` is the way
    round that is taken, by `route_name`.
    """

    lines: dict[LinkId, PhysicalLine] = msgspec.field(default_factory=dict)
    terms: dict[str, Term] = msgspec.field(default_factory=dict)
    of_line: dict[LinkId, list[str]] = msgspec.field(default_factory=dict)
    owed: dict[TradeId, Owed] = msgspec.field(default_factory=dict)
    pooled: dict[TradeId, LinkId] = msgspec.field(default_factory=dict)
    sold_as: dict[InstrumentId, LinkId] = msgspec.field(default_factory=dict)
    rerouted: dict[str, Id] = msgspec.field(default_factory=dict)


def term_name(link_id: str, starts_at: int, ends_at: int) -> str:
    """What the rights to a line that begin and end together are found by."""
    return f"{link_id} {starts_at} {ends_at}"


def route_name(instrument_id: str, link_id: str) -> str:
    """What a way round is found by."""
    return f"{instrument_id} {link_id}"
