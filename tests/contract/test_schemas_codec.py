"""The made codec against fastavro, the peer it stands in for: same bytes, same values."""

import json
from io import BytesIO
from typing import Any

import msgspec
import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.avro_schema import VALUES, Message, meta_of, schema_of
from streams.record_form import PastForm, PresentForm
from streams.schema_ids import vocabulary
from tests.support.made import made

WORDS = vocabulary()

few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def of_integers(schema: Any) -> Any:
    """fastavro makes a `datetime` of a timestamp; ours are integers everywhere."""
    text = json.dumps(schema)
    return json.loads(text.replace('"logicalType": "timestamp-micros"', f'"{VALUES}": []'))


def drawn(data: st.DataObject, word: Message) -> tuple[msgspec.Struct | None, msgspec.Struct]:
    meta = meta_of(word)
    return (data.draw(made(meta)) if meta else None), data.draw(made(word))


@pytest.mark.parametrize("name", WORDS)
@few
@given(data=st.data())
def test_the_made_code_and_fastavro_write_the_same_bytes_and_read_each_others(
    name: str, data: st.DataObject
) -> None:
    word, schema = WORDS[name], parse_schema(of_integers(schema_of(WORDS[name])))
    meta, message = drawn(data, word)
    fields = plain(message) | ({"meta": plain(meta)} if meta else {})
    buffer = BytesIO()
    schemaless_writer(buffer, schema, fields, disable_tuple_notation=True)
    ours = PresentForm(word, b"head").write(meta, message)
    assert ours == b"head" + buffer.getvalue()
    assert schemaless_reader(BytesIO(ours[4:]), schema, None) == listed(fields)
    present, past = PresentForm(word, b"head"), PastForm(word, schema_of(word))
    assert present.build(ours, 4) == past.build(ours, 4) == (meta, message)
    assert listed(present.plain(ours, 4)) == listed(past.plain(ours, 4))


def plain(record: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    return fields


def listed(value: Any) -> Any:
    """Tuples as lists, in which fastavro reads arrays."""
    if isinstance(value, dict):
        return {key: listed(part) for key, part in value.items()}
    return [listed(part) for part in value] if isinstance(value, list | tuple) else value
