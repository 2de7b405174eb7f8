"""One class in one version of its schema, as Avro bytes and back."""

from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from typing import Any, Protocol, cast

import msgspec
from fastavro import parse_schema, schemaless_reader

from streams.avro_schema import Message, Schema, layout, meta_of
from streams.kinds import fields_of
from streams.record_read import ENDS_EARLY, UNREAD, Make, ReadBoth, misplaced, record_reader
from streams.record_write import record_writer, writer
from streams.reshaping import builder, pruner


class Unfit(Exception):
    """Bytes that are not this record, or a value that its schema has no place for."""


class Form(Protocol):
    """Reads the records of one class under one version of its schema."""

    message: Message
    name: str

    def build(self, value: bytes, start: int) -> tuple[Any, Any]:
        """The meta and the message of the record that begins at `start`, no bound checked. Raises: Unfit."""
        ...

    def checked(self, value: bytes, start: int) -> tuple[Any, Any]:
        """As `build`, within every bound. Raises: one of DOUBTFUL; `plain` then tells what."""
        ...

    def plain(self, value: bytes, start: int) -> tuple[Any, dict[str, Any]]:
        """The fields of the meta and of the message, as `msgspec.convert` takes them to check. Raises: Unfit."""
        ...


class PresentForm:
    """The version that is written, by code made for the class.

    Shape: `head` is what a value begins with, before the record.
    """

    def __init__(self, message: Message, head: bytes) -> None:
        self.message = message
        self.name = message.__name__
        self.head = head
        self._meta = meta_of(message)

    # Made when first needed: all of them for all words take a second, and most processes speak few of them.
    @cached_property
    def _write_meta(self) -> Callable[[Any], bytes]:
        return record_writer(self._meta) if self._meta else _writes_nothing

    @cached_property
    def _write(self) -> Callable[[Any], bytes]:
        return record_writer(self.message)

    @cached_property
    def _build(self) -> ReadBoth:
        return record_reader(self._meta, self.message, Make.BUILT)

    @cached_property
    def checked(self) -> ReadBoth:
        """As `Form.checked`."""
        return record_reader(self._meta, self.message, Make.CHECKED)

    @cached_property
    def _plain(self) -> ReadBoth:
        return record_reader(self._meta, self.message, Make.PLAIN)

    def write(self, meta: msgspec.Struct | None, message: msgspec.Struct) -> bytes:
        """The value of a record. Raises: Unfit if a value has not the type of its field."""
        try:
            return self.head + self._write_meta(meta) + self._write(message)
        except UNWRITTEN as error:
            raise Unfit(_misfit(meta) or _misfit(message) or _one_line(error)) from error

    def build(self, value: bytes, start: int) -> tuple[Any, Any]:
        """As `Form.build`."""
        return _both(self._build, value, start)

    def plain(self, value: bytes, start: int) -> tuple[Any, dict[str, Any]]:
        """As `Form.plain`."""
        return _both(self._plain, value, start)


def _both(read: ReadBoth, value: bytes, start: int) -> tuple[Any, Any]:
    try:
        return read(value, start)
    except UNREAD as error:
        raise Unfit(_one_line(error)) from error


def _writes_nothing(meta: object) -> bytes:
    return b""


class PastForm:
    """A version that is no longer written, by fastavro from the schema the writer had."""

    def __init__(self, message: Message, schema: Schema) -> None:
        self.message = message
        self.name = message.__name__
        self._schema = parse_schema(layout(schema))
        self._meta = meta_of(message)

    def build(self, value: bytes, start: int) -> tuple[Any, Any]:
        """As `Form.build`."""
        meta, fields = self._read(value, start)
        try:
            return builder(self._meta)(meta) if self._meta else None, builder(self.message)(fields)
        except (ValueError, TypeError) as error:  # a text that is no member, a field that has no default
            raise Unfit(_one_line(error)) from error

    def checked(self, value: bytes, start: int) -> tuple[Any, Any]:
        """As `Form.checked`: always in doubt."""
        raise Unfit("a version that is no longer written is looked at field by field")

    def plain(self, value: bytes, start: int) -> tuple[Any, dict[str, Any]]:
        """As `Form.plain`."""
        meta, fields = self._read(value, start)
        return pruner(self._meta)(meta) if self._meta else None, pruner(self.message)(fields)

    def _read(self, value: bytes, start: int) -> tuple[Any, dict[str, Any]]:
        buffer = BytesIO(value)
        buffer.seek(start)
        try:
            fields = cast(dict[str, Any], schemaless_reader(buffer, self._schema, None))
        except Exception as error:  # fastavro's versions differ in what they raise on bytes that do not fit
            raise Unfit(_one_line(error)) from error
        _ends(value, buffer.tell())
        return fields.pop("meta", None), fields


# What made code raises on values that do not fit; the tests throw everything at it.
DOUBTFUL = (Unfit, *UNREAD)
UNWRITTEN = (ValueError, TypeError, AttributeError, OverflowError)


def _ends(value: bytes, at: int) -> None:
    if at != len(value):
        raise Unfit(misplaced(value, at))


def _one_line(error: Exception) -> str:
    if isinstance(error, EOFError | IndexError):
        return ENDS_EARLY
    if isinstance(error, KeyError):
        return f"{error} is not a permitted value"
    return " ".join(str(error).split()) or type(error).__name__


def _misfit(record: msgspec.Struct | None) -> str | None:
    """The first field that cannot be written, in words."""
    for field in fields_of(type(record)) if record is not None else ():
        found = getattr(record, field.name)
        try:
            writer(field.type)(found)
        except UNWRITTEN as error:
            return f"{type(record).__name__}.{field.name} is {found!r:.80}: {_one_line(error)}"
    return None
