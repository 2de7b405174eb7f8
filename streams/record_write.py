"""Avro written by code made for one class, as fast as Python goes.

fastavro asks of every field what it is, for every record; here that is asked once, and what is left is a
straight line of code per class. The bytes are the same (tests/contract/test_schemas_codec.py compares them).
"""

from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache
from itertools import groupby
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from streams.kinds import REMEMBERED_MAX, TEXTS, empty, ending, fields_of, present, recurring

Write: TypeAlias = Callable[[Any], bytes]
WriteShared: TypeAlias = Callable[[Any], tuple[bytes, ...]]
WriteRest: TypeAlias = Callable[[tuple[bytes, ...], Any, Any], bytes]
"""From what was written of a meta before, the meta and the message to the bytes of the record."""


class _Continued(dict[int, bytes]):
    """Fourteen bits of a long that goes on, as its two bytes."""

    def __missing__(self, bits: int) -> bytes:
        written = self[bits] = bytes((bits & 127 | 128, bits >> 7 | 128))
        return written


class _Ending(dict[int, bytes]):
    """The last fourteen bits of a long, as one byte or two."""

    def __missing__(self, bits: int) -> bytes:
        written = self[bits] = bytes((bits & 127 | 128, bits >> 7) if bits > 127 else (bits,))
        return written


_GOES_ON = _Continued()
_ENDS = _Ending()


_LATE: list[int] = []
"""Instants above all, of which many records share one: kept for a while."""
_LATE_MAX = 1_000


class _Longs(dict[int, bytes]):
    """Integers as Avro longs; the small ones, lengths above all, are kept. Source: Avro 1.12, zig-zag varint."""

    def __missing__(self, value: int) -> bytes:
        if 0xFFFF < value < 1 << 27:  # what counts facts and commands, mostly
            return _GOES_ON[value << 1 & 0x3FFF] + _ENDS[value >> 13]
        left = value << 1 ^ value >> 63
        if not 0 <= left < 1 << 64:
            raise OverflowError(f"{value} does not fit into 64 bits")
        if left < 1 << 28:
            written = _GOES_ON[left & 0x3FFF] + _ENDS[left >> 14] if left > 0x3FFF else _ENDS[left]
            if 0 <= value < 1 << 16:
                self[value] = written
            return written
        written = _GOES_ON[left & 0x3FFF] + _GOES_ON[left >> 14 & 0x3FFF]
        left >>= 28
        while left > 0x3FFF:
            written += _GOES_ON[left & 0x3FFF]
            left >>= 14
        written += _ENDS[left]
        if len(_LATE) >= _LATE_MAX:
            for late in _LATE:
                self.pop(late, None)
            _LATE.clear()
        self[value] = written
        _LATE.append(value)
        return written


LONG = _Longs()


class _Words(dict[str, bytes]):
    """Texts of an enum, a literal or a recurring field with their length, as written. Emptied when they are many."""

    def __missing__(self, word: str) -> bytes:
        text = word.encode()
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        written = self[word] = LONG[len(text)] + text
        return written


class _Structs(dict[int, bytes]):
    """Structs of one kind, which never change, as written; by their identity, as asking for their equals costs more.

    Shape: each is held, so that nothing else gets its identity. Emptied when there are too many.
    """

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write
        self._held: list[Any] = []

    def written(self, struct: Any) -> bytes:
        """Write it, and remember it if it is short."""
        written = self._write(struct)
        if len(written) <= _STRUCT_BYTES_MAX:
            if len(self) >= REMEMBERED_MAX:
                self.clear()
                self._held.clear()
            self[id(struct)] = written
            self._held.append(struct)
        return written


class _Endings(dict[tuple[Any, ...], bytes]):
    """The last values of records, as written. Emptied when there are too many."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def written(self, record: Any, values: tuple[Any, ...]) -> bytes:
        """Write them, and remember it if it is short."""
        written = self._write(record)
        if len(written) <= _ENDING_BYTES_MAX:
            if len(self) >= REMEMBERED_MAX:
                self.clear()
            self[values] = written
        return written


_STRUCT_BYTES_MAX, _ENDING_BYTES_MAX = 256, 48
"""What is longer is seldom said again."""


@cache
def record_writer(cls: type[msgspec.Struct]) -> Write:
    """What writes instances of `cls`. It raises whatever Python does with a value of another type."""
    names = _names()
    return _lambda(_fields_written(cls, "value", names), names)


def writer(kind: inspect.Type) -> Write:
    """What writes values of one kind, as `record_writer`."""
    names = _names()
    return _lambda(_written(kind, "value", names), names)


def shared_writer(meta: type[msgspec.Struct], shared: Set[str]) -> WriteShared:
    """What writes those fields of a meta that many records have in common, once for all of them."""
    names = _names()
    parts = (
        ", ".join(_field_written(field, "value", names) for field in fields)
        for common, fields in _runs(meta, shared)
        if common
    )
    made: WriteShared = eval(f"lambda value: ({', '.join(f'join(({part},))' for part in parts)},)", names)
    return made


def rest_writer(
    head: bytes, meta: type[msgspec.Struct], shared: Set[str], message: type[msgspec.Struct]
) -> WriteRest:
    """What writes a whole record, given what `shared_writer` wrote of its meta."""
    names = _names() | {"head": head}
    parts, count = ["head"], 0
    for common, fields in _runs(meta, shared):
        if common:
            parts.append(f"shared[{count}]")
            count += 1
        else:
            parts += (_field_written(field, "meta", names) for field in fields)
    parts.append(_message_written(message, "value", names))
    made: WriteRest = eval(f"lambda shared, meta, value: join(({', '.join(parts)},))", names)
    return made


def _runs(meta: type[msgspec.Struct], shared: Set[str]) -> Iterator[tuple[bool, Iterator[inspect.Field]]]:
    return groupby(fields_of(meta), lambda field: field.name in shared)


def _names() -> dict[str, Any]:
    return {"LONG": LONG, "GOES_ON": _GOES_ON, "ENDS": _ENDS, "join": b"".join}


def _lambda(written: str, names: dict[str, Any]) -> Write:
    made: Write = eval(f"lambda value: join(({written},))", names)
    return made


def _fields_written(cls: type[msgspec.Struct], value: str, names: dict[str, Any]) -> str:
    return _each_written(fields_of(cls), value, names) or "b''"


def _each_written(fields: Sequence[inspect.Field], value: str, names: dict[str, Any]) -> str:
    return ", ".join(_field_written(field, value, names) for field in fields)


def _message_written(cls: type[msgspec.Struct], value: str, names: dict[str, Any]) -> str:
    """As `_fields_written`, of what ends a record: the last fields, that say little, are looked up together."""
    fields = fields_of(cls)
    first = ending(fields)
    if first == len(fields):
        return _fields_written(cls, value, names)
    inner = _names()
    written = _lambda(_each_written(fields[first:], "value", inner), inner)
    names[known := f"write_{len(names)}"] = _Endings(written)
    said = ", ".join(f"{value}.{field.name}" for field in fields[first:])
    last = f"{known}.get(({said})) or {known}.written({value}, ({said}))"
    return ", ".join((_each_written(fields[:first], value, names), last)) if first else last


def _field_written(field: inspect.Field, value: str, names: dict[str, Any]) -> str:
    if recurring(field) is not None:
        names[name := f"write_{len(names)}"] = _Words()
        return f"{name}[{value}.{field.name}]"
    if _grows(field):
        # As `LONG` does it, which would cost a call.
        inside = f"0xFFFF < (n := {value}.{field.name}) < {1 << 27}"
        return f"(GOES_ON[n << 1 & 0x3FFF] + ENDS[n >> 13] if {inside} else LONG[n])"
    return _written(field.type, f"{value}.{field.name}", names)


def _grows(field: inspect.Field) -> bool:
    """Whether a field counts what happens, or money: numbers that are large, and seldom the same."""
    kind = field.type
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    counts = field.name in ("seq", "cause") or field.name.endswith("_minor")
    return counts and isinstance(kind, inspect.IntType)


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
            there = _written(present(types), value, names)
            return rf"b'\0' if {value} is None else join((b'\2', {there}))"
        case inspect.VarTupleType(item_type=item):
            names[name] = _items_writer(writer(item))
            return rf"{name}({value}) if {value} else b'\0'"
        case inspect.DictType(key_type=key, value_type=inner):
            names[name] = _items_writer(_pair_writer(writer(key), writer(inner)))
            return rf"{name}({value}.items()) if {value} else b'\0'"
        case inspect.StructType(cls=cls):
            return _struct_written(cls, value, names)
        case inspect.EnumType() | inspect.LiteralType():
            names[name] = _Words()
            return f"{name}[{value}]"
    assert isinstance(kind, TEXTS)
    return f"LONG[len(text := {value}.encode())], text"


def _struct_written(cls: type[msgspec.Struct], value: str, names: dict[str, Any]) -> str:
    if empty(cls) is None:
        return _fields_written(cls, value, names)
    names[name := f"write_{len(names)}"] = empty(cls)
    names[known := f"write_{len(names)}"] = _Structs(record_writer(cls))
    nothing = bytes(len(fields_of(cls)))
    return f"{nothing!r} if {value} is {name} else {known}.get(id({value})) or {known}.written({value})"


def _items_writer(write: Write) -> Write:
    return lambda items: b"%b%b\0" % (LONG[len(items)], b"".join(map(write, items)))


def _pair_writer(write_key: Write, write_value: Write) -> Write:
    return lambda pair: write_key(pair[0]) + write_value(pair[1])
