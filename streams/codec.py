"""Commands and facts as bytes on a topic: Confluent wire format around Avro.

A value is 0x00, the schema's permanent id in four bytes, big-endian, and one Avro record whose first field is
`meta`. Facts are trusted, since only deciders write them; commands are checked, since anybody may.
"""

import struct
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import cast

import msgspec

from exchange.kernel.bases import Command, CommandMeta, Fact, FactMeta, Outcome, Recorded
from exchange.kernel.errors import InvariantBroken, Misuse, Unreadable
from exchange.kernel.protocol import Claimed, Sealed
from streams.avro_schema import WITHOUT_META, Message, fingerprint, layout, schema_of
from streams.record_form import DOUBTFUL, UNWRITTEN, Form, PastForm, PresentForm, Unfit
from streams.record_read import Make, ReadBoth, record_reader
from streams.record_write import WriteRest, rest_writer, shared_writer
from streams.schema_ids import DIRECTORY, Ids, load_ids, read_schema, schema_name
from streams.vocabulary import commands, facts
from streams.wording import in_words

_HEAD = struct.Struct(">bI")
_HEAD_SIZE = _HEAD.size
_MAGIC = 0

_SHARED = frozenset({"claim", "cause", "command_id", "actor", "at"})
_write_shared = shared_writer(FactMeta, _SHARED)


class InvalidCommand(Unreadable):
    """A command that could be read, but one of whose values is out of range."""

    remedy = "Correct the field that is named, and send it again with a new id."

    def __init__(self, meta: CommandMeta, command: str, detail: str) -> None:
        super().__init__(f"{command}: {detail}")
        self.meta = meta
        self.command = command
        self.detail = detail


class Codec:
    """Reads and writes one context's commands and facts.

    Raises: Misuse if the schemas in `directory` do not fit the classes.
    """

    def __init__(self, context: str, directory: Path = DIRECTORY) -> None:
        self.context = context
        ids = load_ids(directory)
        self._names = {schema_id: entry.name for schema_id, entry in ids.schemas.items()}
        self._written: dict[Message, PresentForm] = {}
        self._commands = self._forms(directory, ids, commands(context))
        self._facts = self._forms(directory, ids, facts(context))
        self._rest: dict[type[Fact], WriteRest] = {}

    @cached_property
    def fact_readers(self) -> Mapping[bytes, ReadBoth]:
        """What reads a fact behind its meta, by the head of its value: for facts with one, as they are written now.

        Shape: to be asked as `readers[head]`, which makes what is missing.
        """
        return _FactReaders(self._facts)

    def encode_fact(self, recorded: Recorded) -> bytes:
        """Write a fact with its meta. Raises: InvariantBroken if it does not fit its schema."""
        try:
            return self._encode(recorded.fact, recorded.meta)
        except Unfit as error:
            raise InvariantBroken(f"fact {recorded.meta.seq} cannot be written: {error}") from error

    def encode_outcome(self, outcome: Outcome) -> list[bytes]:
        """Write all facts of one command, and once what their metas have in common. Raises: as `encode_fact`."""
        try:
            shared, rest = _write_shared(outcome[0].meta), self._rest
            written: list[bytes] = []
            for meta, fact in outcome:
                written.append(rest[type(fact)](shared, meta, fact))
            return written
        except (KeyError, *UNWRITTEN):
            # One by one, to say which it is; or one of them is the first of its kind.
            values = [self.encode_fact(recorded) for recorded in outcome]
            for kind in {type(recorded.fact) for recorded in outcome}.difference(self._rest, WITHOUT_META):
                self._rest[kind] = rest_writer(self._written[kind].head, FactMeta, _SHARED, kind)
            return values

    def encode_control(self, record: Claimed | Sealed) -> bytes:
        """Write a claim or a seal. Raises: InvariantBroken if it does not fit its schema."""
        try:
            return self._encode(record, None)
        except Unfit as error:
            raise InvariantBroken(f"{record} cannot be written: {error}") from error

    def encode_command(self, meta: CommandMeta, command: Command) -> bytes:
        """Write a command. Raises: Misuse if a field has not even the type that its schema wants."""
        try:
            return self._encode(command, meta)
        except Unfit as error:
            raise Misuse(f"command {meta.id} cannot be written: {error}") from error

    def decode_fact(self, value: bytes) -> Recorded | Claimed | Sealed:
        """Read a record of the journal. Raises: Unreadable if no known schema explains it."""
        form = self._facts.get(value[:_HEAD_SIZE])
        if form is None:
            raise self._formless(value, "facts")
        try:
            meta, fact = form.build(value, _HEAD_SIZE)
        except Unfit as error:
            raise Unreadable(f"{form.name}: {error}; write it with the schema of its id") from error
        return fact if meta is None else Recorded(meta, fact)

    def decode_command(self, value: bytes) -> tuple[CommandMeta, Command]:
        """Read a record of the command topic.

        Raises: InvalidCommand if only its values are wrong, Unreadable if no known schema explains it.
        """
        form = self._commands.get(value[:_HEAD_SIZE])
        if form is None:
            raise self._formless(value, "commands")
        try:
            return form.checked(value, _HEAD_SIZE)
        except DOUBTFUL:
            return _looked_at(form, value)

    def _encode(self, message: Command | Fact, meta: CommandMeta | FactMeta | None) -> bytes:
        form = self._written.get(type(message))
        if form is None:
            raise Unfit(f"{type(message).__name__} is not a word of {self.context}")
        return form.write(meta, message)

    def _formless(self, value: bytes, kind: str) -> Unreadable:
        if len(value) < _HEAD_SIZE:
            return Unreadable(
                f"{len(value)} bytes are too few: the first 5 say which schema the rest has;"
                " write Confluent wire format"
            )
        magic, schema_id = _HEAD.unpack_from(value)
        if magic != _MAGIC:
            return Unreadable(
                f"first byte is {value[0]:#04x}, not 0x00; write Confluent wire format: 0x00, the schema id, Avro"
            )
        name = self._names.get(schema_id)
        known = f"is {name}, not one of the {kind} of {self.context}" if name else "is in no ids.json here"
        return Unreadable(
            f"schema id {schema_id} {known}; use an id that avro/ids.json gives to a {kind[:-1]} of it"
        )

    def _forms(self, directory: Path, ids: Ids, words: tuple[Message, ...]) -> dict[bytes, Form]:
        current = ids.current()
        present = {}
        for message in words:
            name, schema = schema_name(self.context, message), schema_of(message)
            schema_id = current.get(name)
            if schema_id is None or ids.schemas[schema_id].fingerprint != fingerprint(schema):
                raise Misuse(f"{directory}: {name} does not fit its class; run python -m streams.schemas")
            self._written[message] = present[name] = PresentForm(message, _head(schema_id))
        named = {schema_id: entry.name for schema_id, entry in ids.schemas.items() if entry.name in present}
        return {
            _head(schema_id): present[name]
            if schema_id == current[name]
            else _earlier(directory, ids, schema_id, present[name])
            for schema_id, name in named.items()
        }


class _FactReaders(dict[bytes, ReadBoth]):
    """Each made when first asked for: a journal holds few of all the facts there are."""

    def __init__(self, facts: Mapping[bytes, Form]) -> None:
        super().__init__()
        self._messages = {
            head: form.message
            for head, form in facts.items()
            if isinstance(form, PresentForm) and form.message not in WITHOUT_META
        }

    def __missing__(self, head: bytes) -> ReadBoth:
        read = self[head] = record_reader(None, self._messages[head], Make.BUILT)
        return read


def _head(schema_id: int) -> bytes:
    return _HEAD.pack(_MAGIC, schema_id)


def _looked_at(form: Form, value: bytes) -> tuple[CommandMeta, Command]:
    """A command that is in doubt, field by field."""
    try:
        meta_fields, fields = form.plain(value, _HEAD_SIZE)
    except Unfit as error:
        raise Unreadable(f"{form.name}: {error}; write it with the schema of its id") from error
    try:
        meta = msgspec.convert(meta_fields, CommandMeta)
    except msgspec.ValidationError as error:
        raise Unreadable(f"the meta of {form.name}: {in_words(error, CommandMeta, meta_fields)}") from error
    try:
        return meta, cast(Command, msgspec.convert(fields, form.message))
    except msgspec.ValidationError as error:
        raise InvalidCommand(meta, form.name, in_words(error, form.message, fields)) from error


def _earlier(directory: Path, ids: Ids, schema_id: int, present: PresentForm) -> Form:
    """What reads a version that is no longer written: the present form where the bytes are laid out alike."""
    schema = read_schema(directory, ids, schema_id)
    alike = layout(schema) == layout(schema_of(present.message))
    return present if alike else PastForm(present.message, schema)


@cache
def codec_for(context: str) -> Codec:
    """The codec of a context and its common words, made once. Raises: Misuse if there is no such context."""
    return Codec(context)
