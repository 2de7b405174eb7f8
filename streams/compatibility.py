"""Whether today's schemas and every released one can read each other (FULL_TRANSITIVE)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException
from avro.schema import parse

from exchange.kernel.errors import Misuse
from streams.avro_schema import VALUES, Message, Schema, fingerprint, schema_of
from streams.schema_ids import Ids, read_schema


def incompatible(directory: Path, ids: Ids, words: Mapping[str, Message]) -> list[str]:
    """What today's classes break of what was released, one line each."""
    lines = []
    for schema_id, entry in ids.schemas.items():
        if entry.name not in words or not ids.is_released(schema_id):
            continue
        today = schema_of(words[entry.name])
        if fingerprint(today) != entry.fingerprint:
            broken = breaks(read_schema(directory, ids, schema_id), today)
            lines += [f"{entry.name}: {line} (released as id {schema_id})" for line in broken]
    return lines


def breaks(released: Schema, today: Schema) -> list[str]:
    """What keeps one schema from reading the other, in words; empty if each reads the other."""
    return [
        *_unreadable("today's", today, "the released", released),
        *_differences(_by_path(released), _by_path(today)),
    ]


def unreadable(schema_id: int, kept: Schema, new: Schema) -> list[str]:
    """What by Avro's own rules keeps a new schema and the one of an id from reading each other; empty if nothing.

    Raises: Misuse if the new one is no schema to Avro's own library.
    """
    try:
        return list(_unreadable("the new schema", new, f"id {schema_id}", kept))
    except AvroException as error:
        raise Misuse(f"no Avro schema: {error}") from error


def _unreadable(new: str, today: Schema, old: str, released: Schema) -> Iterator[str]:
    yield from _unread(f"{new} cannot read {old}", reader=today, writer=released)
    yield from _unread(f"{old} cannot read {new}", reader=released, writer=today)


def _unread(which: str, reader: Schema, writer: Schema) -> Iterator[str]:
    """Source: the Avro project's own rules of schema resolution."""
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(parse(json.dumps(reader)), parse(json.dumps(writer)))
    if result.compatibility is not SchemaCompatibilityType.compatible:
        reasons = sorted({kind.name for kind in result.incompatibilities})
        yield f"{which}: {', '.join(reasons)} ({'; '.join(sorted(result.messages))})"


def _differences(released: dict[str, Any], today: dict[str, Any]) -> Iterator[str]:
    """What Avro would let pass but our reader, which builds classes, does not."""
    for path in released.keys() & today.keys():
        (old, old_values), (new, new_values) = released[path], today[path]
        if old != new:
            yield f"{path}: was {old}, is {new}"
        if new_values and not old_values:
            yield f"{path}: was any text, is one of {', '.join(sorted(new_values))}"
        if lost := sorted(old_values - new_values if new_values else ()):
            yield f"{path}: no longer permits {', '.join(lost)}"


def _by_path(schema: Schema, path: str = "", named: dict[str, Schema] | None = None) -> dict[str, Any]:
    """Every place in a schema with its kind and, for a text of permitted values, what these are."""
    named = {} if named is None else named
    if isinstance(schema, list):
        inner = [part for part in schema if part != "null"]
        return {path: (f"optional {_kind(inner[0])}", set()), **_by_path(inner[0], f"{path}?", named)}
    if isinstance(schema, str):
        schema = named.get(schema, schema)
    if not isinstance(schema, dict):
        return {path: (schema, set())}
    places = {path: (_kind(schema), set(schema.get(VALUES, ())))}
    if schema["type"] == "record":
        named[f"{schema['namespace']}.{schema['name']}"] = schema
        for field in schema["fields"]:
            places |= _by_path(field["type"], f"{path}.{field['name']}" if path else field["name"], named)
    for part in ("items", "values"):
        if part in schema:
            places |= _by_path(schema[part], f"{path}[]", named)
    return places


def _kind(schema: Schema) -> str:
    if not isinstance(schema, dict):
        return str(schema)
    return str(schema.get("logicalType", schema["type"]))
