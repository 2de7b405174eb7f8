"""Making a node again out of a backup, in a new directory; it is a node's directory only when all of it is there."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from exchange.kernel.errors import Misuse
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import migrate, open_store, save
from streams.backup import closes
from streams.backup.checking import Checked, check, digested
from streams.backup.container import Archive, reading
from streams.backup.manifest import Manifest
from streams.backup.refilling import refill, remove
from streams.backup.target import MARK, refuse_target, refuse_used_kafka, refuse_used_tables, see_room
from streams.broker import EmbeddedBroker
from streams.broker.reach import see_kafka
from streams.faults import fault
from streams.node.choices import Choices, remember
from streams.node.directory import DataDirectory, Identity
from streams.node.ownership import own
from streams.rebuilding import Told
from streams.topics import IDENTITY_TOPIC, ensure_topics, identity_spec, topic_names

DOES = "restores a backup"


class Elsewhere(NamedTuple):
    """Where the node's Kafka and tables are to be, if not where they were. Shape: `embedded` is both its own."""

    bootstrap_servers: str | None = None
    store_url: str | None = None
    replication: int | None = None
    embedded: bool = False


class Restored(NamedTuple):
    """A node that was made again. Shape: `tables` tells whether they came with it, or are folded when it comes up.

    Units: `free_bytes` is the room there was before.
    """

    directory: DataDirectory
    manifest: Manifest
    checked: Checked
    tables: bool
    free_bytes: int


async def restore(
    file: Path, path: Path, elsewhere: Elsewhere, told: Told, *, only_check: bool = False
) -> Restored:
    """Check all of the backup, then write it; with `only_check` write nothing.

    Raises: BackupDamaged; AlreadyThere for what would be written over; Misuse; Unavailable without room or Kafka.
    """
    path = path.expanduser().resolve()
    with reading(file.expanduser()) as archive:
        identity = _identity(archive.manifest.identity, elsewhere)
        directory = DataDirectory(path, identity)
        refuse_target(path)
        checked = await _checked(archive, told)
        free_bytes = see_room(path, archive.manifest.size_bytes)
        await asyncio.to_thread(refuse_used_tables, identity)
        if identity.bootstrap_servers is not None:
            await see_kafka(identity.bootstrap_servers)
            await refuse_used_kafka(identity.bootstrap_servers, archive.manifest)
        tables = archive.manifest.tables is not None and identity.store_url is None
        if not only_check:
            with _made(directory):
                async with _kafka(directory, told) as servers:
                    await refill(servers, archive, identity.replication, told)
                await asyncio.to_thread(_write_tables if tables else _begin_tables, archive, directory)
                await asyncio.to_thread(_write_closes, archive, directory)
                if archive.manifest.choices != Choices():
                    remember(directory, archive.manifest.choices)
                # Without the mark first: a directory that is a node's is never taken for what may be written over.
                (path / MARK).unlink()
                directory.write_identity()
    return Restored(directory, archive.manifest, checked, tables, free_bytes)


async def check_file(file: Path, told: Told) -> tuple[Manifest, Checked]:
    """Check a backup wherever it is to go."""
    with reading(file.expanduser()) as archive:
        return archive.manifest, await _checked(archive, told)


async def _checked(archive: Archive, told: Told) -> Checked:
    checked = await check(archive, told)
    for _ in closes.check_files(archive):
        await asyncio.sleep(0)
    return checked


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


@contextmanager
def _made(directory: DataDirectory) -> Iterator[None]:
    """The directory while it is filled: held, marked, and emptied again if that fails."""
    path = directory.path
    try:
        for part in (path, directory.logs, directory.run):
            part.mkdir(parents=True, exist_ok=True)
        with directory.held(DOES):
            _emptied(directory)
            (path / MARK).touch()
            try:
                yield
            except BaseException:
                _emptied(directory)
                (path / MARK).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise fault(error, f"{path} cannot be written", "choose another with --data") from error


def _emptied(directory: DataDirectory) -> None:
    """Remove what a restore made; of one that was killed Kafka may still run."""
    EmbeddedBroker(directory.kafka).kill()
    shutil.rmtree(directory.kafka, ignore_errors=True)
    closes.remove(directory.path)
    for pattern in ("exchange.sqlite*", "choices.*"):
        for file in directory.path.glob(pattern):
            file.unlink(missing_ok=True)


@asynccontextmanager
async def _kafka(directory: DataDirectory, told: Told) -> AsyncIterator[str]:
    if directory.identity.bootstrap_servers is not None:
        async with _claimed(directory.identity, directory.identity.bootstrap_servers) as servers:
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


@asynccontextmanager
async def _claimed(identity: Identity, servers: str) -> AsyncIterator[str]:
    """Somebody's Kafka, which keeps this exchange's journals from now on, or from nothing on if the block fails."""
    claim = [identity_spec()]
    new = IDENTITY_TOPIC not in await topic_names(servers)
    await ensure_topics(servers, claim, identity.replication)
    await own(servers, identity.node_id)
    try:
        yield servers
    except BaseException:
        if new:
            await remove(servers, claim)
        raise


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


def _write_tables(archive: Archive, directory: DataDirectory) -> None:
    part = archive.manifest.tables
    assert part is not None
    with (directory.path / "exchange.sqlite").open("wb") as file:
        for chunk in digested(archive, part.member, part.digest):
            file.write(chunk)


def _write_closes(archive: Archive, directory: DataDirectory) -> None:
    store = open_store(directory.store_url)
    try:
        closes.take_out(archive, directory, store)
    finally:
        store.close()
