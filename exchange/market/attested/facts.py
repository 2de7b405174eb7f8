"""What a market came to know of attestations."""

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Fact


class AttestationBrought(Fact, frozen=True):
    """An attestation is known here, or stands otherwise."""

    attestation: AttestationTerms


FACTS: tuple[type[Fact], ...] = (AttestationBrought,)
