"""What only our own registry does: three naming strategies, one answer to every attempt to write, pages of lists."""

import json
from collections.abc import Iterator

import pytest
from avro.schema import parse
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from exchange.web import build, schema_registry
from exchange.web.guard import Guard
from streams.vocabulary import CONTEXTS, commands, facts
from tests.support.schemas import the_catalogue
from tests.support.web import Answered, asked, served

CATALOGUE = the_catalogue()
RECORD = "corridor.market.TradeMatched"
(TRADE,) = CATALOGUE.subjects[RECORD]
TOKEN = "a-token-of-24-characters"
NEW = json.dumps({"type": "record", "name": "New", "fields": []})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(build([schema_registry.routes(CATALOGUE)], Guard())) as url:
        yield url


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_topics_subject_holds_every_record_that_its_codec_knows(context: str) -> None:
    for topic, words in ((f"{context}.commands", commands(context)), (f"{context}.journal", facts(context))):
        held = {kept.record.rpartition(".")[2] for kept in CATALOGUE.subjects[f"{topic}-value"]}
        assert held == {word.__name__ for word in words}
        for kept in CATALOGUE.subjects[f"{topic}-value"]:
            assert kept in CATALOGUE.subjects[f"{topic}-{kept.record}"]


def test_versions_of_a_subject_stand_in_the_order_of_their_ids() -> None:
    for versions in CATALOGUE.subjects.values():
        ids = [kept.schema_id for kept in versions]
        assert ids == sorted(set(ids))


def test_a_schema_is_found_however_another_library_writes_it() -> None:
    for kept in CATALOGUE.schemas.values():
        assert CATALOGUE.find(str(parse(kept.text))) == kept


def test_docs_make_no_other_schema_and_a_field_does() -> None:
    schema = json.loads(TRADE.text)
    assert CATALOGUE.find(json.dumps({**schema, "doc": "in other words"})) == TRADE
    assert CATALOGUE.find(json.dumps({**schema, "fields": schema["fields"][:-1]})) is None


def test_the_three_subjects_of_a_record_are_listed(url: str) -> None:
    named = ["market.journal-value", f"market.journal-{RECORD}", RECORD]
    assert sorted(asked(f"{url}/schemas/ids/{TRADE.schema_id}/subjects").body) == sorted(named)
    for subject in named:
        answer = asked(f"{url}/schemas/ids/{TRADE.schema_id}?subject={subject}").body
        assert answer["subject"] == subject
        version = asked(f"{url}/subjects/{subject}/versions/{answer['version']}").body
        assert version["id"] == TRADE.schema_id


def test_a_guid_is_a_schema_for_good(url: str) -> None:
    guid = asked(f"{url}/schemas/ids/{TRADE.schema_id}").body["guid"]
    assert json.loads(asked(f"{url}/schemas/guids/{guid.upper()}").body["schema"]) == json.loads(TRADE.text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", slice(None)),
        ("?offset=2&limit=3", slice(2, 5)),
        ("?offset=0&limit=-1", slice(None)),
        ("?limit=0", slice(0)),
        ("?offset=100000", slice(0)),
        ("?deleted=True", slice(None)),
        ("?deletedOnly=TRUE", slice(0)),
        ("?deleted_only=True", slice(0)),
        ("?deleted_only=False", slice(None)),
    ],
)
def test_lists_come_in_pages(url: str, query: str, expected: slice) -> None:
    assert asked(f"{url}/subjects{query}").body == list(CATALOGUE.subjects)[expected]


def test_subjects_may_be_asked_for_by_how_they_begin(url: str) -> None:
    found = asked(f"{url}/subjects?subjectPrefix=delivery.commands-").body
    assert found
    assert all(subject.startswith("delivery.commands-") for subject in found)


def test_a_number_that_is_none_is_named(url: str) -> None:
    answer = asked(f"{url}/subjects?limit=many")
    assert answer.status == 400
    assert "limit: expected a number, found 'many'" in answer.body["message"]


WRITES = [
    ("POST", "/subjects/new-value/versions", {"schema": NEW}),
    ("POST", f"/subjects/{RECORD}/versions", {"schema": NEW}),
    ("POST", f"/subjects/{RECORD}/versions", {"schema": TRADE.text, "id": 7}),
    ("POST", "/subjects/market.commands-value/versions", {"schema": TRADE.text}),
    ("DELETE", f"/subjects/{RECORD}", None),
    ("DELETE", f"/subjects/{RECORD}/versions/1", None),
    ("PUT", "/config", {"compatibility": "NONE"}),
    ("PUT", f"/config/{RECORD}", {"compatibility": "NONE"}),
    ("DELETE", "/config", None),
    ("PUT", "/mode", {"mode": "IMPORT"}),
    ("PUT", f"/mode/{RECORD}?force=true", {"mode": "IMPORT"}),
    ("POST", "/associations", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda each: str(each)[:60])
def test_nobody_writes_here(url: str, method: str, path: str, body: object) -> None:
    answer = asked(url + path, method, body)
    assert (answer.status, answer.code) == (422, 42205)
    assert answer.body["message"].startswith("this registry is read-only")


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[]", b"{}", b"\xff", b'{"schema": 7}', b'{"schema": "\\"nope\\""}',
     b'{"schema": "{}", "schemaType": "JSON"}', b'{"schema": "' + b"[" * 100_000 + b'"}'],
)  # fmt: skip
@pytest.mark.parametrize(
    "path",
    [
        f"/subjects/{RECORD}",
        f"/subjects/{RECORD}/versions",
        f"/compatibility/subjects/{RECORD}/versions/latest",
    ],
)
def test_a_body_that_brings_no_schema_is_invalid(url: str, body: bytes, path: str) -> None:
    answer = asked(url + path, "POST", body)
    assert (answer.status, answer.code) == (422, 42201)
    assert "\n" not in answer.body["message"]


def test_a_body_that_is_too_large_is_refused(url: str) -> None:
    answer = asked(f"{url}/subjects/{RECORD}", "POST", b'{"schema": "' + b" " * (2 << 20) + b'"}')
    assert (answer.status, answer.code) == (413, 413)


def level(answer: Answered) -> tuple[int, object]:
    return answer.status, answer.code or answer.body["compatibilityLevel"]


def test_a_record_evolves_and_a_topic_takes_what_comes(url: str) -> None:
    assert level(asked(f"{url}/config")) == (200, "FULL_TRANSITIVE")
    assert level(asked(f"{url}/config/{RECORD}?defaultToGlobal=true")) == (200, "FULL_TRANSITIVE")
    assert level(asked(f"{url}/config/market.journal-value")) == (200, "NONE")
    answer = asked(
        f"{url}/compatibility/subjects/market.journal-value/versions/latest", "POST", {"schema": NEW}
    )
    assert answer.body == {"is_compatible": True}
    assert asked(f"{url}/mode").body == {"mode": "READONLY"}
    assert asked(f"{url}/mode/{RECORD}?defaultToGlobal=True").body == {"mode": "READONLY"}


def test_what_is_not_compatible_says_why(url: str) -> None:
    schema = json.loads(TRADE.text)
    fields = [field for field in schema["fields"] if field["name"] != "trade_id"]
    body = {"schema": json.dumps({**schema, "fields": fields})}
    path = f"{url}/compatibility/subjects/{RECORD}/versions/1?verbose=True"
    answer = asked(path, "POST", body).body
    assert answer["is_compatible"] is False
    assert f"id {TRADE.schema_id} cannot read the new schema" in answer["messages"][0]


def test_the_type_of_an_answer_is_the_one_that_was_asked_for(url: str) -> None:
    assert asked(f"{url}/mode").headers["Content-Type"] == "application/json"
    wanted = {"Accept": "application/vnd.schemaregistry.v1+json, application/json"}
    for path in ("/mode", "/nothing"):
        answer = asked(url + path, headers=wanted)
        assert answer.headers["Content-Type"] == "application/vnd.schemaregistry.v1+json"


@pytest.mark.parametrize(
    "credentials",
    [
        {"basic.auth.user.info": f"any:{TOKEN}"},
        {
            "bearer.auth.credentials.source": "STATIC_TOKEN",
            "bearer.auth.token": TOKEN,
            "bearer.auth.logical.cluster": "none",
            "bearer.auth.identity.pool.id": "none",
        },
    ],
    ids=["basic", "bearer"],
)
def test_confluents_client_brings_the_token(credentials: dict[str, str]) -> None:
    with served(build([schema_registry.routes(CATALOGUE)], Guard(TOKEN))) as url:
        assert SchemaRegistryClient({"url": url, **credentials}).get_latest_version(RECORD).version == 1
        with pytest.raises(SchemaRegistryError) as refused:
            SchemaRegistryClient({"url": url}).get_subjects()
        assert (refused.value.http_status_code, refused.value.error_code) == (401, 401)
