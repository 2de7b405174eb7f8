"""One class in one version of its schema, as Avro bytes and back, by fastavro."""

from io import BytesIO
from typing import Any, cast

import msgspec
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from streams.avro_schema import VALUES, Message, Schema, meta_of
from streams.reshaping import builder, pruner

# What fastavro and the classes raise on bytes or values that do not fit; the tests throw everything at them.
_UNFIT = (EOFError, IndexError, KeyError, ValueError, TypeError, AttributeError, OverflowError, MemoryError)


class Unfit(Exception):
    """Bytes that are not this record, or a value that its schema has no place for."""


class RecordForm:
    """Writes and reads the records of one class under one version of its schema."""

    def __init__(self, message: Message, schema: Schema) -> None:
        self.message: type[Any] = message
        self.name = message.__name__
        self._schema = parse_schema(_without_logical_types(schema))
        meta = meta_of(message)
        self._build_meta = builder(meta) if meta else None
        self._build = builder(message)
        self._prune_meta = pruner(meta) if meta else None
        self._prune = pruner(message)

    def write(self, meta: msgspec.Struct | None, message: msgspec.Struct) -> bytes:
        """The record of a message. Raises: Unfit if a value has not the type of its field."""
        fields = msgspec.to_builtins(message, builtin_types=(bytes,))
        if meta is not None:
            fields["meta"] = msgspec.to_builtins(meta, builtin_types=(bytes,))
        buffer = BytesIO()
        try:
            schemaless_writer(buffer, self._schema, fields, disable_tuple_notation=True)
        except _UNFIT as error:
            raise Unfit(_one_line(error)) from error
        return buffer.getvalue()

    def build(self, value: bytes, start: int) -> tuple[Any, Any]:
        """The meta and the message of the record that begins at `start`, no bound checked. Raises: Unfit."""
        fields = self._read(value, start)
        meta = fields.pop("meta", None)
        try:
            return self._build_meta and self._build_meta(meta), self._build(fields)
        except _UNFIT as error:
            raise Unfit(_one_line(error)) from error

    def plain(self, value: bytes, start: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields of the meta and of the message, for `msgspec.convert` to check. Raises: Unfit."""
        fields = self._read(value, start)
        meta = fields.pop("meta", {})
        return (self._prune_meta(meta) if self._prune_meta else {}), self._prune(fields)

    def _read(self, value: bytes, start: int) -> dict[str, Any]:
        buffer = BytesIO(value)
        buffer.seek(start)
        try:
            fields = cast(dict[str, Any], schemaless_reader(buffer, self._schema, None))
        except _UNFIT as error:
            raise Unfit(_one_line(error)) from error
        if left := len(value) - buffer.tell():
            raise Unfit(f"{left} bytes are left over after the record")
        return fields


def _without_logical_types(schema: Schema) -> Schema:
    """Times stay integers: turning each into a `datetime` and back costs more than all the rest."""
    if isinstance(schema, list):
        return [_without_logical_types(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: _without_logical_types(part)
        for key, part in schema.items()
        if key not in ("logicalType", VALUES)
    }
    return kept["type"] if set(kept) == {"type"} else kept


def _one_line(error: Exception) -> str:
    """What an error says, or what it means where it says nothing."""
    said = " ".join(str(error).split())
    ended = isinstance(error, EOFError | IndexError)
    return f"the record ends too early ({said})" if ended else said or type(error).__name__
