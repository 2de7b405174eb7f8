"""Avro read by code made for one class, as fast as Python goes.

fastavro asks of every field what it is, for every record; here that is asked once, and what is left is a
straight line of code per class. The bytes are the same (tests/contract/test_schemas_codec.py compares them).
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from streams.kinds import TEXTS, fields_of, present

Read: TypeAlias = Callable[[bytes, int], tuple[Any, int]]
"""From bytes and where to begin to the value and where it ended."""


class Make(Enum):
    """What is made of a record's bytes."""

    PLAIN = "a dict with dicts, tuples and texts in it, for msgspec to check"
    BUILT = "an instance of its class, no bound checked"
    CHECKED = "an instance of its class within every bound that the class states"


@cache
def record_reader(cls: type[msgspec.Struct], make: Make) -> Read:
    """What reads a record of `cls`.

    Raises (when called): IndexError or ValueError on bytes that are no such record; KeyError on a text that
    is no member of its enum. Whether it read past the end is for the caller to see, by where it ended.
    """
    return _reader(inspect.type_info(cls), make)


def _reader(kind: inspect.Type, make: Make) -> Read:
    names: dict[str, Any] = {"tail": _tail, "refuse": _refuse}
    lines = _read(kind, "value", names, make)
    source = "\n    ".join(["def read(data, at):", *lines, "return value, at"])
    exec(source, names, found := dict[str, Read]())
    return found["read"]


def _read(kind: inspect.Type, value: str, names: dict[str, Any], make: Make) -> Iterator[str]:
    """The lines that leave what they read in `value`, and `at` behind it."""
    if isinstance(kind, inspect.Metadata):
        kind = kind.type
    yield from _read_unbounded(kind, value, names, make)
    if make is Make.CHECKED and (bounds := " and ".join(_bounds(kind, value, names))):
        yield f"if not ({bounds}): refuse('a value is out of its bounds')"


def _read_unbounded(kind: inspect.Type, value: str, names: dict[str, Any], make: Make) -> Iterator[str]:
    name = f"name_{len(names)}"
    match kind:
        case inspect.IntType():
            yield from _LONG_READ
            yield f"{value} = n >> 1 ^ -(n & 1)"
        case inspect.BoolType():
            yield "n = data[at]; at += 1"
            yield f"{value} = n == 1 or n != 0 and refuse(f'{{n}} is neither true nor false')"
        case inspect.BytesType():
            yield from _SIZE_READ
            yield f"{value} = data[at:end]; at = end"
        case inspect.EnumType(cls=cls) if make is not Make.PLAIN:
            names[name] = {member.value.encode(): member for member in cls}
            yield from _SIZE_READ
            yield f"{value} = {name}[data[at:end]]; at = end"
        case inspect.UnionType(types=types):
            names[name] = _reader(present(types), make)
            yield "n = data[at]; at += 1"
            yield f"if n == 2: {value}, at = {name}(data, at)"
            yield f"else: {value} = None if n == 0 else refuse(f'{{n}} is no branch of a union')"
        case inspect.VarTupleType(item_type=item):
            names[name] = _items_reader(_reader(item, make))
            yield f"if data[at]: {value}, at = {name}(data, at)"
            yield f"else: {value} = (); at += 1"
        case inspect.DictType(key_type=key, value_type=inner):
            names[name] = _map_reader(_reader(key, make), _reader(inner, make))
            yield f"{value}, at = {name}(data, at)"
        case inspect.StructType(cls=cls):
            yield from _struct_read(cls, value, names, make)
        case _:
            assert isinstance(kind, TEXTS)
            yield from _SIZE_READ
            yield f"{value} = data[at:end].decode(); at = end"


def _struct_read(cls: type[msgspec.Struct], value: str, names: dict[str, Any], make: Make) -> Iterator[str]:
    values = {field.name: f"{value}_{place}" for place, field in enumerate(fields_of(cls))}
    for field in fields_of(cls):
        yield from _read(field.type, values[field.name], names, make)
    if make is Make.PLAIN:
        yield f"{value} = {{" + ", ".join(f"{name!r}: {read}" for name, read in values.items()) + "}"
    else:
        names[name := f"name_{len(names)}"] = cls
        yield f"{value} = {name}(" + ", ".join(f"{field}={read}" for field, read in values.items()) + ")"


def _bounds(kind: inspect.Type, value: str, names: dict[str, Any]) -> Iterator[str]:
    """What has to hold of a value, as msgspec would ask it."""
    match kind:
        case inspect.LiteralType(values=values):
            names[name := f"name_{len(names)}"] = frozenset(values)
            yield f"{value} in {name}"
        case inspect.IntType(ge=low, gt=above, le=high, lt=below):
            for sign, bound in ((">=", low), (">", above), ("<=", high), ("<", below)):
                if bound is not None:
                    yield f"{value} {sign} {bound}"
        case (
            inspect.StrType(min_length=least, max_length=most)
            | inspect.BytesType(min_length=least, max_length=most)
            | inspect.VarTupleType(min_length=least, max_length=most)
            | inspect.DictType(min_length=least, max_length=most)
        ):
            if least is not None:
                yield f"len({value}) >= {least}"
            if most is not None:
                yield f"len({value}) <= {most}"
            if isinstance(kind, inspect.StrType) and kind.pattern is not None:
                names[name := f"name_{len(names)}"] = re.compile(kind.pattern).search
                yield f"{name}({value})"


_LONG_READ = ("n = data[at]; at += 1", "if n > 127: n, at = tail(data, at, n)")
_SIZE_READ = (*_LONG_READ, "if n & 1: refuse('a length is negative')", "end = at + (n >> 1)")


def _tail(data: bytes, at: int, n: int) -> tuple[int, int]:
    """The rest of a varint whose first byte is `n`; not yet un-zig-zagged."""
    second = data[at]
    n = n & 127 | (second & 127) << 7
    if second < 128:
        return n, at + 1
    third = data[at + 1]
    n |= (third & 127) << 14
    if third < 128:
        return n, at + 2
    at += 2
    shift = 21
    while True:
        byte = data[at]
        at += 1
        n |= (byte & 127) << shift
        if byte < 128:
            return n if n < 1 << 64 else _refuse("a number has more than 64 bits"), at
        shift += 7
        if shift > 63:
            _refuse("a number has more than 64 bits")


def _refuse(what: str) -> Any:
    raise ValueError(what)


def _long(data: bytes, at: int) -> tuple[int, int]:
    n, at = _tail(data, at + 1, data[at]) if data[at] > 127 else (data[at], at + 1)
    return n >> 1 ^ -(n & 1), at


def _items_reader(read: Read) -> Read:
    def read_items(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        items: list[Any] = []
        while True:
            count, at = _long(data, at)
            if count == 0:
                return tuple(items), at
            if count < 0:  # a writer may say how many bytes a block has, for readers who skip it
                _, at = _long(data, at)
            for _ in range(abs(count)):
                item, at = read(data, at)
                items.append(item)

    return read_items


def _map_reader(read_key: Read, read_value: Read) -> Read:
    def read_pair(data: bytes, at: int) -> tuple[tuple[Any, Any], int]:
        key, at = read_key(data, at)
        value, at = read_value(data, at)
        return (key, value), at

    read_pairs = _items_reader(read_pair)

    def read_map(data: bytes, at: int) -> tuple[dict[Any, Any], int]:
        pairs, at = read_pairs(data, at)
        return dict(pairs), at

    return read_map
