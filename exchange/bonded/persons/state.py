"""What a zone remembers of persons: whom they were let out to, and how many several sources hold together."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.kernel.persons import PersonsOf
from exchange.kernel.unions import Numbers


class LetOut(msgspec.Struct):
    """Consignments and sources behind what one exporter let out to one group in a year; some with domestic data."""

    domestic: list[str] = msgspec.field(default_factory=list)
    any: list[str] = msgspec.field(default_factory=list)


Received = dict[ParticipantId, LetOut]
"""What one group of recipients received in a year, by exporter."""


Elsewhere = dict[ParticipantId, dict[str, PersonsOf]]
"""What one group of recipients received in a year of what left other business zones, by exporter and origin."""


def received_key(owner: str, year: int) -> str:
    """What a group of recipients received in a year is kept under."""
    return f"{owner} {year}"


class Union(msgspec.Struct, frozen=True):
    """What an exporter has declared of several consignments and sources together, for a calendar year.

    Shape: `held` is what each of them was known to hold when it was declared.
    """

    declaration_id: str
    year: int
    persons: int
    sensitive: int
    foreign: int
    held: dict[str, Numbers]
