"""What happened about sessions and volumes."""

from typing import Literal

from exchange.bonded.fenced.words import Abilities, Basis, Mode, Paths, Sentences, Step, Workers
from exchange.bonded.values import ItemRange
from exchange.kernel.bases import Digest, Fact, Line, Names, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import Place
from exchange.kernel.time import Instant


class PoolDeclared(Fact, frozen=True):
    """These, and nobody else, work in a pool."""

    zone_id: Id
    pool_id: Id
    processor_id: ParticipantId
    worker_ids: Workers


class StationRecorded(Fact, frozen=True):
    """A station is known, or does something else than before."""

    zone_id: Id
    station_id: Id
    place: Place
    lets: Abilities
    state: Literal["in_service", "down"]


class SessionOpened(Fact, frozen=True):
    """A worker sees data at a station; the fence admits it by `decision_id`.

    Shape: `may` and `may_not` say what of all that a station could let a worker do this one does; `job_run_id` is
    empty where only `items` are seen; `consignment_ids` and `source_ids` are all behind what is seen.
    """

    session_id: Id
    zone_id: Id
    processor_id: ParticipantId
    pool_id: Id
    worker_id: Id
    station_id: Id
    seen_from: Place
    job_run_id: Line
    items: tuple[ItemRange, ...]
    consignment_ids: Names
    source_ids: Names
    may: Names
    may_not: Names
    ends_at: Instant
    decision_id: Id
    holds_until: Instant | None


class SessionEnded(Fact, frozen=True):
    """A worker sees nothing more. Shape: `codes` are those of the fence where it answers otherwise than before."""

    session_id: Id
    basis: Basis
    codes: Names = ()
    grounds: Text = ""


class VolumeGranted(Fact, frozen=True):
    """A fenced volume is open to a pool of workers until then; the fence admits it by `decision_id`.

    Shape: a consignment and a job run have one volume each, which may be opened `again`; `job_run_id` is empty where
    the subject is a consignment.
    """

    volume_id: Id
    zone_id: Id
    subject_id: Id
    job_run_id: Line
    processor_id: ParticipantId
    pool_id: Id
    mode: Mode
    until: Instant
    again: bool
    consignment_ids: Names
    source_ids: Names
    decision_id: Id
    holds_until: Instant | None


class VolumeRevoked(Fact, frozen=True):
    """A fenced volume is closed to everybody."""

    volume_id: Id
    basis: Basis
    codes: Names = ()
    grounds: Text = ""


class VolumeSealed(Fact, frozen=True):
    """The job run that wrote to a fenced volume has ended: nothing on it may change any more."""

    volume_id: Id
    basis: Basis


class VolumeCondemned(Fact, frozen=True):
    """What is on a fenced volume is to be deleted."""

    volume_id: Id
    basis: Basis
    grounds: Text = ""


class AccessContinued(Fact, frozen=True):
    """The fence was asked again, and still admits these sessions and volumes."""

    access_ids: Names
    decision_id: Id
    holds_until: Instant | None


class EnforcementReported(Fact, frozen=True):
    """The port that guards a volume did what was decided, or could not, and says what it cannot enforce."""

    volume_id: Id
    zone_id: Id
    step: Step
    done: bool
    detail: Line
    limits: Sentences
    files: int
    size_bytes: int
    merkle_root: Digest
    strays: Paths
    by_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (
    PoolDeclared,
    StationRecorded,
    SessionOpened,
    SessionEnded,
    VolumeGranted,
    VolumeRevoked,
    VolumeSealed,
    VolumeCondemned,
    AccessContinued,
    EnforcementReported,
)
