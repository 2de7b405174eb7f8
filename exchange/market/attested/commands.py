"""What a market is told of attestations."""

from exchange.kernel.attestation import AttestationTerms
from exchange.kernel.bases import Command


class BringAttestation(Command, frozen=True):
    """Remember an attestation as it stands now. Sent by a policy."""

    attestation: AttestationTerms


COMMANDS: tuple[type[Command], ...] = (BringAttestation,)
