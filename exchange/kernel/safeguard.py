"""What several contexts say of a safeguard: a legal tool that a participant holds."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import Place
from exchange.kernel.time import Day

SafeguardType: TypeAlias = Literal[
    "CN-ASSESS", "CN-SCC", "CN-CERT", "GBA-SC", "EU-SCC", "EU-BCR", "EU-DPF", "SG-CONTRACT", "SG-BCR",
    "ASEAN-MCC", "CBPR", "PRP", "JP-EQUIV", "TH-CONTRACT", "TH-BCR",
]  # fmt: skip
ReceivedUnder: TypeAlias = Annotated[tuple[SafeguardType, ...], msgspec.Meta(max_length=15)]
"""The kinds of safeguards under which data was received."""
Destination = Annotated[str, msgspec.Meta(pattern=r"^(ANY|[A-Z]{2})\Z")]
"""A country, or ANY."""
SAFEGUARDS_MAX = 12
"""Safeguards that one crossing is decided with: every one of them stands in the decision."""


class SafeguardTerms(Value, frozen=True):
    """A legal tool that a participant holds.

    Shape: a party of None stands for any; days are the first and the last in force, in `tz`; None is open.
    Source: rules.md section 4.
    """

    safeguard_id: Id
    kind: SafeguardType
    exporter_id: ParticipantId | None
    recipient_id: ParticipantId | None
    names_destinations: Annotated[tuple[Destination, ...], msgspec.Meta(max_length=20)]
    valid_from: Day | None
    valid_to: Day | None
    tz: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    status: Literal["active", "suspended", "revoked"] = "active"
    scope_changed: bool = False
    recognised_in: Annotated[tuple[Place, ...], msgspec.Meta(max_length=20)] = ()
    tia_current: bool | None = None
    continuing_checks: bool | None = None
    filed_on: Day | None = None
    filing_due_on: Day | None = None
