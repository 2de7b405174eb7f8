"""Whether a backup may come to a directory, a Kafka and a database: nothing is ever written over."""

import shutil
from pathlib import Path

from exchange.kernel.errors import AlreadyThere, DiskFull, Misuse
from exchange.store import open_store, positions, revisions
from streams.backup.manifest import Manifest
from streams.node.directory import DataDirectory, Identity
from streams.node.hold import in_use
from streams.node.ownership import refuse_other_owner
from streams.topics import IDENTITY_TOPIC, TopicSpec, context_topics, stream_spec, stream_topic, topic_names

MARK = "restoring"
"""Stands in a directory that is being filled."""
OWN = {
    MARK, "kafka", "logs", "run", "exchange.sqlite", "node.new", "choices.json", "choices.new", "closes", "keys",
}  # fmt: skip
_ROOM_BYTES = 256 << 20
"""What Kafka itself needs beside the records."""


def refuse_target(path: Path) -> None:
    """Write nothing over a node or over anybody's things; what an interrupted restore left may be written over.

    Raises: AlreadyThere; InUse if a process has a node there; Misuse for a file.
    """
    if path.exists() and not path.is_dir():
        raise Misuse(f"{path} is a file, no directory; name a new or an empty directory with --data")
    found = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    if "node.json" in found:
        if (holder := DataDirectory.open(path).held_by()) is not None:
            raise in_use(path, holder)
        raise AlreadyThere(f"{path} holds a node already; name a new or an empty directory with --data")
    half_restored = MARK in found or found <= {"logs", "run"}
    if found and not (half_restored and found <= OWN):
        other = sorted(found - OWN) or sorted(found)
        raise AlreadyThere(
            f"{path} is not empty ({other[0]} …); name a new or an empty directory with --data"
        )


def see_room(path: Path, size_bytes: int) -> int:
    """How many bytes are free where the node is to be. Raises: DiskFull if that is too little."""
    there = next(each for each in (path, *path.parents) if each.exists())
    free, needed = shutil.disk_usage(there).free, size_bytes + _ROOM_BYTES
    if free < needed:
        raise DiskFull(
            f"{there} has {free / 1e6:,.0f} MB left, restoring takes about {needed / 1e6:,.0f}; free some space there,"
            " or name a directory elsewhere"
        )
    return free


def refuse_used_tables(identity: Identity) -> None:
    """Tables of another life of the exchange would be ahead of its journals, or not be theirs at all.

    Raises: AlreadyThere; Misuse if they are not even ours; Unavailable if the database does not answer.
    """
    if identity.store_url is None:
        return
    store = open_store(identity.store_url)
    try:
        if revisions(store).found is not None and positions(store):
            raise AlreadyThere(
                f"the database {store.where} holds tables of an exchange; name a new one with --store-url"
            )
    finally:
        store.close()


async def refuse_used_kafka(servers: str, manifest: Manifest) -> None:
    """Offsets have to begin at 0 again, and nobody else's journals may be near.

    Raises: AlreadyThere; OtherExchange if the Kafka is another one's; Unavailable if it does not answer.
    """
    present = await topic_names(servers)
    if taken := sorted(present & {spec.name for spec in specs_of(manifest)}):
        raise AlreadyThere(
            f"the cluster at {servers} has the topic {taken[0]} already, and offsets have to begin at 0 again; restore"
            " into a cluster without an exchange, or delete its topics first if an interrupted restore left them"
        )
    if IDENTITY_TOPIC in present:
        await refuse_other_owner(servers, manifest.identity.node_id)


def specs_of(manifest: Manifest) -> list[TopicSpec]:
    """The topics of a backup, as they have to be in the end."""
    prefix = stream_topic("")
    streams = [part.topic.removeprefix(prefix) for part in manifest.topics if part.topic.startswith(prefix)]
    return [*context_topics(manifest.identity.partitions), *map(stream_spec, streams)]
