"""Avro written and read by code made for one class, as fast as Python goes.

fastavro asks of every field what it is, for every record; here that is asked once, and what is left is a
straight line of code per class. The bytes are the same (tests/contract/test_schemas_codec.py compares them).
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from streams.kinds import fields_of, present

Write: TypeAlias = Callable[[Any], bytes]
Read: TypeAlias = Callable[[bytes, int], tuple[Any, int]]
"""From bytes and where to begin to the value and where it ended."""

_TEXTS = (inspect.StrType, inspect.EnumType, inspect.LiteralType)


class _Continued(dict[int, bytes]):
    """Fourteen bits of a long that goes on, as its two bytes."""

    def __missing__(self, bits: int) -> bytes:
        written = self[bits] = bytes((bits & 127 | 128, bits >> 7 | 128))
        return written


class _Longs(dict[int, bytes]):
    """Integers as Avro longs; the small ones, lengths above all, are kept. Source: Avro 1.12, zig-zag varint."""

    def __init__(self) -> None:
        super().__init__()
        self._continued = _Continued()

    def __missing__(self, value: int) -> bytes:
        left = value << 1 ^ value >> 63
        if not 0 <= left < 1 << 64:
            raise OverflowError(f"{value} does not fit into 64 bits")
        written = b""
        while left > 0x3FFF:
            written += self._continued[left & 0x3FFF]
            left >>= 14
        written += bytes((left & 127 | 128, left >> 7) if left > 127 else (left,))
        if 0 <= value < 1 << 16:
            self[value] = written
        return written


_LONG = _Longs()


@cache
def record_writer(cls: type[msgspec.Struct]) -> Write:
    """What writes instances of `cls`. It raises whatever Python does with a value of another type."""
    names = _names()
    return _lambda([_written(field.type, f"value.{field.name}", names) for field in fields_of(cls)], names)


def writer(kind: inspect.Type) -> Write:
    """What writes values of one kind, as `record_writer`."""
    if isinstance(kind, inspect.StructType):
        return record_writer(kind.cls)
    names = _names()
    return _lambda([_written(kind, "value", names)], names)


def _names() -> dict[str, Any]:
    return {"LONG": _LONG, "join": b"".join}


def _lambda(parts: list[str], names: dict[str, Any]) -> Write:
    made: Write = eval(f"lambda value: join([{', '.join(parts)}])", names)
    return made


def _written(kind: inspect.Type, value: str, names: dict[str, Any]) -> str:
    """The expressions that write `value`, separated by commas."""
    name = f"write_{len(names)}"
    match kind:
        case inspect.Metadata(type=inner):
            return _written(inner, value, names)
        case inspect.IntType():
            return f"LONG[{value}]"
        case inspect.BoolType():
            return rf"b'\1' if {value} else b'\0'"
        case inspect.BytesType():
            return f"LONG[len({value})], {value}"
        case inspect.UnionType(types=types):
            names[name] = writer(present(types))
            return rf"b'\0' if {value} is None else b'\2' + {name}({value})"
        case inspect.VarTupleType(item_type=item):
            names[name] = _items_writer(writer(item))
            return rf"{name}({value}) if {value} else b'\0'"
        case inspect.DictType(key_type=key, value_type=inner):
            names[name] = _items_writer(_pair_writer(writer(key), writer(inner)))
            return rf"{name}({value}.items()) if {value} else b'\0'"
        case inspect.StructType():
            names[name] = writer(kind)
            return f"{name}({value})"
    assert isinstance(kind, _TEXTS)
    return f"LONG[len(text := {value}.encode())], text"


def _items_writer(write: Write) -> Write:
    return lambda items: b"%b%b\0" % (_LONG[len(items)], b"".join(map(write, items)))


def _pair_writer(write_key: Write, write_value: Write) -> Write:
    return lambda pair: write_key(pair[0]) + write_value(pair[1])


@cache
def record_reader(cls: type[msgspec.Struct], build: bool) -> Read:
    """What reads a record of `cls`: an instance of it if `build`, else a dict with dicts and texts in it.

    Raises (when called): IndexError or ValueError on bytes that are no such record; KeyError on a text that
    is no member of its enum. Whether it read past the end is for the caller to see, by where it ended.
    """
    names: dict[str, Any] = {"cls": cls}
    values = {field.name: f"field_{place}" for place, field in enumerate(fields_of(cls))}
    lines = [line for field in fields_of(cls) for line in _read(field.type, values[field.name], names, build)]
    if build:
        result = "cls(" + ", ".join(f"{name}={value}" for name, value in values.items()) + ")"
    else:
        result = "{" + ", ".join(f"{name!r}: {value}" for name, value in values.items()) + "}"
    return _function(lines, result, names)


def _reader(kind: inspect.Type, build: bool) -> Read:
    if isinstance(kind, inspect.StructType):
        return record_reader(kind.cls, build)
    names: dict[str, Any] = {}
    return _function(list(_read(kind, "value", names, build)), "value", names)


def _function(lines: list[str], result: str, names: dict[str, Any]) -> Read:
    source = "\n    ".join(["def read(data, at):", *lines, f"return {result}, at"])
    exec(source, names | {"tail": _tail, "refuse": _refuse}, found := dict[str, Read]())
    return found["read"]


def _read(kind: inspect.Type, value: str, names: dict[str, Any], build: bool) -> Iterator[str]:
    """The lines that leave what they read in `value`, and `at` behind it."""
    name = f"read_{len(names)}"
    match kind:
        case inspect.Metadata(type=inner):
            yield from _read(inner, value, names, build)
        case inspect.IntType():
            yield from _LONG_READ
            yield f"{value} = n >> 1 ^ -(n & 1)"
        case inspect.BoolType():
            yield "n = data[at]; at += 1"
            yield f"{value} = n == 1 or n != 0 and refuse(f'{{n}} is neither true nor false')"
        case inspect.BytesType():
            yield from _SIZE_READ
            yield f"{value} = data[at:end]; at = end"
        case inspect.EnumType(cls=cls) if build:
            names[name] = {member.value.encode(): member for member in cls}
            yield from _SIZE_READ
            yield f"{value} = {name}[data[at:end]]; at = end"
        case inspect.UnionType(types=types):
            names[name] = _reader(present(types), build)
            yield "n = data[at]; at += 1"
            yield f"if n == 2: {value}, at = {name}(data, at)"
            yield f"else: {value} = None if n == 0 else refuse(f'{{n}} is no branch of a union')"
        case inspect.VarTupleType(item_type=item):
            names[name] = _items_reader(_reader(item, build))
            yield f"if data[at]: {value}, at = {name}(data, at)"
            yield f"else: {value} = (); at += 1"
        case inspect.DictType(key_type=key, value_type=inner):
            names[name] = _map_reader(_reader(key, build), _reader(inner, build))
            yield f"{value}, at = {name}(data, at)"
        case inspect.StructType():
            names[name] = _reader(kind, build)
            yield f"{value}, at = {name}(data, at)"
        case _:
            assert isinstance(kind, _TEXTS)
            yield from _SIZE_READ
            yield f"{value} = str(data[at:end], 'utf-8'); at = end"


_LONG_READ = ("n = data[at]; at += 1", "if n > 127: n, at = tail(data, at, n)")
_SIZE_READ = (*_LONG_READ, "if n & 1: refuse('a length is negative')", "end = at + (n >> 1)")


def _tail(data: bytes, at: int, n: int) -> tuple[int, int]:
    """The rest of a varint whose first byte is `n`; not yet un-zig-zagged."""
    n &= 127
    shift = 7
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
