"""`exchange lineage export` of a node that runs: to a file, to a topic of its Kafka, and as provenance."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from rdflib import Graph, URIRef
from rdflib.namespace import PROV

from exchange.sdk import Exchange
from streams.node.directory import DataDirectory, bootstrap_servers
from tests.support.command import Ended, exchange, running
from tests.support.names import unique_name
from tests.support.openlineage import faults
from tests.support.trade import Trade
from tests.support.waiting import eventually

Event = dict[str, Any]


@pytest.fixture
async def product_id(node: DataDirectory) -> str:
    """A product of which a range was published."""
    async with Exchange.open(node.path) as doors:
        trade = await Trade(doors).prepare()
        await _publish(trade, 0)
        return trade.product_id


async def _publish(trade: Trade, first: int) -> None:
    records = [(b"k", b"berth %d" % n, 1_793_577_600_000_000 + n) for n in range(first, first + 10)]
    await trade.seller.publish(trade.product_id, records)


def export(node: DataDirectory, directory: Path, *words: object) -> Ended:
    return exchange("lineage", "export", *words, "--data", node.path, directory=directory)


def read(file: Path) -> list[Event]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def published(events: list[Event], product_id: str) -> list[str]:
    return [each["eventType"] for each in events if each["job"]["name"] == f"publish/{product_id}"]


async def test_a_file_gets_valid_events_and_later_only_what_is_new(
    node: DataDirectory, product_id: str, tmp_path: Path
) -> None:
    file, words = tmp_path / "events.jsonl", ("--openlineage", "events.jsonl", "--state", "sent.txt")
    ended = await asyncio.to_thread(export, node, tmp_path, *words, "--json")
    assert ended.code == 0, ended.err
    events = read(file)
    assert json.loads(ended.out)["events"] == len(events)
    assert published(events, product_id) == ["START", "COMPLETE"]
    assert {fault for each in events for fault in faults(each)} == set()
    assert json.loads(ended.out)["position"] == (tmp_path / "sent.txt").read_text()
    rehearsed = await asyncio.to_thread(export, node, tmp_path, *words, "--dry-run")
    assert f"read the journals after {json.loads(ended.out)['position']}" in rehearsed.out
    assert len(read(file)) == len(events)
    again = await asyncio.to_thread(export, node, tmp_path, *words)
    assert published(read(file), product_id) == ["START", "COMPLETE"], again.err


async def test_following_sends_what_comes_until_it_is_interrupted(
    node: DataDirectory, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    words = ("lineage", "export", "--openlineage", file, "--follow", "--data", node.path)
    with running(*words, directory=tmp_path) as process:
        await eventually(lambda: file.exists() and file.stat().st_size > 0, 60)
        async with Exchange.open(node.path) as doors:
            trade = await Trade(doors).prepare()
            await _publish(trade, 0)
        await eventually(lambda: published(read(file), trade.product_id) == ["START", "COMPLETE"], 30)
        process.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(process.wait, 30) == 130


async def test_a_topic_of_the_nodes_kafka_gets_them_too(
    node: DataDirectory, product_id: str, tmp_path: Path
) -> None:
    topic = unique_name("lineage")
    ended = await asyncio.to_thread(export, node, tmp_path, "--openlineage", f"kafka:///{topic}")
    assert ended.code == 0, ended.err
    events = await asyncio.to_thread(_read_topic, bootstrap_servers(node), topic)
    assert published(events, product_id) == ["START", "COMPLETE"]
    assert ended.out == f"{len(events):,} lineage events to kafka:///{topic}.\n"
    assert {fault for each in events for fault in faults(each)} == set()


def _read_topic(servers: str, topic: str) -> list[Event]:
    consumer = Consumer({"bootstrap.servers": servers, "group.id": topic, "enable.auto.commit": False})
    place = TopicPartition(topic, 0, 0)
    try:
        _, end = consumer.get_watermark_offsets(place, timeout=30)
        consumer.assign([place])
        records = []
        while len(records) < end:
            records += consumer.consume(end - len(records), timeout=30)
        return [json.loads(record.value() or b"") for record in records]
    finally:
        consumer.close()


async def test_provenance_is_written_and_sound(node: DataDirectory, product_id: str, tmp_path: Path) -> None:
    ended = await asyncio.to_thread(export, node, tmp_path, "--prov", "all.ttl")
    assert ended.code == 0, ended.err
    graph = Graph().parse(tmp_path / "all.ttl")
    made = URIRef(f"hub://exchange/stream/{product_id}/0-9")
    assert graph.value(made, PROV.wasDerivedFrom) == URIRef(f"hub://CN/product/{product_id}/1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "export to one place at a time"),
        (("--openlineage", "a", "--prov", "b.ttl"), "export to one place at a time"),
        (("--prov", "b.xml"), "ends with neither .ttl nor .jsonld"),
        (("--prov", "b.ttl", "--follow"), "go with --openlineage"),
        (("--openlineage", "kafka:///"), "names no topic"),
    ],
)
def test_what_cannot_be_meant_is_said(
    node: DataDirectory, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ended = export(node, tmp_path, *words)
    assert ended.code == 2
    assert says in ended.err
