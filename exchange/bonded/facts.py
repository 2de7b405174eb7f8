"""What happened in bonded processing."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.bonded.between.facts import FACTS as BETWEEN
from exchange.bonded.bought.facts import FACTS as BOUGHT
from exchange.bonded.fenced.facts import FACTS as FENCED
from exchange.bonded.persons.facts import FACTS as PERSONS
from exchange.bonded.reasons import Reason as Reason
from exchange.bonded.ruled.facts import FACTS as RULED
from exchange.bonded.told.facts import FACTS as TOLD
from exchange.bonded.values import (
    BalanceLine,
    Carried,
    Coefficient,
    EgressKind,
    Erasure,
    Flag,
    Handbook,
    IncidentSort,
    ItemRange,
    KeptTerms,
    Lot,
    MadeOutput,
    PanelSeat,
    Part,
    Party,
    Purpose,
    Retainted,
    SafeguardTerms,
    Unit,
)
from exchange.kernel.attestation import Attested
from exchange.kernel.bases import Digest, Fact, Line, Names, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import DataTraits, Place, Places, TransactionType
from exchange.kernel.provenance import Provenance
from exchange.kernel.time import Instant

Ground: TypeAlias = Literal["reclassified", "incident", "rules", "time"]
"""Why an answer of the fence holds no more: its data is other data; a job went wrong; what it rested on has changed, a
ruleset, a safeguard, a line, a party or a balance; or its time is over."""


class PartyRecorded(Fact, frozen=True):
    """A participant may take part in bonded processing."""

    party: Party


class PartyStandingRecorded(Fact, frozen=True):
    """A participant was suspended or reinstated."""

    participant_id: ParticipantId
    active: bool


class ZoneRulesetAdopted(Fact, frozen=True):
    """The fence decides by this ruleset from `effective_at` on."""

    ruleset_version: Line
    ruleset_digest: Line
    effective_at: Instant


class BusinessZoneOpened(Fact, frozen=True):
    """Consignments may be processed in a business zone."""

    zone_id: Id
    title: Line
    place: Place
    seats: int


class LinkRecorded(Fact, frozen=True):
    """A physical line is known, or stands otherwise."""

    link_id: Id
    places: Places
    kind: Literal["dedicated", "internet"]
    state: Literal["planned", "building", "in_service", "down"]


class SafeguardRecorded(Fact, frozen=True):
    """A safeguard is known, or stands otherwise; a `registered` one stands as the registry says, and nobody else."""

    safeguard: SafeguardTerms
    registered: bool = False


class ReviewLifted(Fact, frozen=True):
    """The counter lets pass what the fence puts to people, for one handbook."""

    ruling_id: Id
    zone_id: Id
    handbook_no: Id
    codes: Names
    valid_until: Instant
    panel: Names
    grounds: Text
    reference: Line
    by_id: ParticipantId


class LiftEnded(Fact, frozen=True):
    """What the counter let pass for a handbook does not any more. Shape: `ruling_ids` are those that held."""

    zone_id: Id
    handbook_no: Id
    case_id: Id
    ruling_ids: Names
    grounds: Text


class CrossingDecided(Fact, frozen=True):
    """The fence decided a move into, inside or out of the zone.

    Shape: `subject` is the handbook, the business zone, the egress, the worker, the session or the volume it is about;
    `crossing` and `decision` are canonical JSON; `ruling_ids` are those by which a REVIEW counts as admitted;
    `missing` names facts to supply; `handbooks` are those of the consignments behind it; `demanded` are the
    codes of a filing or an assessment that rules demand beside a REVIEW; `settles` is a decision that waits for facts
    before the counter, in whose place this one is; `attested` is what a party has given its
    word for, with its evidence.
    """

    decision_id: Id
    intent_kind: Literal["admit", "job", "access", "export", "return"]
    subject: Line
    exporter_id: ParticipantId
    recipient_id: ParticipantId
    outcome: Line
    admitted: bool
    reason_codes: Names
    deciding_codes: Names
    note_codes: Names
    obligations: Names
    satisfied_by: Names
    ruleset_version: Line
    ruleset_digest: Line
    inputs_digest: Line
    holds_until: Instant | None
    crossing: str
    decision: str
    missing: Names
    ruling_ids: Names
    handbooks: Annotated[tuple[Handbook, ...], msgspec.Meta(max_length=4)] = ()
    demanded: Names = ()
    settles: Names = ()
    attested: Annotated[tuple[Attested, ...], msgspec.Meta(max_length=50)] = ()


class ConsignmentProposed(Fact, frozen=True):
    """Raw data is to come into a business zone; whether it may is said next."""

    consignment_id: Id
    zone_id: Id
    handbook_no: Id
    title: Line
    consignor_id: ParticipantId
    processor_id: ParticipantId
    origin: Place
    link_ids: Names
    unit: Unit
    lots: tuple[Lot, ...]
    return_list: Places
    retention_until: Line
    key_id: Id
    traits: DataTraits
    purpose: Purpose
    transaction_type: TransactionType
    group_splitting: Line
    foreign_authority_request: bool
    carried: Carried
    made_from: Line | None = None


class ConsignmentAdmitted(Fact, frozen=True):
    """The fence let the data of a consignment in: it may be worked on.

    Shape: `received_under` are the safeguards that the answer rests on.
    """

    consignment_id: Id
    decision_id: Id
    received_under: Names


class ConsignmentHeld(Fact, frozen=True):
    """The fence puts a consignment to people: nothing of it may be worked on meanwhile."""

    consignment_id: Id
    decision_id: Id
    codes: Names
    holds_until: Instant | None


class RetentionEnded(Fact, frozen=True):
    """The last day on which a consignment may be worked on is over: what is left is returned or destroyed."""

    consignment_id: Id
    zone_id: Id


class SourceRegistered(Fact, frozen=True):
    """Data of no consignment is known, and may go into jobs."""

    source_id: Id
    zone_id: Id
    title: Line
    sha256: Digest
    traits: DataTraits
    carried: Carried
    by_id: ParticipantId
    made_from: Line | None = None


class SourceReclassified(Fact, frozen=True):
    """A consignment, a lot of one or a source is other data than was declared."""

    source_id: Id
    traits: DataTraits
    carried: Carried
    grounds: Text
    evidence_sha256: Digest
    by_id: ParticipantId


class JobRunStarted(Fact, frozen=True):
    """A run of a job began; the fence admits it by `decision_id`.

    Shape: `consignment_ids` and `behind_source_ids` are all those behind its inputs.
    """

    job_run_id: Id
    zone_id: Id
    processor_id: ParticipantId
    job: Line
    items: tuple[ItemRange, ...]
    output_ids: Names
    source_ids: Names
    consignment_ids: Names
    behind_source_ids: Names
    pool_id: Id
    seats: int
    station_zone: Id
    keeps_separable: bool
    coefficients: tuple[Coefficient, ...]
    decision_id: Id


class JobRunCompleted(Fact, frozen=True):
    """A job run made outputs, each of which carries `carried`.

    Shape: `consumed` are the items that these are the first products of.
    """

    job_run_id: Id
    zone_id: Id
    processor_id: ParticipantId
    job: Line
    made: tuple[MadeOutput, ...]
    consumed: tuple[ItemRange, ...]
    carried: Carried


class JobRunFailed(Fact, frozen=True):
    """A job run ended and made nothing."""

    job_run_id: Id
    zone_id: Id
    grounds: Text


class AnonymisationApproved(Fact, frozen=True):
    """An assessor approved a report: the job run clears the flags that it names."""

    job_run_id: Id
    clears: tuple[Flag, ...]
    report_sha256: Digest
    statement: Text
    assessor_id: ParticipantId


class IncidentReported(Fact, frozen=True):
    """Something went wrong in a job run, or where raw data was looked at or kept.

    Shape: `source_ids` are what went in without being named; `own` where its processor says so itself; `access_id` is
    the session or the volume that it was found by; where `job_run_id` is empty `consignment_ids` says what it is about.
    """

    incident_id: Id
    job_run_id: Line
    zone_id: Id
    kind: IncidentSort
    statement: Text
    source_ids: Names
    own: bool
    by_id: ParticipantId
    access_id: Line = ""
    consignment_ids: Names = ()


class CaseOpened(Fact, frozen=True):
    """A panel with one member of each constituency is to decide by `due_at` whether the fault is tolerated."""

    case_id: Id
    incident_id: Id
    job_run_id: Line
    kind: IncidentSort
    constituencies: Names
    due_at: Instant
    consignment_ids: Names = ()


class CaseDecided(Fact, frozen=True):
    """The panel granted or refused fault tolerance."""

    case_id: Id
    incident_id: Id
    granted: bool
    panel: tuple[PanelSeat, ...]
    remedy: Text


class TaintsRecomputed(Fact, frozen=True):
    """Job runs carry something else since what is behind them changed; `seen` are all that were looked at."""

    seen: Names
    changed: tuple[Retainted, ...]


class DecisionRevoked(Fact, frozen=True):
    """An answer of the fence holds no more.

    Shape: `subject` is the consignment or the egress that rests on it; `stage` says how far that has come: of what
    has left, the receiver is to be told; of what has not, nothing leaves.
    """

    decision_id: Id
    subject: Id
    stage: Literal["admitted", "approved", "left"]
    ground: Ground


class OutputOffered(Fact, frozen=True):
    """An output is a product version on sale; this is what is behind it."""

    provenance: Provenance


class ProvenancesRestated(Fact, frozen=True):
    """Of some product versions it was looked at anew what is behind them; `changed` is what is another now."""

    seen: Names
    changed: tuple[Provenance, ...]


class EgressRequested(Fact, frozen=True):
    """Something is to leave: a product the zone, raw items for their consignor, or raw items for another handbook.

    Shape: `consignment_ids` are all those behind it; `handbook_no`, `key_id` and `lot` are those that a transfer ends
    in, `to_zone_id` is its business zone where that is another; `scenario_id` is that of published lists which it is
    for. Units: `size_bytes` of all parts.
    """

    egress_id: Id
    kind: EgressKind
    zone_id: Id
    processor_id: ParticipantId
    recipient_id: ParticipantId
    destination: Place
    output_ids: Names
    items: tuple[ItemRange, ...]
    consignment_ids: Names
    parts: tuple[Part, ...]
    size_bytes: int
    link_ids: Names
    purpose: Purpose
    transaction_type: TransactionType
    remote_access_from: Places
    foreign_authority_request: bool
    handbook_no: Line = ""
    key_id: Line = ""
    lot: Line = ""
    to_zone_id: Line = ""
    scenario_id: Line | None = None


class EgressApproved(Fact, frozen=True):
    """The fence lets it out, as long as the answer holds. Shape: `lifted` are the codes that rulings let it pass."""

    egress_id: Id
    decision_id: Id
    holds_until: Instant | None
    lifted: Names = ()


class EgressHeld(Fact, frozen=True):
    """The fence does not let it out as things stand; it is asked again when they change."""

    egress_id: Id
    decision_id: Id
    outcome: Line
    codes: Names
    holds_until: Instant | None


class EgressWithdrawn(Fact, frozen=True):
    """Nothing leaves: the request was taken back."""

    egress_id: Id
    grounds: Text


class OutputExported(Fact, frozen=True):
    """Outputs arrived outside the zone; `signature` is the receiver's."""

    egress_id: Id
    decision_id: Id
    processor_id: ParticipantId
    recipient_id: ParticipantId
    destination: Place
    output_ids: Names
    parts: tuple[Part, ...]
    size_bytes: int
    link_ids: Names
    signature: Digest


class ItemsReturned(Fact, frozen=True):
    """Raw items arrived at their consignor; `signature` is the consignor's, under its receipt."""

    egress_id: Id
    decision_id: Id
    consignor_id: ParticipantId
    destination: Place
    items: tuple[ItemRange, ...]
    parts: tuple[Part, ...]
    size_bytes: int
    link_ids: Names
    signature: Digest


class ItemsTransferred(Fact, frozen=True):
    """Raw items went from one handbook to another, of which they become the first lot.

    Shape: the new consignment is under the same terms: return list, last day, traits. `terms` says them; None: an older
    zone did not.
    """

    egress_id: Id
    decision_id: Id
    from_consignment_id: Id
    consignment_id: Id
    zone_id: Id
    handbook_no: Id
    key_id: Id
    processor_id: ParticipantId
    items: tuple[ItemRange, ...]
    lot: Lot
    parts: tuple[Part, ...]
    signature: Digest
    terms: KeptTerms | None = None


class ItemsScrapped(Fact, frozen=True):
    """Items were written off as defective or lost."""

    consignment_id: Id
    items: tuple[ItemRange, ...]
    grounds: Text
    evidence_sha256: Digest
    by_id: ParticipantId


class DestructionRecorded(Fact, frozen=True):
    """Items or outputs were deleted, says who did it; nobody has verified it yet.

    Shape: `merkle_root` is over the salted hashes of all that was deleted.
    """

    certificate_id: Id
    consignment_id: Id
    zone_id: Id
    items: tuple[ItemRange, ...]
    output_ids: Names
    erasure: Erasure
    merkle_root: Digest
    hashes: int
    operator_id: ParticipantId
    recorded_at: Instant


class DeletionCertified(Fact, frozen=True):
    """Somebody other than who deleted it certifies that it is gone.

    Shape: what a partial certificate is about stays on the books. `credential` is the certificate as a verifiable
    credential, canonical JSON with the verifier's proof.
    """

    certificate_id: Id
    consignment_id: Id
    items: tuple[ItemRange, ...]
    output_ids: Names
    merkle_root: Digest
    operator_id: ParticipantId
    verifier_id: ParticipantId
    method: Line
    sample: int
    partial: bool
    key_destroyed: bool
    credential: str


class BalanceCounted(Fact, frozen=True):
    """What is on hand was counted; the books are being compared with it."""

    consignment_id: Id
    zone_id: Id
    lines: tuple[BalanceLine, ...]
    evidence_sha256: Digest
    by_id: ParticipantId


class BalanceClosed(Fact, frozen=True):
    """What was counted agrees with the books, exactly or within the tolerance."""

    consignment_id: Id
    zone_id: Id
    balance_state: Literal["balanced", "within_tolerance"]


class ConsignmentWrittenOff(Fact, frozen=True):
    """Nothing is left of a consignment: its handbook is closed."""

    consignment_id: Id
    zone_id: Id
    handbook_no: Id
    lines: tuple[BalanceLine, ...]
    used_count: int


FACTS: tuple[type[Fact], ...] = (
    PartyRecorded,
    PartyStandingRecorded,
    ZoneRulesetAdopted,
    BusinessZoneOpened,
    LinkRecorded,
    SafeguardRecorded,
    ReviewLifted,
    LiftEnded,
    CrossingDecided,
    ConsignmentProposed,
    ConsignmentAdmitted,
    ConsignmentHeld,
    RetentionEnded,
    SourceRegistered,
    SourceReclassified,
    JobRunStarted,
    JobRunCompleted,
    JobRunFailed,
    AnonymisationApproved,
    IncidentReported,
    CaseOpened,
    CaseDecided,
    TaintsRecomputed,
    DecisionRevoked,
    EgressRequested,
    EgressApproved,
    EgressHeld,
    EgressWithdrawn,
    OutputExported,
    ItemsReturned,
    ItemsTransferred,
    ItemsScrapped,
    DestructionRecorded,
    DeletionCertified,
    BalanceCounted,
    BalanceClosed,
    ConsignmentWrittenOff,
    OutputOffered,
    ProvenancesRestated,
    *BOUGHT,
    *FENCED,
    *BETWEEN,
    *PERSONS,
    *TOLD,
    *RULED,
)
