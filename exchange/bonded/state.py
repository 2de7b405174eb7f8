"""What bonded processing remembers. Nothing is read in the order of a dict, which does not survive writing down."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from exchange.bonded.bought.state import Bought
from exchange.bonded.facts import (
    ConsignmentProposed,
    DestructionRecorded,
    EgressRequested,
    Ground,
    JobRunStarted,
    LinkRecorded,
    ReviewLifted,
    SourceReclassified,
    SourceRegistered,
)
from exchange.bonded.fenced.state import Fenced
from exchange.bonded.persons.state import Elsewhere, Received, Union
from exchange.bonded.ranges import Intervals, joined, without
from exchange.bonded.told.state import Told
from exchange.bonded.values import Carried, Flag, Handbook, ItemRange, MadeOutput, Party, SafeguardTerms
from exchange.kernel.product import DataTraits
from exchange.kernel.provenance import Provenance

Exit: TypeAlias = Literal["consumed", "returned", "transferred_out", "scrapped", "destroyed"]
EXITS: tuple[Exit, ...] = ("consumed", "returned", "transferred_out", "scrapped", "destroyed")
"""What becomes of an item: every one of them leaves the books once."""
DeadlineKind: TypeAlias = Literal["access", "redecide", "retention", "work"]


class Ruleset(msgspec.Struct, frozen=True):
    """A ruleset that decides from a time on."""

    version: str
    digest: str
    effective_at: int


class Zone(msgspec.Struct):
    """A business zone. Shape: `handbooks` maps a handbook's number to its consignment."""

    place: str
    seats: int
    seats_used: int = 0
    handbooks: dict[str, str] = msgspec.field(default_factory=dict)


class LotBook(msgspec.Struct):
    """A lot's items: which have left the books and how, and which wait to.

    Shape: the intervals of `left` are disjoint; what is in none of them is on hand, unless it is in `transit` to
    another business zone. `held` wait to leave, or are on their way.
    """

    sha256: bytes
    quantity: int
    size_bytes: int
    left: dict[Exit, Intervals] = msgspec.field(default_factory=dict)
    held: Intervals = msgspec.field(default_factory=list)
    transit: Intervals = msgspec.field(default_factory=list)


class Origin(msgspec.Struct):
    """What may be re-classified: a consignment or a source.

    Shape: `job_run_ids` are the completed runs that it went into; `persons` of it count once in a year.
    """

    traits: DataTraits
    carried: Carried
    job_run_ids: list[str] = msgspec.field(default_factory=list)


class HandedOn(msgspec.Struct, frozen=True):
    """A handbook that items were handed over to. Shape: `lots` are those that the items were of."""

    zone_id: str
    consignment_id: str
    lots: tuple[str, ...]


class Consignment(msgspec.Struct):
    """A consignment and its account.

    Shape: `handed_over_by` is who handed it to its processor: its consignor, or after a transfer the processor before,
    if that was another; `transferred` where it is of items of another handbook;
    `in_review` while people have to let it in; `balance` is `open` from its admission, and again after every job
    run completed; `reconciling` while what was counted differs; `within_tolerance` qualifies `balanced`. `running_ids`
    are job runs, `certificate_ids` deletions that nobody has verified yet, `raw_ids` requests for raw items,
    `egress_ids` all that are open and that it is behind, `transit_ids` those on their way to another business zone;
    `intermediate_ids` outputs that are there; `handed_on` the handbooks that items of it went to.
    """

    proposed: ConsignmentProposed
    handed_over_by: str
    lots: dict[str, LotBook]
    phase: Literal["in_review", "admitted", "written_off"] = "in_review"
    decision_id: str = ""
    holds_until: int | None = None
    received_under: tuple[str, ...] = ()
    balance: Literal["open", "reconciling", "balanced"] = "open"
    within_tolerance: bool = False
    used_count: int = 0
    key_destroyed: bool = False
    fence_broken: int = 0
    running_ids: list[str] = msgspec.field(default_factory=list)
    egress_ids: list[str] = msgspec.field(default_factory=list)
    raw_ids: list[str] = msgspec.field(default_factory=list)
    certificate_ids: list[str] = msgspec.field(default_factory=list)
    intermediate_ids: list[str] = msgspec.field(default_factory=list)
    transit_ids: list[str] = msgspec.field(default_factory=list)
    handed_on: list[HandedOn] = msgspec.field(default_factory=list)
    transferred: bool = False


class JobRun(msgspec.Struct):
    """A job run.

    Shape: `number` orders completed runs so that each comes after all that are behind it; `source_ids` are all sources
    behind it; `undeclared` those that went into it and were reported later; `clears` by an approved report.
    """

    started: JobRunStarted
    phase: Literal["running", "completed", "failed"] = "running"
    number: int = 0
    made_ids: tuple[str, ...] = ()
    carried: Carried | None = None
    source_ids: tuple[str, ...] = ()
    undeclared: list[str] = msgspec.field(default_factory=list)
    clears: list[Flag] = msgspec.field(default_factory=list)


class Output(msgspec.Struct):
    """Something a job run made. Shape: `used_by` are completed runs that it went into; `egress_ids` all requests."""

    job_run_id: str
    zone_id: str
    processor_id: str
    made: MadeOutput
    phase: Literal["there", "destroying", "destroyed"] = "there"
    used_by: list[str] = msgspec.field(default_factory=list)
    egress_ids: list[str] = msgspec.field(default_factory=list)


class Egress(msgspec.Struct):
    """A request to let something out.

    Shape: `meanwhile` is what was said of its items while they were on their way; `review_codes` are those of the
    REVIEW that it waits for, or that rulings let it out in spite of.
    """

    requested: EgressRequested
    phase: Literal["held", "approved", "in_transit", "left", "withdrawn", "ended"] = "held"
    decision_id: str = ""
    holds_until: int | None = None
    revoked: bool = False
    meanwhile: list[SourceReclassified] = msgspec.field(default_factory=list)
    review_codes: tuple[str, ...] = ()


class Incident(msgspec.Struct, frozen=True):
    """What a case is about."""

    incident_id: str
    job_run_id: str
    consignment_ids: tuple[str, ...]
    wrote_outside: bool


class Against(msgspec.Struct, frozen=True):
    """A case that was ruled against."""

    case_id: str
    codes: tuple[str, ...]
    grounds: str


class Work(msgspec.Struct):
    """What is still to be looked at, a few at a time, since something changed.

    Shape: `runs` are sorted (number, job run), and `grounds` says of those whose answers fall why; `revoke` are
    egresses and consignments whose answer falls; `describe` are origins, each after the product version that it is of;
    `redecide` are those that fell, and sessions and volumes, to be asked about again; `pass_on` are handbooks to be
    told that what they were handed is other data; `restate` are outputs on sale whose provenance may be another now;
    `against` are requests that end with a case; `since` is when the work became due, None while there is none.
    """

    runs: list[tuple[int, str]] = msgspec.field(default_factory=list)
    grounds: dict[str, Ground] = msgspec.field(default_factory=dict)
    revoke: list[tuple[str, Ground]] = msgspec.field(default_factory=list)
    describe: list[tuple[str, str]] = msgspec.field(default_factory=list)
    redecide: list[str] = msgspec.field(default_factory=list)
    pass_on: list[tuple[SourceReclassified, HandedOn]] = msgspec.field(default_factory=list)
    restate: list[str] = msgspec.field(default_factory=list)
    against: list[tuple[str, Against]] = msgspec.field(default_factory=list)
    since: int | None = None


class Bonded(msgspec.Struct):
    """One partition of bonded processing.

    Shape: `deadlines` are sorted `(at, kind, subject)`; `rulings` are those of a handbook by `zone handbook`;
    `exported` are the consignments and sources behind what an exporter let out in a year, by `exporter year`;
    `received` those behind what a group of recipients received in a year, by `owner year`, and `elsewhere` the persons
    of others, in other zones, likewise; `united` are declarations of whom these hold together, by exporter;
    `on_sale` says what is behind outputs that are product versions, as it was last stated, and `output_of` which is
    which product version, by `seller product/version`; `bought` has product versions that are here, by
    `product/version`; `before_the_counter` names decisions that wait there for facts,
    `asked_in_turn` what they are about, the oldest first.
    """

    partition: int
    parties: dict[str, Party] = msgspec.field(default_factory=dict)
    rulesets: list[Ruleset] = msgspec.field(default_factory=list)
    zones: dict[str, Zone] = msgspec.field(default_factory=dict)
    links: dict[str, LinkRecorded] = msgspec.field(default_factory=dict)
    safeguards: dict[str, SafeguardTerms] = msgspec.field(default_factory=dict)
    rulings: dict[str, list[ReviewLifted]] = msgspec.field(default_factory=dict)
    origins: dict[str, Origin] = msgspec.field(default_factory=dict)
    consignments: dict[str, Consignment] = msgspec.field(default_factory=dict)
    sources: dict[str, SourceRegistered] = msgspec.field(default_factory=dict)
    job_runs: dict[str, JobRun] = msgspec.field(default_factory=dict)
    outputs: dict[str, Output] = msgspec.field(default_factory=dict)
    egresses: dict[str, Egress] = msgspec.field(default_factory=dict)
    certificates: dict[str, DestructionRecorded] = msgspec.field(default_factory=dict)
    certified: dict[str, bool] = msgspec.field(default_factory=dict)
    cases: dict[str, Incident] = msgspec.field(default_factory=dict)
    cases_closed: dict[str, bool] = msgspec.field(default_factory=dict)
    exported: dict[str, list[str]] = msgspec.field(default_factory=dict)
    received: dict[str, Received] = msgspec.field(default_factory=dict)
    elsewhere: dict[str, Elsewhere] = msgspec.field(default_factory=dict)
    united: dict[str, list[Union]] = msgspec.field(default_factory=dict)
    fenced: Fenced = msgspec.field(default_factory=Fenced)
    told: Told = msgspec.field(default_factory=Told)
    on_sale: dict[str, Provenance] = msgspec.field(default_factory=dict)
    output_of: dict[str, str] = msgspec.field(default_factory=dict)
    bought: dict[str, Bought] = msgspec.field(default_factory=dict)
    completed: int = 0
    decided: int = 0
    open_ids: list[str] = msgspec.field(default_factory=list)
    work: Work = msgspec.field(default_factory=Work)
    deadlines: list[tuple[int, DeadlineKind, str]] = msgspec.field(default_factory=list)
    before_the_counter: dict[str, str] = msgspec.field(default_factory=dict)
    asked_in_turn: list[str] = msgspec.field(default_factory=list)


def asked_key(intent_kind: str, subject: str, recipient_id: str, handbooks: Sequence[Handbook]) -> str:
    """What a decision that is before the counter is kept under."""
    books = (f"{each.zone_id}/{each.handbook_no}" for each in handbooks)
    return " ".join((intent_kind, subject, recipient_id, *books))


def ruling_key(zone_id: str, handbook_no: str) -> str:
    """What the rulings of a handbook are kept under."""
    return f"{zone_id} {handbook_no}"


def on_hand(lot: LotBook) -> Intervals:
    """The items of a lot that have not left the books, and are not on their way to another zone."""
    return without([(0, lot.quantity - 1)], joined(*lot.left.values(), lot.transit))


def lots_of(items: tuple[ItemRange, ...]) -> tuple[str, ...]:
    """The lots that items are of."""
    return tuple(dict.fromkeys(each.lot for each in items))


def by_lot(items: tuple[ItemRange, ...]) -> dict[tuple[str, str], Intervals]:
    """Items by consignment and lot, as intervals."""
    found: dict[tuple[str, str], Intervals] = {}
    for each in items:
        found.setdefault((each.consignment_id, each.lot), []).append((each.first, each.last))
    return {name: joined(intervals) for name, intervals in found.items()}
