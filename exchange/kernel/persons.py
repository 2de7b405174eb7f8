"""What several contexts say of persons: distinct natural persons, counted over product versions together.

Sets of persons never enter a journal: they are content-addressed files, named here by digest and count.
"""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import Id, ParticipantId, ProductId
from exchange.kernel.product import Version

MAINLAND = frozenset({"CN", "CN-LG"})
"""Persons whose information was collected there are the mainland's. Source: rules.md section 3."""
SetDigest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Year = Annotated[int, msgspec.Meta(ge=2000, le=9999)]
"""A calendar year in Asia/Shanghai."""


class PersonsOf(Value, frozen=True):
    """How many persons an origin of data made in bond holds, a consignment or a source; they are the same in all of it.

    Units: `persons` were collected in the mainland, `sensitive_persons` are sensitive ones of these, `foreign_persons`
    were collected elsewhere. Shape: None is not known.
    """

    origin_id: Line
    persons: Count | None
    sensitive_persons: Count | None
    foreign_persons: Count | None


class VersionName(Value, frozen=True):
    """A product version."""

    product_id: ProductId
    version: Version

    def __str__(self) -> str:
        """What it is counted under."""
        return f"{self.product_id}/{self.version}"


class PersonSet(Value, frozen=True):
    """A set of persons, as a file of salted hashes that stays with its exporter.

    Shape: `digest` is the BLAKE2b-256 of the file, `salt_id` names the exporter's salt, which nobody else has.
    """

    of: Literal["persons", "sensitive", "foreign"]
    digest: SetDigest
    salt_id: Id
    count: Count


class UnitedPersons(Value, frozen=True):
    """How many distinct persons several product versions of one exporter hold together, in one calendar year.

    Units: `persons` were collected in the mainland, `sensitive_persons` are those of them whose information is
    sensitive, `foreign_persons` were collected elsewhere. Shape: without `sets` the exporter counted exactly by other
    means. Source: rules.md sections 1 and 7.
    """

    declaration_id: Id
    exporter_id: ParticipantId
    year: Year
    versions: Annotated[tuple[VersionName, ...], msgspec.Meta(min_length=1, max_length=1_000)]
    persons: Count
    sensitive_persons: Count
    foreign_persons: Count
    sets: Annotated[tuple[PersonSet, ...], msgspec.Meta(max_length=3)] = ()
