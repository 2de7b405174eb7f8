"""What may be asked about sessions and volumes."""

from typing import Literal

from exchange.bonded.fenced.words import Abilities, Breach, Mode, Paths, Sentences, Step, Workers
from exchange.bonded.values import Grounds, Ranges, Sha256
from exchange.kernel.bases import Command, Count, Line
from exchange.kernel.ids import Id
from exchange.kernel.product import Place
from exchange.kernel.time import Instant


class DeclarePool(Command, frozen=True):
    """Say who works in a pool; it may be said again, and whoever is no longer named sees nothing more.

    Shape: `worker_ids` are names that only the processor can tell the persons of.
    """

    zone_id: Id
    pool_id: Id
    worker_ids: Workers


class RecordStation(Command, frozen=True):
    """Say where a station stands and what it lets its worker do; it may be said again."""

    zone_id: Id
    station_id: Id
    place: Place
    lets: Abilities
    state: Literal["in_service", "down"] = "in_service"


class OpenSession(Command, frozen=True):
    """Let a worker see data at a station; the fence decides.

    Shape: what is seen is all that goes into a job run, or else `items`; `seen_from` is where the worker is, which
    is another place than the station's for whoever looks at it from afar.
    """

    pool_id: Id
    worker_id: Id
    station_id: Id
    seen_from: Place
    ends_at: Instant
    job_run_id: Id | None = None
    items: Ranges = ()


class EndSession(Command, frozen=True):
    """Let a worker see nothing more."""

    session_id: Id
    grounds: Grounds


class ReportBreach(Command, frozen=True):
    """Say that a worker did in a session what none lets it do: it ends, and a case opens."""

    session_id: Id
    breach: Breach
    statement: Grounds


class GrantVolume(Command, frozen=True):
    """Open a fenced volume to a pool of workers; the fence decides.

    Shape: `subject_id` is a consignment, whose raw data may be read, or a job run, in whose volume it is written.
    """

    subject_id: Id
    mode: Mode
    pool_id: Id
    until: Instant


class RevokeVolume(Command, frozen=True):
    """Close a fenced volume to everybody."""

    volume_id: Id
    grounds: Grounds


class DestroyVolume(Command, frozen=True):
    """Have what is on a fenced volume deleted, once nothing of it is on the books any more."""

    volume_id: Id
    grounds: Grounds


class ReportEnforcement(Command, frozen=True):
    """Say what the port that guards a volume did, what it could not, and what it found.

    Shape: `merkle_root` is over one hash for each file, as `exchange.bonded.fenced.files` builds it, None where none
    were read; `strays` are paths that should not be there, and open a case.
    """

    volume_id: Id
    step: Step
    done: bool
    detail: Line = ""
    limits: Sentences = ()
    files: Count = 0
    size_bytes: Count = 0
    merkle_root: Sha256 | None = None
    strays: Paths = ()


COMMANDS: tuple[type[Command], ...] = (
    DeclarePool,
    RecordStation,
    OpenSession,
    EndSession,
    ReportBreach,
    GrantVolume,
    RevokeVolume,
    DestroyVolume,
    ReportEnforcement,
)
