"""Clients of others read and write our topics with the node's schema registry, as anyone would use them."""

import asyncio
import base64
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from msgspec import structs

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import Unreadable
from exchange.sdk import Exchange
from streams.broker.jars import jar_directory
from streams.codec import InvalidCommand, codec_for
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.http_port import http_port
from streams.vocabulary import CONTEXTS
from tests.support import eventually
from tests.support.names import unique_name
from tests.support.trade import OPERATOR, PRICE_MINOR, Trade

pytestmark = pytest.mark.timeout(300)

TOPICS = [f"{context}.{kind}" for context in CONTEXTS for kind in ("commands", "journal")]
CLIENTS = Path(__file__).parents[3] / "docs" / "clients"
"""Programs of a page, for anybody to copy."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[str, int, int]
Found = dict[Place, tuple[bytes | None, dict[str, Any] | None]]


@pytest.fixture(scope="module")
def servers(node: DataDirectory) -> str:
    return bootstrap_servers(node)


@pytest.fixture(scope="module")
def registry(node: DataDirectory) -> str:
    return f"http://127.0.0.1:{http_port(node)}"


@pytest.fixture
async def traded(node: DataDirectory) -> AsyncIterator[Trade]:
    """Whoever reads finds commands and facts of every context: a stream was listed and bought."""
    async with Exchange.open(node.path) as exchange:
        trade = await Trade(exchange).prepare()
        await trade.buyer.buy(trade.listing, use=trade.use)
        yield trade


async def test_confluents_deserializer_reads_what_our_codec_does(
    traded: Trade, servers: str, registry: str
) -> None:
    found = await asyncio.to_thread(read_by_confluent, servers, registry)
    ours = read_by_us(found)
    assert {topic for topic, _, _ in ours} == set(TOPICS)
    for place, value in ours.items():
        assert plain(found[place][1]) == value
    (trade,) = [
        decoded
        for _, decoded in found.values()
        if decoded and decoded.get("product_id") == traded.product_id and "released_minor" in decoded
    ]
    assert (trade["buyer_id"], trade["amount_minor"]) == (traded.buyer.participant_id, PRICE_MINOR)


def read_by_confluent(servers: str, registry: str) -> Found:
    """What lies in the topics, and what a consumer with an Avro deserializer makes of it; None if nothing."""
    deserializer = AvroDeserializer(SchemaRegistryClient({"url": registry}))
    # The last offset of a partition may hold no record, where somebody's transaction left its mark.
    settings = {"group.id": unique_name("G"), "enable.partition.eof": True}
    consumer = Consumer({"bootstrap.servers": servers, **settings})
    ends = {
        (topic, number): consumer.get_watermark_offsets(TopicPartition(topic, number))[1]
        for topic in TOPICS
        for number in consumer.list_topics(topic).topics[topic].partitions
    }
    consumer.assign([TopicPartition(topic, number, 0) for topic, number in ends])
    found: Found = {}
    left = set(ends)
    while left:
        message = consumer.poll(30.0)
        assert message is not None, f"nothing came of {left} after {len(found)} records"
        topic, number, offset = message.topic(), message.partition(), message.offset()
        if message.error() is not None:
            assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
            left.discard((topic, number))
            continue
        if offset < ends[topic, number]:
            context = SerializationContext(topic, MessageField.VALUE)
            try:
                decoded = deserializer(message.value(), context)
            except Exception:  # noqa: BLE001 # whatever it is that makes bytes unreadable to it
                decoded = None
            found[topic, number, offset] = message.value(), decoded
    consumer.close()
    return found


def read_by_us(found: Found) -> dict[Place, Any]:
    """The same records by our codec, as plain values, but for commands that it refuses: other tests write such."""
    ours: dict[Place, Any] = {}
    for place, (value, _) in found.items():
        try:
            ours[place] = decoded_by_us(place[0], value or b"")
        except (Unreadable, InvalidCommand):
            assert place[0].endswith(".commands")
    return ours


def decoded_by_us(topic: str, value: bytes) -> Any:
    context, _, kind = topic.partition(".")
    codec = codec_for(context)
    if kind == "commands":
        meta, command = codec.decode_command(value)
        return plain({"meta": meta, **structs.asdict(command)})
    found = codec.decode_fact(value)
    if isinstance(found, Recorded):
        return plain({"meta": found.meta, **structs.asdict(found.fact)})
    return plain(structs.asdict(found))


def plain(value: Any) -> Any:
    """Values without classes: times are microseconds, as they stand on the wire."""
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    if isinstance(value, msgspec.Struct):
        return plain(structs.asdict(value))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


async def test_a_command_written_by_confluents_serializer_is_decided(
    traded: Trade, servers: str, registry: str
) -> None:
    now, command_id = await traded.exchange.client.exchange_time("registry"), unique_name("C")
    command = {
        "meta": {
            "id": command_id,
            "actor": OPERATOR,
            "valid_until": EPOCH + timedelta(microseconds=now, hours=1),
            "source": None,
            "signature": None,
        },
        "listing_id": traded.listing.listing_id,
        "grounds": "A notice was given.",
    }
    client = SchemaRegistryClient({"url": registry})
    schema = client.get_latest_version("corridor.registry.SuspendListing").schema
    value = AvroSerializer(client, schema)(
        command, SerializationContext("registry.commands", MessageField.VALUE)
    )
    producer = Producer({"bootstrap.servers": servers})
    producer.produce("registry.commands", value=value, partition=0)
    assert producer.flush(30.0) == 0
    outcome = await eventually(lambda: outcome_of(command_id, servers, registry))
    assert [fact["listing_id"] for fact in outcome] == [traded.listing.listing_id]
    assert outcome[0]["meta"]["actor"] == OPERATOR


async def outcome_of(command_id: str, servers: str, registry: str) -> list[dict[str, Any]]:
    """The registry's facts that a command was answered with, as another client reads them."""
    found = await asyncio.to_thread(read_by_confluent, servers, registry)
    return [
        decoded
        for (topic, _, _), (_, decoded) in found.items()
        if topic == "registry.journal" and decoded and decoded.get("meta", {}).get("command_id") == command_id
    ]


def npm_packages() -> Path:
    """KafkaJS and the registry's client, as the lock says, installed once into the cache."""
    if (npm := shutil.which("npm")) is None or shutil.which("node") is None:
        pytest.skip("there is no Node.js with npm here, which KafkaJS runs on")
    lock = (CLIENTS / "package-lock.json").read_bytes()
    home = jar_directory().with_name("npm") / hashlib.sha256(lock).hexdigest()[:16]
    if not (home / "installed").exists():
        home.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(CLIENTS / file, home)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        subprocess.run([npm, "ci", *quiet], cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=240)
        (home / "installed").touch()
    return home


@pytest.mark.parametrize("program", ["read.py", "read.js"])
async def test_the_programs_that_people_copy_print_what_our_codec_reads(
    traded: Trade, servers: str, registry: str, program: str
) -> None:
    command = [sys.executable, CLIENTS / program] if program.endswith(".py") else await node_program(program)
    before = await asyncio.to_thread(read_by_confluent, servers, registry)
    found = await printed([*command, servers, registry, *TOPICS])
    assert before.keys() <= found.keys()
    for place, value in read_by_us(before).items():
        # JavaScript's numbers are exact up to 2**53; its client reads no record that holds a larger one.
        if program.endswith(".py") or largest(value) < 2**53:
            assert found[place] == in_json(value)


async def printed(command: list[str | Path]) -> dict[Place, Any]:
    """The records that a program prints, each on a line."""
    program = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, said = await asyncio.wait_for(program.communicate(), 120.0)
    finally:
        if program.returncode is None:
            program.kill()
    assert program.returncode == 0, said.decode()
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(("value" in each) != ("unreadable" in each) for each in lines)
    return {(each["topic"], each["partition"], each["offset"]): each.get("value") for each in lines}


async def node_program(name: str) -> list[str | Path]:
    """How a program for Node.js is called, beside its packages."""
    home = await asyncio.to_thread(npm_packages)
    shutil.copy(CLIENTS / name, home)
    return ["node", home / name]


def largest(value: Any) -> int:
    """The largest whole number, by size, in plain values."""
    if isinstance(value, dict):
        return largest(list(value.values()))
    if isinstance(value, list):
        return max(map(largest, value), default=0)
    return abs(value) if isinstance(value, int) else 0


def in_json(value: Any) -> Any:
    """Plain values as JSON has them: bytes are base64."""
    return json.loads(json.dumps(value, default=lambda raw: base64.b64encode(raw).decode()))
