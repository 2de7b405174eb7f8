"""One suite for schema registries: ours, and one that others wrote, filled with our schemas under our ids.

Where Apicurio does not do what Confluent's registry does, the case says so and what it does instead.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext
from msgspec import structs

from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Claimed, Sealed
from exchange.web import build, schema_registry
from exchange.web.guard import Guard
from streams.codec import codec_for
from streams.external_registry import ExternalRegistry
from streams.schema_ids import DIRECTORY, load_ids, read_schema
from tests.support.apicurio import Apicurio
from tests.support.schemas import a_catalogue_with, a_record, the_catalogue
from tests.support.web import Answered, asked, served

OURS, APICURIO = "ours", "apicurio"
CATALOGUE = the_catalogue()
RECORD = "corridor.market.TradeMatched"
VERSIONS = f"/subjects/{RECORD}/versions"
(TRADE,) = CATALOGUE.subjects[RECORD]
SOMETHING_ELSE = json.dumps({"type": "record", "name": "Else", "fields": [{"name": "a", "type": "int"}]})


class Server(NamedTuple):
    """A registry that is up."""

    kind: str
    url: str

    def __call__(self, path: str, method: str = "GET", body: Any = None) -> Answered:
        return asked(self.url + path, method, body)

    @property
    def client(self) -> SchemaRegistryClient:
        return SchemaRegistryClient({"url": self.url, "max.retries": 0})


@pytest.fixture(scope="module")
def apicurio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real registry without schemas: the module's tests fill it as an operator would."""
    process = Apicurio(tmp_path_factory.mktemp("apicurio"))
    try:
        yield process.wait()
    finally:
        process.stop()


@pytest.fixture(scope="module")
def filled(apicurio: str) -> str:
    """The same with our schemas, as `exchange schemas push` brings them there."""
    asked(f"{apicurio}/config", "PUT", {"compatibility": "FULL_TRANSITIVE"})
    asyncio.run(ExternalRegistry(apicurio, {}).push(CATALOGUE, lambda done, of: None))
    return apicurio


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with served(build([schema_registry.routes(CATALOGUE)], Guard())) as url:
        yield url


@pytest.fixture(scope="module", params=[OURS, APICURIO])
def registry(request: pytest.FixtureRequest) -> Server:
    fixture = {OURS: "ours", APICURIO: "filled"}[request.param]
    return Server(request.param, request.getfixturevalue(fixture))


def test_every_id_is_the_schema_that_ids_json_gives_it(registry: Server) -> None:
    ids = load_ids(DIRECTORY)
    for schema_id in ids.schemas:
        answer = registry(f"/schemas/ids/{schema_id}")
        assert answer.status == 200
        assert json.loads(answer.body["schema"]) == read_schema(DIRECTORY, ids, schema_id)
        assert answer.body.get("schemaType", "AVRO") == "AVRO"


@pytest.mark.parametrize("subject", [RECORD, "market.journal-value", "no.such-value"])
def test_an_id_is_found_whatever_subject_a_client_names_with_it(registry: Server, subject: str) -> None:
    answer = registry(f"/schemas/ids/{TRADE.schema_id}?subject={subject}")
    assert answer.status == 200
    assert json.loads(answer.body["schema"]) == json.loads(TRADE.text)


def test_each_record_is_a_subject_with_its_versions(registry: Server) -> None:
    subjects = registry("/subjects?deleted=False&deleted_only=False&offset=0&limit=-1").body
    assert {kept.record for kept in CATALOGUE.schemas.values()} <= set(subjects)
    assert registry(VERSIONS).body == [1]
    for version in ("1", "latest", "-1"):
        answer = registry(f"{VERSIONS}/{version}?deleted=False")
        assert {name: answer.body[name] for name in ("subject", "version", "id")} == {
            "subject": RECORD, "version": 1, "id": TRADE.schema_id,
        }  # fmt: skip
        assert json.loads(answer.body["schema"]) == json.loads(TRADE.text)
    assert registry(f"{VERSIONS}/1/schema").body == json.loads(TRADE.text)
    assert registry(f"/schemas/ids/{TRADE.schema_id}/schema").body == json.loads(TRADE.text)
    assert registry(f"{VERSIONS}/1/referencedby").body == []


def test_an_id_says_where_it_is_found(registry: Server) -> None:
    places = registry(f"/schemas/ids/{TRADE.schema_id}/versions").body
    assert {"subject": RECORD, "version": 1} in places


def test_what_is_registered_can_be_registered_again_and_looked_up(registry: Server) -> None:
    body = {"schema": TRADE.text, "schemaType": "AVRO", "references": []}
    for _ in range(2):
        answer = registry(f"{VERSIONS}?normalize=False", "POST", body)
        assert (answer.status, answer.body["id"]) == (200, TRADE.schema_id)
    assert registry(VERSIONS).body == [1]
    found = registry(f"/subjects/{RECORD}?normalize=False&deleted=True", "POST", body)
    assert found.status == 200
    assert (found.body["subject"], found.body["version"], found.body["id"]) == (RECORD, 1, TRADE.schema_id)


def test_a_schema_is_the_same_however_its_json_is_spaced(registry: Server) -> None:
    body = {"schema": json.dumps(json.loads(TRADE.text), indent=2)}
    found = registry(f"/subjects/{RECORD}", "POST", body)
    if registry.kind == APICURIO:
        # It goes by the bytes unless it is asked to normalise, and would register these as a version of its own.
        assert (found.status, found.code) == (404, 40403)
    else:
        assert (found.status, found.body["id"]) == (200, TRADE.schema_id)


def changed(remove: str | None = None, add: dict[str, Any] | None = None) -> dict[str, str]:
    schema = json.loads(TRADE.text)
    schema["fields"] = [field for field in schema["fields"] if field["name"] != remove]
    schema["fields"] += [add] if add else []
    return {"schema": json.dumps(schema)}


@pytest.mark.parametrize(
    ("body", "compatible"),
    [
        (changed(), True),
        (changed(add={"name": "remark", "type": "string", "default": ""}), True),
        (changed(add={"name": "remark", "type": "string"}), False),
        (changed(remove="price"), False),
    ],
    ids=["the same", "a field with a default", "a field without", "a field less"],
)
@pytest.mark.parametrize("version", ["/latest", "/1", ""])
def test_compatible_is_what_reads_and_is_read(
    registry: Server, body: dict[str, str], compatible: bool, version: str
) -> None:
    answer = registry(f"/compatibility{VERSIONS}{version}?normalize=False&verbose=True", "POST", body)
    assert (answer.status, answer.body["is_compatible"]) == (200, compatible)


class Case(NamedTuple):
    """A request and the error it ends with; `differs` where Apicurio gives another status and code, and why."""

    method: str
    path: str
    body: Any
    status: int
    code: int | None
    differs: tuple[int, int | None] | None = None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


NO_BODY = "it knows no such path, and says so without a body"
ERRORS = [
    Case("GET", "/nothing", None, 404, 404, (404, None), NO_BODY),
    Case("GET", "/schemas/ids/999999", None, 404, 40403),
    Case("GET", "/schemas/ids/999999/versions", None, 404, 40403),
    Case("GET", "/schemas/ids/one", None, 404, 40403, (404, None), NO_BODY),
    Case("GET", "/schemas/ids/999999/subjects", None, 404, 40403, (404, None), NO_BODY),
    Case("GET", f"/schemas/guids/{TRADE.guid[:-4]}0000", None, 404, 40403, (404, None), NO_BODY),
    Case("GET", "/subjects/nope/versions", None, 404, 40401),
    Case("GET", "/subjects/a%2Fb%20c/versions", None, 404, 40401),
    Case("GET", "/subjects/nope/versions/latest", None, 404, 40401),
    Case("POST", "/subjects/nope", {"schema": TRADE.text}, 404, 40401),
    Case("GET", f"{VERSIONS}/99", None, 404, 40402),
    Case("GET", f"{VERSIONS}/x", None, 422, 42202, (404, 40402), "a version it does not have"),
    Case("GET", f"{VERSIONS}/0", None, 422, 42202, (404, 40402), "a version it does not have"),
    Case("POST", f"/subjects/{RECORD}", {"schema": SOMETHING_ELSE}, 404, 40403),
    Case("POST", f"/subjects/{RECORD}", {"schema": "{"}, 422, 42201, (404, 40403), "a schema it does not have"),
    Case("POST", f"{VERSIONS}", {"schema": "{"}, 422, 42201),
    Case("GET", "/associations/resources/-/market.journal?resourceType=topic", None, 404, 40410, (404, None), NO_BODY),
    Case("GET", f"/config/{RECORD}", None, 404, 40408, (200, None), "it shows the global level"),
    Case("GET", f"/mode/{RECORD}", None, 404, 40409, (204, None), "it knows no modes"),
]  # fmt: skip


@pytest.mark.parametrize("case", ERRORS, ids=str)
def test_an_error_has_the_status_and_the_code_of_the_protocol(registry: Server, case: Case) -> None:
    answer = registry(case.path, case.method, case.body)
    wanted = (
        case.differs if case.differs is not None and registry.kind == APICURIO else (case.status, case.code)
    )
    assert (answer.status, answer.code) == wanted
    if answer.code is not None:
        assert answer.body["message"]


def test_confluents_client_finds_its_way(registry: Server) -> None:
    client = registry.client
    assert RECORD in client.get_subjects()
    assert client.get_versions(RECORD) == [1]
    latest, first = client.get_latest_version(RECORD), client.get_version(RECORD, 1)
    assert latest.schema_id == first.schema_id == TRADE.schema_id
    assert client.register_schema(RECORD, Schema(TRADE.text, "AVRO")) == TRADE.schema_id
    assert client.lookup_schema(RECORD, Schema(TRADE.text, "AVRO")).version == 1
    assert client.test_compatibility(RECORD, Schema(TRADE.text, "AVRO"))
    assert client.get_compatibility() == "FULL_TRANSITIVE"
    assert (RECORD, 1) in [
        (each.subject, each.version) for each in client.get_schema_versions(TRADE.schema_id)
    ]
    with pytest.raises(SchemaRegistryError) as refused:
        client.get_schema(999_999)
    assert (refused.value.http_status_code, refused.value.error_code) == (404, 40403)


SETTINGS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "topic": {"subject.name.strategy.type": "TOPIC"},
    "record": {"subject.name.strategy.type": "RECORD"},
    "topic and record": {"subject.name.strategy.type": "TOPIC_RECORD"},
}
CLAIMED = Claimed(worker="w-1", engine_version=7, host="h-1", claimed_at=1_793_577_600_000_007)
SEALED = Sealed(claim=3, seq=-1, digest=b"0123456789abcdef")


def written(registry: Server, record: Claimed | Sealed, settings: dict[str, Any]) -> bytes | None:
    """What Confluent's serializer makes of a record for the journal of the market."""
    (kept,) = CATALOGUE.subjects[f"corridor.kernel.{type(record).__name__}"]
    serializer = AvroSerializer(registry.client, kept.text, conf=settings)
    data: bytes | None = serializer(structs.asdict(record), JOURNAL)
    return data


JOURNAL = SerializationContext("market.journal", MessageField.VALUE)


@pytest.mark.parametrize("strategy", SETTINGS)
def test_confluents_serializers_write_and_read_what_our_codec_does(registry: Server, strategy: str) -> None:
    settings = SETTINGS[strategy]
    data = written(registry, CLAIMED, settings)
    assert data == codec_for("market").encode_control(CLAIMED)
    read = AvroDeserializer(registry.client, conf=settings)(data, JOURNAL)
    assert read["claimed_at"] == datetime(2026, 11, 2, 0, 0, 0, 7, tzinfo=UTC)
    assert AvroDeserializer(registry.client)(data, None) == read
    assert read | {"claimed_at": CLAIMED.claimed_at} == structs.asdict(CLAIMED)


@pytest.mark.parametrize("strategy", SETTINGS)
def test_a_topic_takes_records_of_all_its_kinds_under_every_naming_strategy(
    registry: Server, strategy: str
) -> None:
    written(registry, CLAIMED, SETTINGS[strategy])
    if registry.kind == APICURIO and strategy in ("as it comes", "topic"):
        # A subject that is named after a topic holds one record there, unless its compatibility is set to NONE.
        with pytest.raises(SchemaRegistryError) as refused:
            written(registry, SEALED, SETTINGS[strategy])
        assert refused.value.http_status_code == 409
    else:
        assert written(registry, SEALED, SETTINGS[strategy]) == codec_for("market").encode_control(SEALED)


async def test_a_registry_that_only_counts_is_refused_where_its_count_is_not_ours(
    filled: str, tmp_path: Path
) -> None:
    more = a_catalogue_with(tmp_path, 900, a_record())
    await ExternalRegistry(filled, {}).verify(CATALOGUE)
    with pytest.raises(
        Misuse, match=r"gave corridor.market.Haggled the id \d+, not 900: it has no mode IMPORT"
    ):
        await ExternalRegistry(filled, {}).push(more, lambda done, of: None)
