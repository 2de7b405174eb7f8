"""What the fields of a class are: msgspec's own description of them, and the few questions we ask of it."""

from functools import cache

import msgspec
from msgspec import inspect

TEXTS = (inspect.StrType, inspect.EnumType, inspect.LiteralType)
"""What is written as a string."""


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
