"""What the fields of a class are: msgspec's own description of them, and the few questions we ask of it."""

from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec import inspect

TEXTS = (inspect.StrType, inspect.EnumType, inspect.LiteralType)
"""What is written as a string."""
_RECURRING = frozenset(
    (
        *("actor", "participant_id", "seller_id", "buyer_id", "bank_id"),
        *("market_id", "instrument_id", "listing_id", "product_id", "currency"),
    )
)
"""Fields whose texts come again and again: who and what, unlike the names of single orders and trades."""
_ENDING_FIELDS = 3
REMEMBERED_MAX = 4_096
"""Texts of one such field that are remembered at a time."""


@cache
def fields_of(cls: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """The fields of a class with their types, in order."""
    struct = inspect.type_info(cls)
    assert isinstance(struct, inspect.StructType)
    return struct.fields


def present(types: tuple[inspect.Type, ...]) -> inspect.Type:
    """What an optional is when it is there."""
    return next(kind for kind in types if not isinstance(kind, inspect.NoneType))


def bare(kind: inspect.Type) -> inspect.Type:
    """A type without its annotations, and an optional as what it is when it is there."""
    if isinstance(kind, inspect.Metadata):
        return bare(kind.type)
    return bare(present(kind.types)) if isinstance(kind, inspect.UnionType) else kind


def recurring(field: inspect.Field) -> inspect.StrType | None:
    """What a field's texts have to be if they come again and again; None for every other field."""
    kind = field.type
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return kind if field.name in _RECURRING and isinstance(kind, inspect.StrType) else None


@cache
def empty(cls: type[msgspec.Struct]) -> msgspec.Struct | None:
    """The one instance in which every field is absent or has no items; None where fields have to say something.

    Shape: on the wire a zero byte for each field.
    """
    fields = {field.name: () if _many(field.type) else None for field in fields_of(cls)}
    if len(fields) > 1 and all(_many(field.type) or _optional(field.type) for field in fields_of(cls)):
        return cls(**fields)
    return None


def _many(kind: inspect.Type) -> bool:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return isinstance(kind, inspect.VarTupleType) and not kind.min_length


def _optional(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.UnionType)


def ending(fields: Sequence[inspect.Field]) -> int:
    """From which field on all have few values, and seldom others; the end where these are too few to be worth it."""
    first = len(fields)
    while first and _says_little(fields[first - 1]):
        first -= 1
    return first if len(fields) - first >= _ENDING_FIELDS else len(fields)


def _says_little(field: inspect.Field) -> bool:
    kind = field.type
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return isinstance(bare(kind), (inspect.IntType, inspect.BytesType, inspect.BoolType, *TEXTS))
    few = inspect.EnumType | inspect.LiteralType | inspect.BoolType
    return isinstance(kind, few) or (isinstance(kind, inspect.IntType) and not field.required)
