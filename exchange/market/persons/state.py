"""What a market remembers of persons: what was sold abroad, which unions were declared, who was found to split."""

from typing import NamedTuple

import msgspec

from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.unions import Numbers as Numbers


class Flowing(NamedTuple):
    """A right under which data flows on after the year in which it was sold; to whose group, and until when."""

    owner: Id
    ends_at: int


class Sold(msgspec.Struct):
    """A product version with personal information that has left the mainland in a year: its persons, and to whom.

    Shape: of what was made in bond, an origin of it instead, `by` all versions and outputs by which it left; `owners`
    are the beneficial owners of its buyers; `flowing` are rights that last longer than the year, by entitlement.
    """

    numbers: Numbers
    owners: list[Id] = msgspec.field(default_factory=list)
    flowing: dict[str, Flowing] = msgspec.field(default_factory=dict)
    by: list[str] = msgspec.field(default_factory=list)


class Untold(NamedTuple):
    """A sale that a zone has to be told of."""

    exporter_id: ParticipantId
    year: int
    output_id: Id
    zone_id: str
    owner: Id


class Exported(msgspec.Struct):
    """Personal information an exporter has sold out of the mainland in one calendar year, by `product/version`."""

    year: int
    versions: dict[str, Sold] = msgspec.field(default_factory=dict)


class Plain(msgspec.Struct):
    """What an exporter has sold out of the mainland in a year as data without persons: to which owners, by version."""

    year: int
    owners: dict[str, list[Id]] = msgspec.field(default_factory=dict)


class Union(msgspec.Struct, frozen=True):
    """What an exporter has declared of several product versions together, by `product/version`."""

    year: int
    versions: frozenset[str]
    numbers: Numbers


class Persons(msgspec.Struct):
    """Unions that were declared, by exporter; the years in which groups were found to split, by beneficial owner.

    Shape: unions of years that are over are forgotten with the next one of their exporter; `untold` are sales of what
    was made in bond that its zone has still to be told of, by `exporter year output owner`; `plain` counts nobody,
    unless persons are found in it.
    """

    exported: dict[ParticipantId, Exported] = msgspec.field(default_factory=dict)
    united: dict[ParticipantId, list[Union]] = msgspec.field(default_factory=dict)
    splitting: dict[Id, list[int]] = msgspec.field(default_factory=dict)
    untold: dict[str, Untold] = msgspec.field(default_factory=dict)
    plain: dict[ParticipantId, Plain] = msgspec.field(default_factory=dict)
