"""What may be asked about attestations."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.attestation import AttestationKind
from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.product import Place, Version
from exchange.kernel.time import Day

EvidenceDigest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Attest(Command, frozen=True):
    """Give one's word, with evidence, of a fact that the fence's rules rest on and that no record here shows.

    Shape: it is about a product version, or about a handbook of a business zone; one's own controls
    (`US_CONTROLS`) are about neither. `places` are the countries that the data goes to, of `IN_TRANSIT` those that it
    only passed through; `recipient_id` None is any recipient; `purpose` goes with `ART5_BASIS`, and only with it.
    `evidence_digest` is the BLAKE2b-256 of the document that shows it, `issuer` who wrote that. Source: rules.md
    section 1.
    """

    attestation_id: Id
    kind: AttestationKind
    places: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=20)]
    issuer: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    evidence_digest: EvidenceDigest
    valid_from: Day
    valid_to: Day | None = None
    tz: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Asia/Shanghai"
    product_id: ProductId | None = None
    version: Version | None = None
    zone_id: Id | None = None
    handbook_no: Id | None = None
    recipient_id: ParticipantId | None = None
    purpose: Literal["contract", "hr", "emergency"] | None = None


class DoubtAttestation(Command, frozen=True):
    """Doubt somebody's word: it counts for nothing until the counter or the governance upholds it."""

    attestation_id: Id
    grounds: Grounds


class UpholdAttestation(Command, frozen=True):
    """Let a word count again that was doubted, since its evidence was looked at and shows what it says."""

    attestation_id: Id
    grounds: Grounds


class WithdrawAttestation(Command, frozen=True):
    """Take one's word back, for good."""

    attestation_id: Id
    grounds: Grounds


COMMANDS: tuple[type[Command], ...] = (Attest, DoubtAttestation, UpholdAttestation, WithdrawAttestation)
