"""From what an Avro reader gives (dicts, lists, texts, numbers, bytes) to the values of our classes."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from streams.kinds import fields_of, present

Reshape: TypeAlias = Callable[[Any], Any]


@cache
def builder(cls: type[msgspec.Struct]) -> Reshape:
    """What makes an instance of `cls` of a record's fields, without checking any bound.

    Shape: a field that the class no longer has is dropped, one that the record does not have yet gets
    its default.
    Raises (when called): TypeError or ValueError if the fields do not make one.
    """
    return _record(cls, build=True)


@cache
def pruner(cls: type[msgspec.Struct]) -> Reshape:
    """What drops the fields that `cls` and the classes in it no longer have, leaving dicts and lists."""
    return _record(cls, build=False)


def _record(cls: type[msgspec.Struct], build: bool) -> Reshape:
    reshapes = {field.name: _reshape(field.type, build) for field in fields_of(cls)}
    known = reshapes.keys()
    changed = [(name, reshape) for name, reshape in reshapes.items() if reshape is not None]

    def reshaped(record: dict[str, Any]) -> Any:
        fields = record if record.keys() <= known else {key: record[key] for key in record.keys() & known}
        for name, reshape in changed:
            if name in fields:
                fields[name] = reshape(fields[name])
        return cls(**fields) if build else fields

    return reshaped


def _reshape(kind: inspect.Type, build: bool) -> Reshape | None:
    """The change a value of this kind needs, None if it needs none."""
    match kind:
        case inspect.Metadata(type=inner):
            return _reshape(inner, build)
        case inspect.StructType(cls=cls):
            return _record(cls, build)
        case inspect.EnumType(cls=cls):
            return cls if build else None
        case inspect.UnionType(types=types):
            return _optional(_reshape(present(types), build))
        case inspect.VarTupleType(item_type=item):
            return _items(_reshape(item, build), build)
        case inspect.DictType(value_type=value):
            return _values(_reshape(value, build))
    return None


def _optional(reshape: Reshape | None) -> Reshape | None:
    return reshape and (lambda value: None if value is None else reshape(value))


def _items(reshape: Reshape | None, build: bool) -> Reshape | None:
    if reshape is None:
        return tuple if build else None
    make: Callable[[Any], Any] = tuple if build else list
    return lambda items: make(map(reshape, items))


def _values(reshape: Reshape | None) -> Reshape | None:
    return reshape and (lambda values: {key: reshape(value) for key, value in values.items()})
