"""Avro read by code made for one class, as fast as Python goes.

fastavro asks of every field what it is, for every record; here that is asked once, and what is left is a
straight line of code per class. The bytes are the same (tests/contract/test_schemas_codec.py compares them).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from exchange.kernel.time import INSTANT_MAX
from streams.kinds import REMEMBERED_MAX, TEXTS, empty, ending, fields_of, present, recurring
from streams.record_write import LONG

Read: TypeAlias = Callable[[bytes, int], tuple[Any, int]]
"""From bytes and where to begin to the value and where it ended."""
ReadBoth: TypeAlias = Callable[[bytes, int], tuple[Any, Any]]
"""From bytes and where to begin to the meta and the message, which take all the rest."""
UNREAD = (IndexError, KeyError, ValueError)
"""What made code raises on bytes that do not fit; the tests throw everything at it."""


class Make(Enum):
    """What is made of a record's bytes."""

    PLAIN = "a dict with dicts, tuples and texts in it, for msgspec to check"
    BUILT = "an instance of its class, no bound checked"
    CHECKED = "an instance of its class within every bound that the class states"


@cache
def record_reader(meta: type[msgspec.Struct] | None, message: type[msgspec.Struct], make: Make) -> ReadBoth:
    """What reads a record of `message`, whose first field is its meta if it has one.

    Raises (when called): IndexError or ValueError on bytes that are no such record; KeyError on a text that
    is no member of its enum.
    """
    names = _names()
    lines = list(_read(inspect.type_info(meta), "meta", names, make)) if meta else ["meta = None"]
    lines += _struct_read(message, "message", names, make, ends=True)
    lines += ("if at != len(data): misplaced(data, at)",)
    made: ReadBoth = _made(lines, "meta, message", names)
    return made


def places_reader(cls: type[msgspec.Struct], noted: Sequence[str]) -> Callable[[bytes, int], tuple[Any, ...]]:
    """Reads an instance of `cls`, no bound checked: gives it, where it ended, and where each field of `noted` did."""
    names = _names()
    found = ", ".join(("value", "at", *(f"at_{field}" for field in noted)))
    made: Callable[[bytes, int], tuple[Any, ...]] = _made(
        _fields_read(cls, "value", names, Make.BUILT, noted), found, names
    )
    return made


def _reader(kind: inspect.Type, make: Make) -> Read:
    names = _names()
    made: Read = _made(_read(kind, "value", names, make), "value, at", names)
    return made


def _names() -> dict[str, Any]:
    return {"tail": _tail, "instant": _instant, "size": _size, "refuse": _refuse, "misplaced": _misplaced}


def _made(lines: Iterable[str], found: str, names: dict[str, Any]) -> Any:
    exec("\n    ".join(["def read(data, at):", *lines, f"return {found}"]), names, made := dict[str, Any]())
    return made["read"]


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
        case inspect.IntType(le=high):
            yield from _INSTANT_READ if high == INSTANT_MAX else _LONG_READ
            yield f"{value} = n >> 1 ^ -(n & 1)"
        case inspect.BoolType():
            yield "n = data[at]; at += 1"
            yield f"{value} = n == 1 or n != 0 and refuse(f'{{n}} is neither true nor false')"
        case inspect.BytesType():
            yield from _SIZE_READ
            yield f"{value} = data[start:at]"
        case inspect.EnumType(cls=cls) if make is not Make.PLAIN:
            names[name] = {member.value.encode(): member for member in cls}
            yield from _SIZE_READ
            yield f"{value} = {name}[data[start:at]]"
        case inspect.LiteralType(values=values) if make is Make.CHECKED:
            names[name] = {str(word).encode(): word for word in values}
            yield from _SIZE_READ
            yield f"{value} = {name}[data[start:at]]"
        case inspect.UnionType(types=types):
            yield "n = data[at]; at += 1"
            yield f"if n == 0: {value} = None"
            yield "elif n == 2:"
            yield from (f"  {line}" for line in _read(present(types), value, names, make))
            yield "else: refuse(f'{n} is no branch of a union')"
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
            yield f"{value} = data[start:at].decode()"


def _struct_read(
    cls: type[msgspec.Struct], value: str, names: dict[str, Any], make: Make, ends: bool = False
) -> Iterator[str]:
    """Its fields one after the other; where all of them may be empty and are, the one that is, else one of the same
    bytes that was read before. Shape: `ends` is what a record ends with."""
    count = len(fields_of(cls))
    if make is Make.PLAIN or empty(cls) is None:
        yield from _fields_read(cls, value, names, make, ends=ends)
        return
    names[name := f"name_{len(names)}"] = empty(cls)
    names[known := f"name_{len(names)}"] = _Structs()
    yield f"if data[at : at + {count}] == {bytes(count)!r}: {value} = {name}; at += {count}"
    yield "else:"
    yield f"  said = {known}.get(data[at : at + {_BEGINNING}])"
    yield f"  if said is not None and data.startswith(said[0], at): {value} = said[1]; at += said[2]"
    yield "  else:"
    yield f"    {known}_at = at"
    yield from (f"    {line}" for line in _fields_read(cls, value, names, make))
    yield f"    if at <= len(data): {known}.keep(data[{known}_at:at], {value})"


def _fields_read(
    cls: type[msgspec.Struct],
    value: str,
    names: dict[str, Any],
    make: Make,
    noted: Sequence[str] = (),
    ends: bool = False,
) -> Iterator[str]:
    fields = fields_of(cls)
    values = {field.name: f"{value}_{place}" for place, field in enumerate(fields)}
    last = ending(fields) if ends and make is not Make.PLAIN else len(fields)
    for field in fields[:last]:
        yield from _field_read(field, values[field.name], names, make)
        if field.name in noted:
            yield f"at_{field.name} = at"
    if last < len(fields):
        names[known := f"name_{len(names)}"] = _Endings()
        said = "".join(f"{values[field.name]}, " for field in fields[last:])
        yield f"said = {known}.get(data[at:])"
        yield f"if said is not None: {said}= said; at = len(data)"
        yield "else:"
        yield f"  {known}_at = at"
        for field in fields[last:]:
            yield from (f"  {line}" for line in _field_read(field, values[field.name], names, make))
        yield f"  if at == len(data): {known}.keep(data[{known}_at:], ({said}))"
    if make is Make.PLAIN:
        yield f"{value} = {{" + ", ".join(f"{name!r}: {read}" for name, read in values.items()) + "}"
    else:
        names[name := f"name_{len(names)}"] = cls
        yield f"{value} = {name}(" + ", ".join(f"{field}={read}" for field, read in values.items()) + ")"


def _field_read(field: inspect.Field, value: str, names: dict[str, Any], make: Make) -> Iterator[str]:
    if (kind := recurring(field)) is None:
        yield from _read(field.type, value, names, make)
        return
    names[name := f"name_{len(names)}"] = _Recurring(kind, make)
    yield from _SIZE_READ
    yield f"{value} = {name}[data[start:at]]"


_BEGINNING = 24
"""Bytes by which a struct that was read before is looked for; then all of its bytes are compared."""
_STRUCT_BYTES_MAX, _ENDING_BYTES_MAX = 256, 48
"""What is longer is seldom said again."""


class _Structs(dict[bytes, tuple[bytes, msgspec.Struct, int]]):
    """Structs that may come again, read and checked once, by how their bytes begin.

    Shape: all of their bytes, which no other struct's can go on from; the struct; how many bytes. Emptied when many.
    """

    def keep(self, written: bytes, struct: msgspec.Struct) -> None:
        """Remember what was read."""
        if len(written) <= _STRUCT_BYTES_MAX:
            if len(self) >= REMEMBERED_MAX:
                self.clear()
            self[written[:_BEGINNING]] = written, struct, len(written)


class _Endings(dict[bytes, tuple[Any, ...]]):
    """The last values of records, read and checked once, by all of the bytes that said them. Emptied when many."""

    def keep(self, written: bytes, values: tuple[Any, ...]) -> None:
        """Remember what was read."""
        if len(written) <= _ENDING_BYTES_MAX:
            if len(self) >= REMEMBERED_MAX:
                self.clear()
            self[written] = values


class _Recurring(dict[bytes, str]):
    """Texts of one field by their bytes, read and checked once. Shape: emptied when there are too many."""

    def __init__(self, kind: inspect.StrType, make: Make) -> None:
        super().__init__()
        self._read = _reader(kind, make)

    def __missing__(self, written: bytes) -> str:
        text: str
        text, _ = self._read(LONG[len(written)] + written, 0)
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        self[written] = text
        return text


def _bounds(kind: inspect.Type, value: str, names: dict[str, Any]) -> Iterator[str]:
    """What has to hold of a value, as msgspec would ask it."""
    match kind:
        case inspect.IntType(ge=low, gt=above, le=high, lt=below):
            for sign, bound in ((">=", low), (">", above), ("<=", high), ("<", below)):
                if bound is not None:
                    yield f"{value} {sign} {bound}"
        case inspect.StrType() | inspect.BytesType():
            yield from _size_bounds(kind, value, names)
        case (
            inspect.VarTupleType(min_length=least, max_length=most)
            | inspect.DictType(min_length=least, max_length=most)
        ):
            if least is not None:
                yield f"len({value}) >= {least}"
            if most is not None:
                yield f"len({value}) <= {most}"


def _size_bounds(
    kind: inspect.StrType | inspect.BytesType, value: str, names: dict[str, Any]
) -> Iterator[str]:
    """As `_bounds`, while `n` is twice the number of bytes, of which a letter takes one at least."""
    if kind.min_length is not None:
        yield "n" if kind.min_length == 1 else f"len({value}) >= {kind.min_length}"
    if kind.max_length is not None:
        yield f"(n <= {2 * kind.max_length} or len({value}) <= {kind.max_length})"
    if isinstance(kind, inspect.StrType) and kind.pattern is not None:
        names[name := f"name_{len(names)}"] = re.compile(kind.pattern).search
        yield f"{name}({value})"


_LONG_READ = (
    "n = data[at]; at += 1",
    "if n > 127:",
    "  m = data[at]",
    "  if m < 128: n = n & 127 | m << 7; at += 1",
    "  else: n, at = tail(data, at, n)",
)
_INSTANT_READ = ("n = data[at]; at += 1", "if n > 127: n, at = instant(data, at, n)")
_SIZE_READ = (
    "n = data[at]; start = at + 1",
    "if n & 129: n, start = size(data, start, n)",  # more than one byte, or negative
    "at = start + (n >> 1)",
)


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


def _instant(data: bytes, at: int, n: int) -> tuple[int, int]:
    """As `_tail`, at once for what has eight bytes, as the instants from 1978 to 3111 do."""
    if len(seven := data[at : at + 7]) == 7:
        a, b, c, d, e, f, last = seven
        if a & b & c & d & e & f > 127 > last:
            n += (a << 7) + (b << 14) + (c << 21) + (d << 28) + (e << 35) + (f << 42) + (last << 49)
            return n - _SEVEN_GO_ON, at + 7
    return _tail(data, at, n)


_SEVEN_GO_ON = sum(128 << 7 * place for place in range(7))
"""What the first bits of seven bytes add up to, which say that another one follows."""


def _size(data: bytes, at: int, n: int) -> tuple[int, int]:
    """As `_tail`, of a length: as many bytes as half of it."""
    if n > 127:
        n, at = _tail(data, at, n)
    return _refuse("a length is negative") if n & 1 else n, at


def misplaced(data: bytes, at: int) -> str:
    """What is wrong with a record that ended at `at`."""
    return f"{len(data) - at} bytes are left over" if at < len(data) else ENDS_EARLY


ENDS_EARLY = "the record ends too early"


def _misplaced(data: bytes, at: int) -> None:
    _refuse(misplaced(data, at))


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
