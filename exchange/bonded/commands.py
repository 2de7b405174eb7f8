"""What may be asked of bonded processing."""

from typing import Annotated, Literal

import msgspec

from exchange.bonded.between.commands import COMMANDS as BETWEEN
from exchange.bonded.bought.commands import COMMANDS as BOUGHT
from exchange.bonded.fenced.commands import COMMANDS as FENCED
from exchange.bonded.persons.commands import COMMANDS as PERSONS
from exchange.bonded.ruled.commands import COMMANDS as RULED
from exchange.bonded.told.commands import COMMANDS as TOLD
from exchange.bonded.values import (
    Coefficient,
    Day,
    Erasure,
    Flag,
    Grounds,
    IncidentKind,
    ItemRange,
    Links,
    Lot,
    LotName,
    Made,
    Outputs,
    PanelSeat,
    Parts,
    Party,
    ProductName,
    Purpose,
    Ranges,
    SafeguardTerms,
    Sha256,
    Signature,
    Sources,
    Unit,
    Word,
)
from exchange.kernel.bases import Command, Count, Line, Text
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.product import DataTraits, Place, Places, TransactionType, Version
from exchange.kernel.time import Instant


class RecordParty(Command, frozen=True):
    """Remember a participant as the registry knows it, for its part in bonded processing. Sent by a policy."""

    party: Party


class RecordPartyStanding(Command, frozen=True):
    """Remember that a participant was suspended or reinstated. Sent by a policy."""

    participant_id: ParticipantId
    active: bool


class AdoptZoneRuleset(Command, frozen=True):
    """Decide what crosses the fence by this ruleset from its time on. Sent by a policy."""

    ruleset_version: Line
    ruleset_digest: Line
    effective_at: Instant


class OpenBusinessZone(Command, frozen=True):
    """Open a fenced place in which consignments are processed.

    Units: `seats` are those of all worker pools at work in it at the same time.
    """

    zone_id: Id
    title: Word
    place: Place
    seats: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class RecordLink(Command, frozen=True):
    """Say what a physical line connects, of which kind it is, and in which state; it may be said again."""

    link_id: Id
    places: Annotated[tuple[Place, ...], msgspec.Meta(min_length=2, max_length=2)]
    kind: Literal["dedicated", "internet"]
    state: Literal["planned", "building", "in_service", "down"]


class RecordSafeguard(Command, frozen=True):
    """Remember a safeguard as the registry knows it now. Sent by a policy."""

    safeguard: SafeguardTerms


class LiftReview(Command, frozen=True):
    """Let what the fence puts to people pass for one handbook, as the counter's panel has ruled. Sent by a policy.

    Shape: `codes` are the reason codes of the REVIEW that are lifted, until `valid_until`. What came of the same case
    (`reference`) before ends with it where it `replaces` that, so that what both let pass is not held in between.
    """

    zone_id: Id
    handbook_no: Id
    codes: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=20)]
    valid_until: Instant
    panel: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=9)]
    grounds: Grounds
    reference: Line = ""
    replaces: bool = False


class EndLift(Command, frozen=True):
    """End what came of a case of the counter for one handbook. Sent by a policy."""

    zone_id: Id
    handbook_no: Id
    case_id: Id
    grounds: Text


class ProposeConsignment(Command, frozen=True):
    """Ask to bring raw data into a business zone; the fence decides.

    Shape: `handbook_no` is the account that it is kept under, one for each consignment of a zone; `link_ids` lead from
    `origin` into the zone; the data may leave for the places of `return_list` and no others; `retention_until` is the
    last day on which it may be worked on, in Asia/Shanghai; `key_id` names the one key that it is encrypted with;
    `made_from` names the product version that it is of, if it is, and it follows what that turns out to be.
    Units: lots count `unit`.
    """

    zone_id: Id
    handbook_no: Id
    title: Word
    consignor_id: ParticipantId
    processor_id: ParticipantId
    origin: Place
    link_ids: Links
    unit: Unit
    lots: Annotated[tuple[Lot, ...], msgspec.Meta(min_length=1, max_length=100)]
    return_list: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=20)]
    retention_until: Day
    key_id: Id
    traits: DataTraits
    purpose: Purpose = "contract"
    transaction_type: TransactionType = "none"
    group_splitting: Literal["none", "suspected", "confirmed"] = "none"
    foreign_authority_request: bool = False
    made_from: ProductName | None = None


class RegisterSource(Command, frozen=True):
    """Say of data that belongs to no consignment what it is, so that jobs may draw on it.

    Shape: `sha256` is that of its content; `made_from` names the product version that it is of, if it is, and it
    follows what that turns out to be. Nothing of it may leave but inside an output, which carries what it carries.
    """

    zone_id: Id
    title: Word
    sha256: Sha256
    traits: DataTraits
    made_from: ProductName | None = None


class ReclassifySource(Command, frozen=True):
    """Say that a consignment or a source is other data than was declared; all that is made of it is looked at anew.

    Shape: `source_id` may be a lot of a consignment, `CONSIGNMENT/LOT`: what is made of other lots stays as it is.
    """

    source_id: Id
    traits: DataTraits
    grounds: Grounds
    evidence_sha256: Sha256


class StartJobRun(Command, frozen=True):
    """Begin a run of a job on items, outputs and sources; the fence decides.

    Shape: `pool_id` names the workers and `station_zone` the business zone in which they sit. `keeps_separable` says
    that domestic data can be taken out of the outputs again. `coefficients` are declared for each by-product to come.
    """

    zone_id: Id
    job: Word
    items: Ranges
    output_ids: Outputs
    source_ids: Sources
    pool_id: Id
    seats: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    station_zone: Id
    keeps_separable: bool
    coefficients: Annotated[tuple[Coefficient, ...], msgspec.Meta(max_length=20)] = ()


class CompleteJobRun(Command, frozen=True):
    """Say what a job run has made; items that are part of a product are consumed by it."""

    job_run_id: Id
    made: Annotated[tuple[Made, ...], msgspec.Meta(min_length=1, max_length=20)]


class FailJobRun(Command, frozen=True):
    """Say that a job run ended without making anything."""

    job_run_id: Id
    grounds: Grounds


class ApproveAnonymisation(Command, frozen=True):
    """Approve a report that a job run anonymised what went in: it clears the flags that it names from all outputs."""

    job_run_id: Id
    clears: Annotated[tuple[Flag, ...], msgspec.Meta(min_length=1, max_length=2)]
    report_sha256: Sha256
    statement: Grounds


class ReportIncident(Command, frozen=True):
    """Say what went wrong in a job run; every decision on what came of it is revoked, and a case opens.

    Shape: `source_ids` are what went into an `undeclared_input` without being named, and only then.
    """

    job_run_id: Id
    kind: IncidentKind
    statement: Grounds
    source_ids: Sources = ()


class DecideCase(Command, frozen=True):
    """Grant or refuse fault tolerance, as the panel of the three constituencies has decided.

    Shape: what was written outside the fence counts as brought back only where tolerance is granted.
    """

    case_id: Id
    granted: bool
    panel: Annotated[tuple[PanelSeat, ...], msgspec.Meta(min_length=3, max_length=3)]
    remedy: Grounds


class RequestExport(Command, frozen=True):
    """Ask to let outputs out of the zone; the fence decides by all that is behind them.

    Shape: `link_ids` lead from the zone to `destination`; `scenario_id` is that of published lists which it is for.
    """

    output_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=10)]
    recipient_id: ParticipantId
    destination: Place
    link_ids: Links
    purpose: Purpose
    transaction_type: TransactionType = "none"
    remote_access_from: Places = ()
    foreign_authority_request: bool = False
    scenario_id: Line | None = None


class OfferOutput(Command, frozen=True):
    """Say which product version an output is, so that the markets know what is behind what they sell.

    Shape: `foreign_authority_request` where an authority abroad asks for it.
    """

    output_id: Id
    product_id: ProductId
    version: Version
    foreign_authority_request: bool = False


class RequestReturn(Command, frozen=True):
    """Ask to send raw items back to their consignor; the fence decides.

    Shape: `parts` are the files that are sent. Units: `size_bytes` of all of them.
    """

    items: Annotated[tuple[ItemRange, ...], msgspec.Meta(min_length=1, max_length=100)]
    parts: Parts
    size_bytes: Count
    destination: Place
    link_ids: Links


class RequestTransfer(Command, frozen=True):
    """Ask to hand raw items over to another handbook for deep processing, one's own or not; the fence decides.

    Shape: they become a lot of a new consignment, under `handbook_no` and `key_id`, in the same business zone or in
    `to_zone_id`; another zone answers once they have arrived, and turns them away where they cannot come in.
    """

    items: Annotated[tuple[ItemRange, ...], msgspec.Meta(min_length=1, max_length=100)]
    parts: Parts
    size_bytes: Count
    processor_id: ParticipantId
    handbook_no: Id
    key_id: Id
    lot: LotName
    to_zone_id: Id | None = None


class ConfirmArrival(Command, frozen=True):
    """The receiver's signed word of what arrived.

    Shape: `signature` is Ed25519, with the key of the receiver's commitment, over
    `exchange.bonded.digests.arrival_bytes`.
    """

    egress_id: Id
    parts: Parts
    size_bytes: Count
    signature: Signature


class WithdrawEgress(Command, frozen=True):
    """Take back a request to let something out, before anything arrived."""

    egress_id: Id
    grounds: Grounds


class ScrapItems(Command, frozen=True):
    """Write off items that are defective or lost; the data of these items counts as worthless, not as deleted."""

    items: Annotated[tuple[ItemRange, ...], msgspec.Meta(min_length=1, max_length=100)]
    grounds: Grounds
    evidence_sha256: Sha256


class RecordDestruction(Command, frozen=True):
    """Say that raw items or outputs were deleted, and how; they count as destroyed once somebody else has verified it.

    Shape: `merkle_root` is over one salted hash for each item and one for each output, as `exchange.bonded.merkle`
    builds it; `hashes` is how many there are.
    """

    consignment_id: Id
    items: Ranges
    output_ids: Outputs
    erasure: Erasure
    merkle_root: Sha256
    hashes: Count


class VerifyDestruction(Command, frozen=True):
    """Certify a deletion that somebody else carried out.

    Shape: `signature` is Ed25519, with the key of the verifier's commitment, over
    `exchange.bonded.credential.signed_bytes` of the certificate.
    """

    certificate_id: Id
    method: Word
    sample: Count
    signature: Signature


class CountOnHand(Command, frozen=True):
    """Say what was found on hand of a consignment; where it agrees with the books, the balance is closed.

    Units: `quantity` counts the consignment's unit, and `size_bytes` what these items take.
    """

    consignment_id: Id
    quantity: Count
    size_bytes: Count
    evidence_sha256: Sha256


class WriteOff(Command, frozen=True):
    """Close the handbook of a consignment of which nothing is left."""

    consignment_id: Id


COMMANDS: tuple[type[Command], ...] = (
    RecordParty,
    RecordPartyStanding,
    AdoptZoneRuleset,
    OpenBusinessZone,
    RecordLink,
    RecordSafeguard,
    LiftReview,
    EndLift,
    ProposeConsignment,
    RegisterSource,
    ReclassifySource,
    StartJobRun,
    CompleteJobRun,
    FailJobRun,
    ApproveAnonymisation,
    ReportIncident,
    DecideCase,
    RequestExport,
    RequestReturn,
    RequestTransfer,
    ConfirmArrival,
    WithdrawEgress,
    ScrapItems,
    RecordDestruction,
    VerifyDestruction,
    CountOnHand,
    WriteOff,
    OfferOutput,
    *BOUGHT,
    *FENCED,
    *BETWEEN,
    *PERSONS,
    *TOLD,
    *RULED,
)
