"""A node that traded, was backed up while it did and again when it was down, and is no more."""

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import ConsumerRecord, TopicPartition

from exchange.cli.backup import about
from exchange.store import open_store
from exchange.views.dump import dump
from streams.backup.taking import back_up
from streams.log import PartitionLog
from streams.node.choices import Choices, choices, remember
from streams.topics import commands_topic, journal_topic, stream_topic
from tests.support.command import Ended, exchange
from tests.support.load import Load, a_load, run
from tests.support.node import Node, a_node
from tests.support.reckoning import Folded, Place, fold_all, quiet

Records = Sequence[ConsumerRecord]
LIVE, COLD = "live.backup", "cold.backup"
"""The backup that was taken while it traded, and that of the node that was down."""


@dataclass
class Lost:
    """What there was, before all of it was deleted. Shape: `records` by topic and partition, `tables` as a dump."""

    path: Path
    load: Load
    records: Mapping[TopicPartition, Records]
    folds: Mapping[Place, Folded]
    tables: Sequence[str]
    told: Mapping[str, dict[str, Any]]
    chosen: Choices

    def __call__(self, *arguments: object) -> Ended:
        """Run a command where the backups are."""
        return exchange(*arguments, directory=self.path)

    def ends(self, backup: str) -> Mapping[TopicPartition, int]:
        """Up to where each partition is in a backup."""
        return {TopicPartition(p["topic"], p["partition"]): p["end"] for p in self.told[backup]["topics"]}


async def lose(path: Path) -> Lost:
    """Make it, back it up and delete it."""
    told: dict[str, dict[str, Any]] = {}
    async with a_node(path / "node") as node:
        async with node.exchange() as doors:
            load = await a_load(doors, records=6_000, purchases=8, flood=800)
            remember(node.directory, msgspec.structs.replace(choices(node.directory), log_format="json"))
            chosen = choices(node.directory)

            async def meanwhile() -> None:
                # In this very process: by the time that a command has started, the load may be done.
                taken = await back_up(node.directory, path / LIVE, tables=True, told=cut_made)
                told[LIVE] = about(taken)

            def cut_made(step: str, done: int, of: int) -> None:
                # Some of it is left until then, so that the backup is taken in the middle on any machine.
                load.hold_at = 1

            load.hold_at = 0.7
            await run(load, meanwhile)
        await quiet(node)
        closed = await asyncio.to_thread(exchange, "ledger", "close", "--data", "node", directory=path)
        assert closed.code == 0, closed.err
        records = {place: await read(node.servers, place) for place in _places(node, load)}
        folds = await fold_all(node)
        tables = tables_of(node.directory.store_url)
    await asyncio.to_thread(_is_planned, path)
    ended = await asyncio.to_thread(
        exchange, "backup", COLD, "--data", "node", "--json", "--without-tables", directory=path
    )
    assert ended.code == 0, ended.err
    told[COLD] = json.loads(ended.out)
    assert node.directory.holder() is None
    shutil.rmtree(path / "node")
    return Lost(path, load, records, folds, tables, told, chosen)


def _is_planned(path: Path) -> None:
    """A rehearsal of a node that is down starts nothing and writes nothing."""
    dry = exchange("backup", COLD, "--data", "node", "--dry-run", directory=path)
    assert dry.code == 0, dry.err
    assert "start Kafka for the occasion" in dry.out
    assert "? how many records there are, for its Kafka does not run" in dry.out
    assert not (path / COLD).exists()


def _places(node: Node, load: Load) -> list[TopicPartition]:
    contexts = [
        TopicPartition(of(context), n) for context, n in node.places for of in (commands_topic, journal_topic)
    ]
    return [*contexts, TopicPartition(stream_topic(load.stream.product_id), 0)]


async def read(servers: str, place: TopicPartition, end: int | None = None) -> list[ConsumerRecord]:
    """The records of a partition, up to `end` or all of them."""
    async with PartitionLog(servers, place.topic, place.partition) as log:
        return [
            record
            async for records in log.read(0, await log.end() if end is None else end)
            for record in records
        ]


def tables_of(url: str) -> list[str]:
    """Every row of every view; not up to which offset it reflects a journal, which each new claim moves on."""
    store = open_store(url)
    try:
        return [line for line in dump(store) if not line.startswith('{"table":"progress"')]
    finally:
        store.close()
