"""What may be asked about safeguards."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import Place
from exchange.kernel.safeguard import Destination, SafeguardType
from exchange.kernel.time import Day

EvidenceDigest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class RegisterSafeguard(Command, frozen=True):
    """Record that participants hold a legal tool, whose document the counter has seen.

    Shape: a party of None stands for any; `valid_from` and `valid_to` are the first and the last day in force, in `tz`;
    `evidence_digest` is the BLAKE2b-256 of the document. `filing_due_on` of a standard contract follows from the
    mainland's working days and is named only where they were not published. Source: rules.md section 4.
    """

    safeguard_id: Id
    kind: SafeguardType
    exporter_id: ParticipantId | None
    recipient_id: ParticipantId | None
    names_destinations: Annotated[tuple[Destination, ...], msgspec.Meta(max_length=20)]
    valid_from: Day
    valid_to: Day | None
    tz: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    evidence_digest: EvidenceDigest
    reference: Line = ""
    recognised_in: Annotated[tuple[Place, ...], msgspec.Meta(max_length=20)] = ()
    tia_current: bool | None = None
    continuing_checks: bool | None = None
    filed_on: Day | None = None
    filing_due_on: Day | None = None


class FileSafeguard(Command, frozen=True):
    """Record that a contract was filed with the authority, on which day and under which reference."""

    safeguard_id: Id
    filed_on: Day
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ChangeSafeguard(Command, frozen=True):
    """Record what has changed about a safeguard: its scope, its transfer impact assessment, its continuing checks.

    Shape: None leaves as it was; `scope_changed` says that what is done has left what the safeguard covers.
    """

    safeguard_id: Id
    grounds: Grounds
    scope_changed: bool | None = None
    tia_current: bool | None = None
    continuing_checks: bool | None = None


class ExtendSafeguard(Command, frozen=True):
    """Record that a security assessment was extended, as may be sought in its last 60 working days.

    Shape: `window_from` is the first of these days, and named only where the mainland's working days were not
    published. Source: rules.md section 4.
    """

    safeguard_id: Id
    sought_on: Day
    valid_to: Day
    evidence_digest: EvidenceDigest
    window_from: Day | None = None


class RevokeSafeguard(Command, frozen=True):
    """Record that a safeguard holds no more, for good."""

    safeguard_id: Id
    grounds: Grounds


COMMANDS: tuple[type[Command], ...] = (
    RegisterSafeguard,
    FileSafeguard,
    ChangeSafeguard,
    ExtendSafeguard,
    RevokeSafeguard,
)
