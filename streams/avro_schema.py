"""The Avro schema of a command or fact, derived from its class."""

import json
from hashlib import blake2b
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta
from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Claimed, Sealed
from streams.kinds import fields_of

Schema: TypeAlias = Any
"""An Avro schema as `json.loads` gives it."""

Message: TypeAlias = type[Command] | type[Fact]
"""The class of something that is written as one record."""

WITHOUT_META: tuple[type[Fact], ...] = (Claimed, Sealed)
"""Records of a journal that belong to no outcome, so that there is no meta to carry."""

VALUES = "corridor.values"
"""The property of a string schema that names its permitted values: unlike an Avro enum, the list may grow."""

_RESERVED = ("meta", "type")
"""What a record is, and where it stands, in Avro or in JSON: no field of its own may be called so."""

_SIMPLE = {
    inspect.IntType: "long",
    inspect.StrType: "string",
    inspect.BytesType: "bytes",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def meta_of(message: Message) -> type[CommandMeta] | type[FactMeta] | None:
    """What the first field of a command's or fact's record is, if it has a meta at all."""
    if issubclass(message, WITHOUT_META):
        return None
    return CommandMeta if issubclass(message, Command) else FactMeta


def schema_of(message: Message) -> Schema:
    """The schema of one record: `meta` first, then the class's own fields in their order.

    Raises: Misuse if a field has a type that has no Avro shape here.
    """
    named: set[str] = set()
    meta = meta_of(message)
    first = [{"name": "meta", "type": _record(meta, named)}] if meta else []
    record: dict[str, Any] = _record(message, named)
    return {**record, "fields": first + record["fields"]}


def text_of(schema: Schema) -> str:
    """The schema as it stands in its file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def fingerprint(schema: Schema) -> str:
    """BLAKE2b-128 over everything that readers and writers go by: over all but docs."""
    text = json.dumps(_without(("doc",), schema), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def layout(schema: Schema) -> Schema:
    """What decides the bytes of a record, and only that: equal layouts, equal bytes. Times are plain longs."""
    return _without(("doc", "default", "logicalType", VALUES), schema)


def _without(keys: tuple[str, ...], schema: Schema) -> Schema:
    if isinstance(schema, list):
        return [_without(keys, part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without(keys, part) for key, part in schema.items() if key not in keys}
    return kept["type"] if set(kept) == {"type"} else kept


def _record(cls: type[msgspec.Struct], named: set[str]) -> Schema:
    namespace = f"corridor.{cls.__module__.split('.')[1]}"
    full_name = f"{namespace}.{cls.__name__}"
    if full_name in named:
        return full_name
    named.add(full_name)
    return {
        "type": "record",
        "name": cls.__name__,
        "namespace": namespace,
        "doc": " ".join((cls.__doc__ or "").split()),
        "fields": [_field(cls, field, named) for field in fields_of(cls)],
    }


def _field(cls: type[msgspec.Struct], field: inspect.Field, named: set[str]) -> dict[str, Any]:
    if field.name in _RESERVED:
        raise Misuse(
            f"{cls.__name__}.{field.name}: a record's {field.name} is not its field; name it otherwise"
        )
    try:
        shape = {"name": field.name, "type": _shape(field.type, named)}
    except TypeError as error:
        raise Misuse(
            f"the field {cls.__name__}.{field.name}: {error}; see streams/avro_schema.py for what has one"
        ) from error
    if field.required:
        return shape
    default = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return {**shape, "default": _default(default)}


def _shape(kind: inspect.Type, named: set[str]) -> Schema:
    simple = _SIMPLE.get(type(kind))
    if simple is not None:
        return simple
    match kind:
        case inspect.Metadata(type=inner, extra={"avro": logical}):
            return {"type": _shape(inner, named), "logicalType": logical}
        case inspect.StructType(cls=cls):
            return _record(cls, named)
        case inspect.EnumType(cls=cls):
            return _texts([member.value for member in cls])
        case inspect.LiteralType(values=values):
            return _texts(list(values))
        case inspect.VarTupleType(item_type=item):
            return {"type": "array", "items": _shape(item, named)}
        case inspect.DictType(key_type=inspect.StrType(), value_type=value):
            return {"type": "map", "values": _shape(value, named)}
        case inspect.UnionType(types=types) if len(types) == 2 and inspect.NoneType() in types:
            return ["null", *(_shape(part, named) for part in types if part != inspect.NoneType())]
    raise TypeError(f"{kind} has no Avro shape")


def _texts(values: list[Any]) -> Schema:
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"values {values} are not all texts, so they have no Avro shape")
    return {"type": "string", VALUES: values}


def _default(value: Any) -> Any:
    plain = msgspec.to_builtins(value, builtin_types=(bytes,))
    return _latin(plain)


def _latin(plain: Any) -> Any:
    """Avro writes the default of a `bytes` field as a text whose code points are the bytes."""
    if isinstance(plain, bytes):
        return plain.decode("latin-1")
    if isinstance(plain, dict):
        return {key: _latin(value) for key, value in plain.items()}
    return [_latin(item) for item in plain] if isinstance(plain, list | tuple) else plain
