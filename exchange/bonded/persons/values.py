"""What is said of persons in bond."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonSet, Year

OriginNames = Annotated[tuple[Line, ...], msgspec.Meta(min_length=2, max_length=100)]
PersonSets = Annotated[tuple[PersonSet, ...], msgspec.Meta(max_length=3)]


class UnitedOrigins(Value, frozen=True):
    """How many distinct persons several consignments and sources hold together, in one calendar year.

    Units: as in `UnitedPersons`. Shape: `origin_ids` are consignments, sources, and lots that are described apart;
    without `sets` the exporter counted exactly by other means. Source: rules.md sections 1 and 7.
    """

    declaration_id: Id
    exporter_id: ParticipantId
    year: Year
    origin_ids: OriginNames
    persons: Count
    sensitive_persons: Count
    foreign_persons: Count
    sets: PersonSets = ()
