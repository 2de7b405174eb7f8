"""What several contexts say of a published list: a zone's negative list, or a list of general data."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Value
from exchange.kernel.ids import Id
from exchange.kernel.time import Day

ListKind: TypeAlias = Literal["FTZ-NEG", "LG-GENERAL"]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
"""What stands in every decision that a list is looked at for."""


class ListEntry(Value, frozen=True):
    """What a list says of one scenario of a sector.

    Shape: `route` is what leaving needs for the fields of a negative list; None is read as the severe one.
    """

    sector: Word
    scenario_id: Word
    field_ids: Annotated[tuple[Word, ...], msgspec.Meta(max_length=400)]
    route: Literal["FILE", "ASSESS"] | None = None


class ListTerms(Value, frozen=True):
    """A version of a list, for exporters registered in one of its zones.

    Shape: days are the first and the last in force, in `tz`; None is open. Source: rules.md section 1, `list_refs`.
    """

    list_id: Id
    kind: ListKind
    version: Name
    zone_scope: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=10)]
    valid_from: Day
    valid_to: Day | None
    tz: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    entries: Annotated[tuple[ListEntry, ...], msgspec.Meta(min_length=1, max_length=200)]
