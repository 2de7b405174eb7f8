"""What happened to safeguards. Each fact carries all of the safeguard as it stands since."""

from exchange.kernel.bases import Digest, Fact, Line, Text
from exchange.kernel.ids import ParticipantId
from exchange.kernel.safeguard import SafeguardTerms
from exchange.kernel.time import Day


class SafeguardRegistered(Fact, frozen=True):
    """A legal tool is known; `by_id` has seen the document of that digest."""

    safeguard: SafeguardTerms
    evidence_digest: Digest
    reference: Line
    by_id: ParticipantId


class SafeguardFiled(Fact, frozen=True):
    """A contract was filed with the authority; `late` if after its due date."""

    safeguard: SafeguardTerms
    reference: Line
    late: bool
    by_id: ParticipantId


class SafeguardChanged(Fact, frozen=True):
    """A safeguard's scope, assessment or checks stand otherwise."""

    safeguard: SafeguardTerms
    grounds: Text
    by_id: ParticipantId


class SafeguardExtended(Fact, frozen=True):
    """A security assessment holds longer than it did."""

    safeguard: SafeguardTerms
    valid_before: Day
    sought_on: Day
    evidence_digest: Digest
    by_id: ParticipantId


class SafeguardRevoked(Fact, frozen=True):
    """A safeguard holds no more."""

    safeguard: SafeguardTerms
    grounds: Text
    by_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (
    SafeguardRegistered,
    SafeguardFiled,
    SafeguardChanged,
    SafeguardExtended,
    SafeguardRevoked,
)
