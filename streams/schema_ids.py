"""The permanent ids of schemas: avro/ids.json, and where each schema's text lies.

An id belongs to one text (docs aside). Until a text is released, a change of its class
replaces it under the same id. A released text stays readable for ever: its successor gets a new id, and it
moves to `versions/`.
"""

import json
from pathlib import Path

import msgspec

from exchange.kernel import protocol
from exchange.kernel.errors import Misuse
from streams.avro_schema import Message, Schema, fingerprint
from streams.vocabulary import CONTEXTS, KERNEL, commands, facts

DIRECTORY = Path(__file__).resolve().parent.parent / "avro"
"""Beside the packages, in a checkout and where they are installed alike."""
IDS_FILE = "ids.json"


class SchemaId(msgspec.Struct, frozen=True):
    """Which schema an id names: `market/TradeMatched`, and the fingerprint of its text."""

    name: str
    fingerprint: str


class Release(msgspec.Struct, frozen=True):
    """A version of the project; every id up to `last_id` is as frozen as it is."""

    version: str
    last_id: int


class Ids(msgspec.Struct):
    """The whole of ids.json. Ids are never used twice."""

    next_id: int = 1
    released: list[Release] = []
    schemas: dict[int, SchemaId] = {}

    def allocate(self, name: str, print_: str) -> int:
        """Give a text the next id."""
        taken, self.next_id = self.next_id, self.next_id + 1
        self.schemas[taken] = SchemaId(name, print_)
        return taken

    def is_released(self, schema_id: int) -> bool:
        """Whether a version of the project that is out uses this id."""
        return bool(self.released) and schema_id <= self.released[-1].last_id

    def current(self) -> dict[str, int]:
        """The id that each schema is written with: its highest."""
        return {self.schemas[schema_id].name: schema_id for schema_id in sorted(self.schemas)}

    def text_path(self, schema_id: int) -> str:
        """Where the text of an id lies in the directory."""
        name = self.schemas[schema_id].name
        if self.current()[name] == schema_id:
            return f"{name}.avsc"
        context, _, own_name = name.partition("/")
        return f"{context}/versions/{own_name}.{schema_id}.avsc"


def vocabulary() -> dict[str, Message]:
    """Every command and fact by its schema's name: the common ones first, then context by context."""
    named: dict[str, Message] = {}
    for context in CONTEXTS:
        words: tuple[Message, ...] = (
            *protocol.COMMANDS,
            *protocol.FACTS,
            *commands(context),
            *facts(context),
        )
        for message in words:
            name = schema_name(context, message)
            if named.setdefault(name, message) is not message:
                raise Misuse(f"{name} names two classes; a command and a fact need names of their own")
    return named


def schema_name(context: str, message: Message) -> str:
    """`market/TradeMatched`, or `kernel/Refused` for what every context has."""
    is_common = message in protocol.COMMANDS or message in protocol.FACTS
    return f"{KERNEL if is_common else context}/{message.__name__}"


def load_ids(directory: Path) -> Ids:
    """Read ids.json; empty if there is none.

    Raises: Misuse if it is there but is not what it should be.
    """
    path = directory / IDS_FILE
    if not path.exists():
        return Ids()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ids)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} cannot be read: {error}; restore it from the repository") from error


def read_text(directory: Path, ids: Ids, schema_id: int) -> str:
    """The text of an id.

    Raises: Misuse if its file is missing, or is not the text that the id belongs to.
    """
    path = directory / ids.text_path(schema_id)
    try:
        text = path.read_text("utf-8")
        printed = fingerprint(json.loads(text))
    except (OSError, ValueError) as error:
        raise Misuse(f"{path} cannot be read: {error}; restore it from the repository") from error
    if printed != ids.schemas[schema_id].fingerprint:
        raise Misuse(f"{path}: not the text that id {schema_id} belongs to; restore it from the repository")
    return text


def read_schema(directory: Path, ids: Ids, schema_id: int) -> Schema:
    """The schema of an id. Raises: Misuse as `read_text`."""
    return json.loads(read_text(directory, ids, schema_id))
