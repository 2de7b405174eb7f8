"""What several contexts say of an attestation: a party's word, with evidence, of what no record here could show."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Digest, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import Place
from exchange.kernel.time import Day

AttestationKind: TypeAlias = Literal[
    "SG_S26_SUMMARY",
    "JP_ART28_INFORMED",
    "EU_ART49",
    "TH_S28",
    "ART5_BASIS",
    "US_CONTROLS",
    "IN_TRANSIT",
]
"""The first four are consents of the individuals. Source: rules.md section 1, `consents` and the flags about it."""
ART5_PURPOSES: Final = ("contract", "hr", "emergency")
"""The purposes for which Article 5 wants a documented basis. Source: rules.md section 5.3, CN-09a to CN-09c."""
ATTESTATIONS_MAX: Final = 50
"""Attestations about one thing that have not ended."""


class AttestationTerms(Value, frozen=True):
    """An attestation as it stands.

    Shape: `about` is a product version, `product/version`, or a handbook, `zone handbook`; of controls it is empty,
    since they are the recipient's whatever it receives. `recipient_id` None is any; `places` are where the data goes
    to, of IN_TRANSIT what it passed through; `purpose` is that of ART5_BASIS. Days are the first and the last on which
    it holds, in `tz`. What is doubted or withdrawn counts for nothing.
    """

    attestation_id: Id
    kind: AttestationKind
    by_id: ParticipantId
    about: Line
    recipient_id: ParticipantId | None
    places: Annotated[tuple[Place, ...], msgspec.Meta(min_length=1, max_length=20)]
    purpose: Literal["contract", "hr", "emergency"] | None
    issuer: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    evidence_digest: Digest
    valid_from: Day
    valid_to: Day | None
    tz: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    status: Literal["active", "doubted", "withdrawn"] = "active"


class Attested(Value, frozen=True):
    """An attestation that a decision was made with, and its evidence."""

    attestation_id: Id
    kind: AttestationKind
    by_id: ParticipantId
    issuer: Line
    evidence_digest: Digest


def subject_of(terms: AttestationTerms) -> str:
    """What an attestation is found by: what it is about, or whose controls it is about."""
    return terms.about or controls_of(terms.by_id)


def controls_of(participant_id: str) -> str:
    """What a participant's controls are found by; no version has a space in its name, and a handbook has one."""
    return f"controls of {participant_id}"


def version_about(product_id: str, version: str) -> str:
    """What an attestation about a product version is about."""
    return f"{product_id}/{version}"


def handbook_about(zone_id: str, handbook_no: str) -> str:
    """What an attestation about a handbook is about; no product version has a space in its name."""
    return f"{zone_id} {handbook_no}"
