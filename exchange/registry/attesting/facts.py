"""What happened to attestations. Each fact carries all of the attestation as it stands since."""

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Fact, Text
from exchange.kernel.ids import ParticipantId


class AttestationGiven(Fact, frozen=True):
    """A party has given its word, and named the evidence of it; nobody here has looked at that."""

    attestation: AttestationTerms


class AttestationDoubted(Fact, frozen=True):
    """Somebody in office doubts it, and it counts for nothing meanwhile."""

    attestation: AttestationTerms
    grounds: Text
    by_id: ParticipantId


class AttestationUpheld(Fact, frozen=True):
    """It was doubted, its evidence was looked at, and it counts again."""

    attestation: AttestationTerms
    grounds: Text
    by_id: ParticipantId


class AttestationWithdrawn(Fact, frozen=True):
    """Its party takes it back, for good."""

    attestation: AttestationTerms
    grounds: Text


FACTS: tuple[type[Fact], ...] = (
    AttestationGiven,
    AttestationDoubted,
    AttestationUpheld,
    AttestationWithdrawn,
)
