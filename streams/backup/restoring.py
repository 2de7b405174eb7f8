"""Making a node again out of a backup, in a new directory; it is a node's directory only when all of it is there."""

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import migrate, open_store, positions, save
from streams.backup.checking import Checked, check, digested
from streams.backup.container import Archive, reading
from streams.backup.manifest import Manifest
from streams.backup.refilling import refill
from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory, Identity
from streams.rebuilding import Told

DOES = "restores a backup"
_MARK = "restoring"
_OWN = {_MARK, "kafka", "logs", "run", "exchange.sqlite", "node.new"}
_ROOM_BYTES = 256 << 20
"""What Kafka itself needs beside the records."""


class Elsewhere(NamedTuple):
    """Where the node's Kafka and tables are to be, if not where they were. Shape: `embedded` is both its own."""

    bootstrap_servers: str | None = None
    store_url: str | None = None
    replication: int | None = None
    embedded: bool = False


class Restored(NamedTuple):
    """A node that was made again. Shape: `tables` tells whether they came with it, or are folded when it comes up."""

    directory: DataDirectory
    manifest: Manifest
    checked: Checked
    tables: bool


async def restore(
    file: Path, path: Path, elsewhere: Elsewhere, told: Told, *, only_check: bool = False
) -> Restored:
    """Check all of the backup, then write it; with `only_check` write nothing.

    Raises: Misuse if the file or the directory is not what it must be; Unavailable without room or Kafka.
    """
    path = path.expanduser().resolve()
    with reading(file.expanduser()) as archive:
        identity = _identity(archive.manifest.identity, elsewhere)
        directory = DataDirectory(path, identity)
        refuse_target(path)
        checked = await check(archive, told)
        tables = archive.manifest.tables is not None and identity.store_url is None
        if not only_check:
            _refuse_little_room(path, archive.manifest.size_bytes)
            await asyncio.to_thread(_refuse_used_tables, identity)
            with _made(directory):
                async with _kafka(directory, told) as servers:
                    await refill(servers, archive, identity.replication, told)
                await asyncio.to_thread(_write_tables if tables else _begin_tables, archive, directory)
                # Without the mark first: a directory that is a node's is never taken for what may be written over.
                (path / _MARK).unlink()
                directory.write_identity()
    return Restored(directory, archive.manifest, checked, tables)


async def check_file(file: Path, told: Told) -> tuple[Manifest, Checked]:
    """Check a backup wherever it is to go."""
    with reading(file.expanduser()) as archive:
        return archive.manifest, await check(archive, told)


def _identity(identity: Identity, elsewhere: Elsewhere) -> Identity:
    if elsewhere.embedded:
        if elsewhere.bootstrap_servers or elsewhere.store_url:
            raise Misuse("--embedded means the node's own Kafka and SQLite: leave the other addresses out")
        identity = msgspec.structs.replace(identity, bootstrap_servers=None, store_url=None, replication=1)
    servers = elsewhere.bootstrap_servers or identity.bootstrap_servers
    replication = elsewhere.replication or identity.replication
    if servers is None and replication > 1:
        raise Misuse("the embedded Kafka is one broker: --replication needs --bootstrap-servers")
    store_url = elsewhere.store_url or identity.store_url
    if store_url is not None:
        open_store(store_url).close()
    return msgspec.structs.replace(
        identity, bootstrap_servers=servers, store_url=store_url, replication=replication
    )


def refuse_target(path: Path) -> None:
    """Write nothing over a node or over anybody's things; what an interrupted restore left may be written over."""
    if path.exists() and not path.is_dir():
        raise Misuse(f"{path} is a file; name a new or an empty directory with --data")
    found = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    if "node.json" in found:
        holder = DataDirectory.open(path).held_by()
        runs = f", and process {holder.pid} {holder.does} there" if holder else ""
        raise Misuse(f"{path} holds a node already{runs}; name a new or an empty directory with --data")
    half_restored = _MARK in found or found <= {"logs", "run"}
    if found and not (half_restored and found <= _OWN):
        other = sorted(found - _OWN) or sorted(found)
        raise Misuse(f"{path} is not empty ({other[0]} …); name a new or an empty directory with --data")


def _refuse_little_room(path: Path, size_bytes: int) -> None:
    there = next(each for each in (path, *path.parents) if each.exists())
    free, needed = shutil.disk_usage(there).free, size_bytes + _ROOM_BYTES
    if free < needed:
        raise Unavailable(
            f"{there} has {free >> 20:,} MiB free, restoring takes about {needed >> 20:,}; make room, or name a"
            " directory elsewhere"
        )


@contextmanager
def _made(directory: DataDirectory) -> Iterator[None]:
    """The directory while it is filled: held, marked, and emptied again if that fails."""
    path = directory.path
    try:
        for part in (path, directory.logs, directory.run):
            part.mkdir(parents=True, exist_ok=True)
        with directory.held(DOES):
            _emptied(directory)
            (path / _MARK).touch()
            try:
                yield
            except BaseException:
                _emptied(directory)
                (path / _MARK).unlink(missing_ok=True)
                raise
    except OSError as error:
        kind = Unavailable if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else Misuse
        raise kind(f"{path} cannot be written ({error.strerror}); choose another with --data") from error


def _emptied(directory: DataDirectory) -> None:
    """Remove what a restore made; of one that was killed Kafka may still run."""
    EmbeddedBroker(directory.kafka).kill()
    shutil.rmtree(directory.kafka, ignore_errors=True)
    for file in directory.path.glob("exchange.sqlite*"):
        file.unlink(missing_ok=True)


@asynccontextmanager
async def _kafka(directory: DataDirectory, told: Told) -> AsyncIterator[str]:
    servers = directory.identity.bootstrap_servers
    if servers is not None:
        yield servers
        return
    broker = EmbeddedBroker(directory.kafka)
    told("starting Kafka", 0, 0)
    await broker.start()
    try:
        yield broker.bootstrap_servers
    finally:
        told("stopping Kafka", 0, 0)
        await broker.stop()


def _begin_tables(archive: Archive, directory: DataDirectory) -> None:
    """Empty tables, in which the policies stand where they stood."""
    store = open_store(directory.store_url)
    try:
        migrate(store)
        for each in archive.manifest.readers:
            position = JournalPosition(each.offset, each.claim, each.seq, bytes.fromhex(each.digest))
            save(store, each.reader, each.topic, each.partition, BEGINNING, position)
    finally:
        store.close()


def _refuse_used_tables(identity: Identity) -> None:
    """Tables of another life of the exchange would be ahead of its journals, or not be theirs at all."""
    if identity.store_url is None:
        return
    store = open_store(identity.store_url)
    try:
        migrate(store)
        if positions(store):
            raise Misuse(
                f"the database {store.where} holds tables of an exchange; name a new one with --store-url"
            )
    finally:
        store.close()


def _write_tables(archive: Archive, directory: DataDirectory) -> None:
    part = archive.manifest.tables
    assert part is not None
    with (directory.path / "exchange.sqlite").open("wb") as file:
        for chunk in digested(archive, part.member, part.digest):
            file.write(chunk)
