"""The one JSON shape of commands and facts: `{"type": "PlaceOrder", …fields…, "meta": {…}}`, one a line.

Bytes are hexadecimal, money and times are the integers they are everywhere (a time may also come as ISO 8601
text with its offset). A command's `meta` is `{id, actor, at, source?, valid_until?}`: `at` is the exchange
time it is decided at, unless that already lies later. A fact's is `FactMeta` and its `context` and `partition`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from exchange.kernel.bases import (
    Command,
    CommandMeta,
    Count,
    Digest,
    Fact,
    FactMeta,
    Recorded,
    Source,
    Value,
)
from exchange.kernel.errors import Misuse
from exchange.kernel.ids import Id
from exchange.kernel.protocol import Claimed, Sealed
from exchange.kernel.time import HOUR, Instant, instant
from streams.kinds import fields_of, present
from streams.vocabulary import CONTEXTS, commands, facts
from streams.wording import in_words


class PipedCommand(NamedTuple):
    """A command from a pipe, and the exchange time it is to be decided at."""

    meta: CommandMeta
    command: Command
    at: int


class OutOfRange(Misuse):
    """A command of a pipe that could be sent as it is, but one of whose values is out of range.

    Shape: `detail` is what a worker would say of it.
    """

    remedy = "Give a value in the range that the message names."

    def __init__(self, where: str, meta: CommandMeta, command: str, detail: str, at: int) -> None:
        super().__init__(f"{where}: {command} does not fit: {detail}")
        self.meta = meta
        self.command = command
        self.detail = detail
        self.at = at


class PipedFact(NamedTuple):
    """A fact from a pipe, and which journal partition it is of."""

    context: str
    partition: int
    recorded: Recorded


class _CommandMeta(Value, frozen=True):
    id: Id
    actor: Id
    at: Instant
    valid_until: Instant | None = None
    source: Source | None = None
    signature: Digest | None = None


class _FactPlace(Value, frozen=True):
    context: str
    partition: Count = 0


def read_command(context: str, line: str | bytes, number: int) -> PipedCommand:
    """Read the command on line `number`; it stands for an hour where it does not say how long.

    Raises: Misuse naming the line, the field and what is expected there; OutOfRange, with all that is known of the
        command, if a worker could have read it and would answer that a value is out of range.
    """
    name, meta_fields, fields = _opened(line, number)
    word = _word(commands(context), name, f"command of {context}", number)
    command, outside = _command(word, fields, f"line {number}: {name}")
    piped = _made(_CommandMeta, meta_fields, f"line {number}: {name} meta")
    meta = CommandMeta(
        id=piped.id,
        actor=piped.actor,
        valid_until=piped.at + HOUR if piped.valid_until is None else piped.valid_until,
        source=piped.source,
        signature=piped.signature,
    )
    if outside:
        raise OutOfRange(f"line {number}", meta, name, outside, piped.at)
    return PipedCommand(meta, command, piped.at)


def write_command(meta: CommandMeta, command: Command, at: int) -> str:
    """The line that `read_command` reads the same command from."""
    piped = {name: value for name, value in _plain(meta).items() if value is not None}
    return write_line(command, {**piped, "at": at})


def read_fact(line: str | bytes, number: int) -> PipedFact:
    """Read the fact on line `number`.

    Raises: Misuse naming the line, the field and what is expected there.
    """
    name, meta_fields, fields = _opened(line, number)
    where = f"line {number}: {name}"
    place_fields: dict[str, Any] = {
        key: meta_fields.pop(key) for key in ("context", "partition") if key in meta_fields
    }
    place = _made(_FactPlace, place_fields, f"{where} meta")
    if place.context not in CONTEXTS:
        raise Misuse(
            f"{where} meta: context: expected one of {', '.join(CONTEXTS)}, found {place.context!r:.80}"
        )
    words = tuple(word for word in facts(place.context) if word not in (Claimed, Sealed))
    fact = _made(_word(words, name, f"fact of {place.context}", number), fields, where)
    return PipedFact(
        place.context, place.partition, Recorded(_made(FactMeta, meta_fields, f"{where} meta"), fact)
    )


def write_fact(context: str, partition: int, recorded: Recorded) -> str:
    """The line that `read_fact` reads the same fact from."""
    return write_line(recorded.fact, fact_meta(context, partition, recorded.meta))


def fact_meta(context: str, partition: int, meta: FactMeta) -> dict[str, Any]:
    """A fact's `meta` in that line."""
    return {"context": context, "partition": partition, **_plain(meta)}


def write_line(message: Command | Fact, meta: dict[str, Any], **beside: Any) -> str:
    """A command or a fact as one line. Shape: `beside` is what stands there that is no part of it."""
    shape = {"type": type(message).__name__, **_plain(message), "meta": meta, **beside}
    return msgspec.json.encode(shape).decode()


def _plain(record: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = _in_hex(msgspec.to_builtins(record, builtin_types=(bytes,)))
    return plain


def _in_hex(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: _in_hex(part) for key, part in value.items()}
    return [_in_hex(part) for part in value] if isinstance(value, list | tuple) else value


def _opened(line: str | bytes, number: int) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A line's type, meta and other fields."""
    try:
        shape = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Misuse(f"line {number} cannot be read: {error}; expected one JSON object a line") from error
    if not isinstance(shape, dict):
        raise Misuse(f'line {number}: expected a JSON object like {{"type": …, …, "meta": {{…}}}}')
    name, meta = shape.pop("type", None), shape.pop("meta", None)
    if not isinstance(name, str):
        raise Misuse(f"line {number}: type: expected the name of a command or fact, found {name!r:.80}")
    if not isinstance(meta, dict):
        raise Misuse(f"line {number}: {name} meta: expected an object, found {meta!r:.80}")
    return name, meta, shape


def _word(words: tuple[type[Any], ...], name: str, what: str, number: int) -> type[Any]:
    for word in words:
        if word.__name__ == name:
            return word
    known = ", ".join(sorted(word.__name__ for word in words))
    raise Misuse(f"line {number}: type: {name!r:.80} is no {what}; expected one of {known}")


def _made(cls: type[msgspec.Struct], fields: dict[str, Any], where: str) -> Any:
    received = _received_all(cls, fields, where)
    try:
        return msgspec.convert(received, cls)
    except msgspec.ValidationError as error:
        raise Misuse(f"{where} does not fit: {in_words(error, cls, received)}") from error


def _command(cls: type[msgspec.Struct], fields: dict[str, Any], where: str) -> tuple[Any, str]:
    """A command, or in which value it is out of range."""
    received = _received_all(cls, fields, where)
    try:
        return msgspec.convert(received, cls), ""
    except msgspec.ValidationError as error:
        said = in_words(error, cls, received)
        if _of_range(error):
            return None, said
        raise Misuse(f"{where} does not fit: {said}") from error


def _of_range(error: msgspec.ValidationError) -> bool:
    """Whether a value has the type it must have: bytes on a topic could carry it, and a worker would answer it."""
    said = str(error)
    return said.startswith("Invalid enum value") or (said.startswith("Expected") and ", got " not in said)


def _received_all(cls: type[msgspec.Struct], fields: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        return _record(cls, fields, "")
    except ValueError as error:
        raise Misuse(f"{where} does not fit: {error}") from error


def _record(cls: type[msgspec.Struct], fields: dict[str, Any], path: str) -> dict[str, Any]:
    kinds = {field.name: field.type for field in fields_of(cls)}
    received = {
        name: _received(kinds[name], fields[name], path + name) for name in kinds.keys() & fields.keys()
    }
    return fields | received


def _received(kind: inspect.Type, value: Any, path: str) -> Any:
    """A value from JSON with its bytes and times made what they are; whatever does not fit is left to be refused."""
    match kind, value:
        case (inspect.BytesType(), str()):
            return _from(bytes.fromhex, value, f"{path}: expected hexadecimal, two digits a byte")
        case (inspect.Metadata(extra={"avro": _}), str()):
            return _from(
                instant, value, f"{path}: expected microseconds or an ISO 8601 time with Z or an offset"
            )
        case (inspect.Metadata(type=inner), _):
            return _received(inner, value, path)
        case (inspect.UnionType(types=types), _):
            return _received(present(types), value, path)
        case (inspect.StructType(cls=cls), dict()):
            return _record(cls, value, f"{path}.")
        case (inspect.VarTupleType(item_type=item), list()):
            return [_received(item, part, f"{path}[{place}]") for place, part in enumerate(value)]
        case (inspect.DictType(value_type=inner), dict()):
            return {key: _received(inner, part, f"{path}.{key}") for key, part in value.items()}
    return value


def _from(read: Callable[[str], Any], text: str, expected: str) -> Any:
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{expected}, found {text!r:.80}") from error
