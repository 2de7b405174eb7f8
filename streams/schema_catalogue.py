"""The schemas of commands and facts as a registry keeps them: by id, and as versions of subjects.

A subject is what a client's naming strategy makes of a topic and a record. All three are there: the record
(`corridor.market.TradeMatched`), the topic with the record (`market.journal-corridor.market.TradeMatched`) and the
topic alone (`market.journal-value`), whose versions are every record the topic may hold. A version never changes its
place, because ids only grow.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import fastavro

from exchange.kernel.errors import Misuse
from streams.avro_schema import Schema, fingerprint
from streams.schema_ids import DIRECTORY, Ids, load_ids, read_schema, schema_name
from streams.topics import commands_topic, journal_topic
from streams.vocabulary import CONTEXTS, commands, facts

_OF_TOPIC = "{topic}-value"
_OF_TOPIC_AND_RECORD = "{topic}-{record}"


class Kept(NamedTuple):
    """A schema under its permanent id. Shape: `guid` is made of the text, docs aside; `record` is its full name."""

    schema_id: int
    guid: str
    record: str
    text: str


class Place(NamedTuple):
    """Where a schema is found. Shape: versions count from 1."""

    subject: str
    version: int


class Catalogue:
    """Every schema that was ever given an id. Raises: Misuse if one in `directory` is missing or was changed."""

    def __init__(self, directory: Path = DIRECTORY) -> None:
        ids = load_ids(directory)
        self.schemas: Mapping[int, Kept] = {
            schema_id: _kept(directory, ids, schema_id) for schema_id in sorted(ids.schemas)
        }
        self.subjects: Mapping[str, Sequence[Kept]] = _subjects(ids, self.schemas)
        self._by_guid = {kept.guid: kept for kept in self.schemas.values()}
        self._by_print = {_print(json.loads(kept.text)): kept for kept in self.schemas.values()}
        self._places: dict[int, list[Place]] = {}
        for subject, versions in self.subjects.items():
            for version, kept in enumerate(versions, 1):
                self._places.setdefault(kept.schema_id, []).append(Place(subject, version))

    def places(self, schema_id: int) -> Sequence[Place]:
        """Under which subjects, as which versions, an id is found."""
        return self._places.get(schema_id, ())

    def place(self, schema_id: int, subject: str) -> Place | None:
        """The version that an id is under one subject."""
        return next((place for place in self.places(schema_id) if place.subject == subject), None)

    def by_guid(self, guid: str) -> Kept | None:
        """The schema that its content names."""
        return self._by_guid.get(guid.lower())

    def find(self, text: str) -> Kept | None:
        """The schema that says the same as `text`: docs, spacing and how names are written aside.

        Raises: Misuse if it is no Avro schema.
        """
        return self._by_print.get(_print(parsed(text)))

    def same(self, kept: Kept, text: str) -> bool:
        """Whether `text` says the same as a schema that is kept."""
        try:
            return self.find(text) == kept
        except Misuse:
            return False

    @staticmethod
    def one_record(subject: str) -> bool:
        """Whether the versions of a subject are those of one record, each readable by the others."""
        return subject not in _TOPIC_SUBJECTS


def parsed(text: str) -> Schema:
    """An Avro schema's text as JSON. Raises: Misuse if it is not one, saying why."""
    try:
        schema = json.loads(text)
        fastavro.parse_schema(schema, _write_hint=False)
    except RecursionError as error:
        raise Misuse("no Avro schema: it is nested too deeply") from error
    except Exception as error:
        # fastavro meets what is malformed with errors of many kinds.
        raise Misuse(f"no Avro schema: {error!r:.200}") from error
    return schema


def _kept(directory: Path, ids: Ids, schema_id: int) -> Kept:
    schema = read_schema(directory, ids, schema_id)
    guid = str(uuid.UUID(hex=ids.schemas[schema_id].fingerprint))
    text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    return Kept(schema_id, guid, f"{schema['namespace']}.{schema['name']}", text)


def _print(schema: Schema) -> str:
    """The same for all ways to write one schema: with full names, or with namespaces that are inherited."""
    return fingerprint(fastavro.parse_schema(schema, _write_hint=False))


def _topics() -> Iterable[tuple[str, set[str]]]:
    """Each topic with the names of the schemas that its records may have."""
    for context in CONTEXTS:
        yield commands_topic(context), {schema_name(context, word) for word in commands(context)}
        yield journal_topic(context), {schema_name(context, word) for word in facts(context)}


_TOPIC_SUBJECTS = frozenset(_OF_TOPIC.format(topic=topic) for topic, _ in _topics())


def _subjects(ids: Ids, schemas: Mapping[int, Kept]) -> Mapping[str, Sequence[Kept]]:
    found: dict[str, list[Kept]] = {}
    topics = list(_topics())
    for schema_id, kept in schemas.items():
        held_by = [topic for topic, names in topics if ids.schemas[schema_id].name in names]
        subjects = [kept.record]
        subjects += [_OF_TOPIC_AND_RECORD.format(topic=topic, record=kept.record) for topic in held_by]
        subjects += [_OF_TOPIC.format(topic=topic) for topic in held_by]
        for subject in subjects:
            found.setdefault(subject, []).append(kept)
    return dict(sorted(found.items()))
