"""The fields of data, as its maker declares them: names, types, and what each was made from."""

from collections.abc import Collection, Iterable
from typing import Annotated, Literal, NamedTuple

import msgspec

from exchange.kernel.bases import Line, Value

FieldName = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f]{1,100}\Z")]
FieldWay = Literal[
    "identity", "transformation", "aggregation", "join", "group_by", "filter", "sort", "window", "conditional"
]
"""How a field follows from another. Source: OpenLineage's facet columnLineage, subtypes of transformations."""
DIRECT: frozenset[str] = frozenset(("identity", "transformation", "aggregation"))
"""Ways by which the value itself follows; by all others it only decides about rows."""


class FieldSource(Value, frozen=True):
    """A field that another was made from.

    Shape: `of` names what has it: an upstream of a product version; of a job run's output `CONSIGNMENT/LOT`, an output
    or a source that went in. `masked` where the original value is not in it, as in a hash.
    """

    of: Line
    field: FieldName
    way: FieldWay = "identity"
    masked: bool = False


class Field(Value, frozen=True):
    """A field that data has.

    Shape: without `made_from` it is the field of the same name of whatever has one upstream; with an empty one it is
    made from no field.
    """

    name: FieldName
    data_type: Line = ""
    made_from: Annotated[tuple[FieldSource, ...], msgspec.Meta(max_length=50)] | None = None


Fields = Annotated[tuple[Field, ...], msgspec.Meta(max_length=200)]


class Wrong(NamedTuple):
    """What is wrong with declared fields: a name that stands twice, or something that nothing is made from."""

    what: Literal["alike", "unknown"]
    name: str
    of: str = ""


def wrong_fields(fields: Iterable[Field], upstream: Collection[str]) -> Wrong | None:
    """What contradicts itself in declared fields of something that was made from `upstream`."""
    seen: set[str] = set()
    for field in fields:
        if field.name in seen:
            return Wrong("alike", field.name)
        seen.add(field.name)
        for source in field.made_from or ():
            if source.of not in upstream:
                return Wrong("unknown", field.name, source.of)
    return None
