"""Copies of avro/ with a schema more, or another one than it should be."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from streams.avro_schema import fingerprint, text_of
from streams.schema_catalogue import Catalogue
from streams.schema_ids import DIRECTORY, IDS_FILE
from streams.vocabulary import CONTEXTS, KERNEL


@cache
def the_catalogue() -> Catalogue:
    """Ours, as avro/ has it."""
    return Catalogue()


def a_catalogue_with(directory: Path, schema_id: int, schema: dict[str, Any]) -> Catalogue:
    """The catalogue in which an id is this schema, whatever else it is in avro/."""
    for context in (KERNEL, *CONTEXTS):
        shutil.copytree(DIRECTORY / context, directory / context)
    ids = json.loads((DIRECTORY / IDS_FILE).read_text())
    name = f"{schema['namespace'].rpartition('.')[2]}/{schema['name']}"
    ids["schemas"][str(schema_id)] = {"name": name, "fingerprint": fingerprint(schema)}
    (directory / IDS_FILE).write_text(json.dumps(ids))
    (directory / f"{name}.avsc").write_text(text_of(schema))
    return Catalogue(directory)


def a_record(name: str = "Haggled") -> dict[str, Any]:
    """A schema of the market that does not exist."""
    fields = [{"name": "wish", "type": "string"}]
    return {"type": "record", "name": name, "namespace": "corridor.market", "fields": fields}
