"""What may be asked of lines."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Digest, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId
from exchange.kernel.product import Place
from exchange.kernel.time import Instant

LinkId = Id
PPM_MAX = 10**6
Ppm = Annotated[int, msgspec.Meta(ge=0, le=PPM_MAX)]
"""Packets lost of a million; all of them where the line is down."""
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=60_000)]
Throughput = Annotated[int, msgspec.Meta(ge=0, le=10**7)]
"""Whole Mbps."""
HOURS_MAX = 24
Hours = Annotated[int, msgspec.Meta(ge=1, le=HOURS_MAX)]
"""Whole hours that are said something of together."""
LINKS_MAX = 10
"""Lines that one way round may have."""
Links = Annotated[tuple[LinkId, ...], msgspec.Meta(min_length=1, max_length=LINKS_MAX)]


class RecordLine(Command, frozen=True):
    """Say what a line connects, who runs it, and what it promises; it may be said again, but promises only grow.

    Units: `rtt_ms_max` is the round trip and `loss_ppm_max` the loss that no hour may exceed.
    Shape: what names the line as its place of delivery is sold of it, and listings, which name none, of `sold_as`.
    """

    link_id: LinkId
    operator_id: ParticipantId
    places: Annotated[tuple[Place, ...], msgspec.Meta(min_length=2, max_length=2)]
    kind: Literal["dedicated", "internet"]
    state: Literal["planned", "building", "in_service", "down"]
    capacity_mbps: Annotated[int, msgspec.Meta(ge=1, le=10**7)]
    rtt_ms_max: Milliseconds
    loss_ppm_max: Ppm
    sold_as: Annotated[tuple[InstrumentId, ...], msgspec.Meta(max_length=100)] = ()


class MeasureLine(Command, frozen=True):
    """Say how good a line was in whole hours that are over.

    Units: the round trip, the loss and the throughput of each of the `hours` from `from_at` on.
    Shape: `evidence` is the digest of what they were read from; an operator `corrects` what was measured wrong, and
    says on what `grounds`.
    """

    link_id: LinkId
    from_at: Instant
    hours: Hours
    rtt_ms: Milliseconds
    loss_ppm: Ppm
    throughput_mbps: Throughput
    evidence: Annotated[Digest, msgspec.Meta(min_length=32)]
    corrects: bool = False
    grounds: Text = ""


class RerouteLine(Command, frozen=True):
    """Lead what was sold of a line over other lines for a while, if the fence lets it pass where these lead.

    Shape: `via` leads from the line's first place to its second; the licence of `instrument_id` has to permit every
    place on the way.
    """

    instrument_id: InstrumentId
    link_id: LinkId
    via: Links
    until: Instant
    grounds: Text


class EndReroute(Command, frozen=True):
    """Lead it over its own line again, before the time of the way round is over."""

    instrument_id: InstrumentId
    link_id: LinkId


COMMANDS: tuple[type[Command], ...] = (RecordLine, MeasureLine, RerouteLine, EndReroute)
