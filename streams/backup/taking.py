"""Taking a backup of a node, up or down; one that is up goes on meanwhile."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from aiokafka import TopicPartition

from exchange.kernel.errors import InvariantBroken
from exchange.store import VIEWS_READER, copy_sqlite, open_store, positions, without_password
from streams.backup import closes
from streams.backup.container import MANIFEST, Container, writing
from streams.backup.cut import cut
from streams.backup.manifest import FORMAT, Manifest, ReaderPart, TablesPart, TopicPart
from streams.backup.segments import SegmentWriter
from streams.journal import ENGINE_VERSION
from streams.log import PartitionLog
from streams.node.choices import choices
from streams.node.directory import DataDirectory, Identity, bootstrap_servers
from streams.rebuilding import Told
from streams.schema_ids import DIRECTORY, load_ids

COPYING = "copying the topics"
_TABLES = "tables.sqlite"
_CHUNK_BYTES = 1 << 20


class Taken(NamedTuple):
    """A backup that was written. Shape: `digest` covers all of it."""

    file: Path
    size_bytes: int
    digest: str
    manifest: Manifest


async def back_up(directory: DataDirectory, file: Path, *, tables: bool, told: Told) -> Taken:
    """Write everything that cannot be folded anew into `file`, and the SQLite tables if `tables`; Kafka has to answer.

    Raises: AlreadyThere; Misuse if a topic was cut back; Unavailable if the disk is full or Kafka away.
    """
    file = file.expanduser().absolute()
    servers = bootstrap_servers(directory)
    with writing(file) as container:
        # These first: what the tables reflect, and what policies have asked, must be in the topics' copies.
        readers = await asyncio.to_thread(_readers, directory)
        taken = await asyncio.to_thread(_tables, container, directory) if tables else None
        files = await asyncio.to_thread(closes.put, container, directory)
        ends = await planned(directory)
        manifest = Manifest(
            format=FORMAT,
            corridor=version("corridor"),
            engine_version=ENGINE_VERSION,
            schema_ids=load_ids(DIRECTORY).next_id - 1,
            taken_at=time.time_ns() // 1_000,
            identity=_without_password(directory.identity),
            topics=await _topics(container, servers, ends, told),
            readers=readers,
            tables=taken,
            choices=choices(directory),
            files=files,
        )
        with container.member(MANIFEST) as member:
            member.write(manifest.encoded())
    return Taken(file, file.stat().st_size, manifest.digest(), manifest)


async def planned(directory: DataDirectory) -> Mapping[TopicPartition, int]:
    """What a backup would copy now: each partition, and how many records."""
    identity = directory.identity
    embedded = identity.bootstrap_servers is None
    return await cut(bootstrap_servers(directory), identity.partitions, all_streams=embedded)


def has_tables(directory: DataDirectory) -> bool:
    """Whether the tables are a file of the node; those of PostgreSQL are backed up with its own tools."""
    return directory.identity.store_url is None and (directory.path / "exchange.sqlite").exists()


async def _topics(
    container: Container, servers: str, ends: Mapping[TopicPartition, int], told: Told
) -> list[TopicPart]:
    done, of = 0, sum(ends.values())
    parts = []
    told(COPYING, done, of)
    for place, end in sorted(ends.items()):
        name = f"topics/{place.topic}-{place.partition}.log"
        with container.member(name) as member:
            segment = SegmentWriter()
            async with PartitionLog(servers, place.topic, place.partition) as log:
                async for records in log.read(0, end):
                    for batch in segment.take(records):
                        member.write(batch)
                    told(COPYING, done + records[-1].offset + 1, of)
            for batch in segment.rest():
                member.write(batch)
        done += end
        told(COPYING, done, of)
        parts.append(
            TopicPart(
                topic=place.topic, partition=place.partition, member=name, end=end, records=segment.records,
                size_bytes=member.size_bytes, digest=member.digest,
            )
        )  # fmt: skip
    return parts


def _tables(container: Container, directory: DataDirectory) -> TablesPart:
    """The SQLite file at one moment, whoever writes to it."""
    with TemporaryDirectory(dir=directory.run) as scratch:
        copy = Path(scratch) / _TABLES
        store = open_store(directory.store_url)
        try:
            copy_sqlite(store, copy)
        finally:
            store.close()
        with copy.open("rb") as file, container.member(_TABLES, compress=True) as member:
            while chunk := file.read(_CHUNK_BYTES):
                member.write(chunk)
    if not member.size_bytes:
        raise InvariantBroken(f"the copy of {directory.store_url} is empty")
    return TablesPart(member=_TABLES, size_bytes=member.size_bytes, digest=member.digest)


def _readers(directory: DataDirectory) -> Sequence[ReaderPart]:
    """Where the readers stand that do something other than fold the tables."""
    store = open_store(directory.store_url)
    try:
        found = positions(store) if directory.identity.store_url or has_tables(directory) else ()
    finally:
        store.close()
    return [
        ReaderPart(
            reader=each.reader, topic=each.topic, partition=each.partition, offset=each.position.offset,
            claim=each.position.claim, seq=each.position.seq, digest=each.position.digest.hex(),
        )
        for each in found
        if each.reader != VIEWS_READER
    ]  # fmt: skip


def _without_password(identity: Identity) -> Identity:
    url = identity.store_url
    return msgspec.structs.replace(identity, store_url=without_password(url)) if url else identity
