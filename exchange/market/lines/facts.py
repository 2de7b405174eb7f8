"""What happened to lines, and to those who bought of them."""

from typing import Literal

from exchange.kernel.bases import Digest, Fact, Line, Names, Text, Value
from exchange.kernel.ids import EntitlementId, Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.product import Places
from exchange.kernel.time import Instant
from exchange.market.lines.commands import Hours, LinkId

LapseGrounds = Literal["given_back", "corrected", "nothing_due"]


class LineRecorded(Fact, frozen=True):
    """What a line connects and promises from now on.

    Units: `rtt_ms_max` in milliseconds of the round trip, `loss_ppm_max` in packets lost of a million.
    """

    link_id: LinkId
    operator_id: ParticipantId
    places: Places
    kind: Line
    state: Line
    capacity_mbps: int
    rtt_ms_max: int
    loss_ppm_max: int
    sold_as: Names = ()


class LineMeasured(Fact, frozen=True):
    """How good a line was in some hours.

    Shape: `broken` names what they exceed of its promise, `rtt` and `loss`; where it `corrects`, these hours are what
    is said now.
    """

    measurement_id: Id
    link_id: LinkId
    from_at: Instant
    hours: Hours
    rtt_ms: int
    loss_ppm: int
    throughput_mbps: int
    broken: Names
    by_id: ParticipantId
    evidence: Digest
    corrects: bool
    grounds: Text


class LineBreached(Fact, frozen=True):
    """Hours of a line were worse than promised: whoever has a right to it then gets credit when that is over.

    Units: `rights` counts those whose term has one of these hours in it.
    """

    measurement_id: Id
    link_id: LinkId
    from_at: Instant
    hours: int
    broken: Names
    rtt_ms: int
    rtt_ms_max: int
    loss_ppm: int
    loss_ppm_max: int
    rights: int


class LineCredited(Fact, frozen=True):
    """A buyer gets credit for the hours of its term in which a line was worse than promised.

    Units: minor units of `currency`; amount = price * hours / term hours * 10, half up, at most 30 % of the price.
    Shape: the `RefundApproved` in the same outcome gives it. Source: scenarios.md SC-13.
    """

    trade_id: TradeId
    entitlement_id: EntitlementId
    link_id: LinkId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    starts_at: Instant
    ends_at: Instant
    hours: int
    term_hours: int
    currency: Line
    price_minor: BalanceMinor
    amount_minor: BalanceMinor
    capped: bool


class LineCreditDeferred(Fact, frozen=True):
    """The last word on a purchase is not said yet: what it gets credit for waits for that.

    Units: `hours` of the `term_hours` were worse than promised.
    """

    trade_id: TradeId
    entitlement_id: EntitlementId
    link_id: LinkId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    starts_at: Instant
    ends_at: Instant
    hours: int
    term_hours: int


class LineCreditLapsed(Fact, frozen=True):
    """Nobody gets credit for a right after all.

    Shape: its money went back or a dispute over it was resolved, no hour is worse any more as corrected, or it comes to
    nothing.
    """

    trade_id: TradeId
    entitlement_id: EntitlementId
    link_id: LinkId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    starts_at: Instant
    ends_at: Instant
    hours: int
    term_hours: int
    grounds: LapseGrounds


class RouteDecision(Value, frozen=True):
    """What the fence says of a way round, in both directions; `missing` is what nobody has told it."""

    outcome: Line
    codes: Names
    missing: Names
    obligations: Names
    ruleset_version: Line
    ruleset_digest: Line
    inputs_digest: Line


class LineRerouted(Fact, frozen=True):
    """What was sold of a line goes over other lines until then; what it promises stays what it was.

    Shape: it `replaces` the way round that was taken before, if there was one.
    """

    route_id: Id
    instrument_id: InstrumentId
    link_id: LinkId
    via: Names
    places: Places
    until: Instant
    by_id: ParticipantId
    grounds: Text
    decision: RouteDecision
    replaces: Line = ""


class RerouteBarred(Fact, frozen=True):
    """The fence does not let a way round pass; nothing was rerouted, as the refusal says next."""

    route_id: Id
    instrument_id: InstrumentId
    link_id: LinkId
    via: Names
    places: Places
    by_id: ParticipantId
    decision: RouteDecision


class RerouteEnded(Fact, frozen=True):
    """What was sold of a line goes over that line again."""

    route_id: Id
    instrument_id: InstrumentId
    link_id: LinkId
    by: Literal["time", "operator"]


FACTS: tuple[type[Fact], ...] = (
    LineRecorded,
    LineMeasured,
    LineBreached,
    LineCredited,
    LineCreditDeferred,
    LineCreditLapsed,
    LineRerouted,
    RerouteBarred,
    RerouteEnded,
)
