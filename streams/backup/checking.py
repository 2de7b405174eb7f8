"""Checking a backup: every byte against its digest, every journal by its own rule, what refers to what."""

import asyncio
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from exchange.kernel.errors import InvariantBroken, OtherVersion
from exchange.kernel.position import BEGINNING, JournalPosition
from streams.backup.container import Archive
from streams.backup.manifest import TopicPart
from streams.backup.segments import Damaged, Stored, stored
from streams.codec import codec_for
from streams.journal import ENGINE_VERSION, JournalReader
from streams.rebuilding import Told
from streams.schema_ids import DIRECTORY, load_ids
from streams.topics import commands_topic, journal_topic

CHECKING = "checking the backup"

Place = tuple[str, int]


class Checked(NamedTuple):
    """What a sound backup holds: where each journal stands, and how many facts there are."""

    positions: Mapping[Place, JournalPosition]
    facts: int


async def check(archive: Archive, told: Told) -> Checked:
    """Read all of it.

    Raises: BackupDamaged naming the part that is not what was written; OtherVersion.
    """
    manifest = archive.manifest
    _refuse_newer(archive)
    ends = {(part.topic, part.partition): part.end for part in manifest.topics}
    _refuse_missing(archive, ends)
    done, of = 0, manifest.records
    told(CHECKING, done, of)
    positions: dict[Place, JournalPosition] = {}
    answered: dict[Place, int] = {}
    for part in manifest.topics:
        journal = _Journal(archive, part) if part.topic.endswith(journal_topic("")) else None
        for records in records_of(archive, part):
            if journal is not None:
                journal.read(records)
            done += len(records)
            told(CHECKING, done, of)
            await asyncio.sleep(0)
        if journal is not None:
            positions[part.topic, part.partition] = journal.reader.position
            _refuse_unasked(archive, journal, ends)
            answered.update(
                {source: max(answered.get(source, -1), seq) for source, seq in journal.sources.items()}
            )
    for source, seq in answered.items():
        if source in positions and seq >= positions[source].seq:
            raise archive.damaged(
                f"a policy answered fact {seq} of {source[0]}/{source[1]}, which it does not hold"
            )
    if manifest.tables is not None:
        for _ in digested(archive, manifest.tables.member, manifest.tables.digest):
            await asyncio.sleep(0)
    return Checked(positions, sum(position.seq for position in positions.values()))


def records_of(archive: Archive, part: TopicPart) -> Iterator[list[Stored]]:
    """The records of one partition in order. Raises: BackupDamaged where they are not those that were written."""
    offset, count = -1, 0
    try:
        for records in stored(digested(archive, part.member, part.digest)):
            for record in records:
                if not offset < record.offset < part.end:
                    raise Damaged(f"record {record.offset} comes after record {offset} of {part.end}")
                offset, count = record.offset, count + 1
            yield records
    except Damaged as error:
        raise archive.damaged(f"{part.topic}/{part.partition}: {error}") from error
    if count != part.records:
        raise archive.damaged(
            f"{part.topic}/{part.partition} has {count} records where {part.records} are listed"
        )


def digested(archive: Archive, member: str, digest: str) -> Iterator[bytes]:
    """A member's bytes; at their end they are known to be the right ones. Raises: BackupDamaged if they are not."""
    found = blake2b(digest_size=32)
    for chunk in archive.chunks(member):
        found.update(chunk)
        yield chunk
    if found.hexdigest() != digest:
        raise archive.damaged(
            f"the digest of {member} is {found.hexdigest()[:12]}… where {digest[:12]}… is listed"
        )


class _Journal:
    """A journal as a reader takes it, its highest cause, and the facts that its commands answered."""

    def __init__(self, archive: Archive, part: TopicPart) -> None:
        self.cause = -1
        self.sources: dict[Place, int] = {}
        self.context = part.topic.removesuffix(journal_topic(""))
        self.reader = JournalReader(part.topic, part.partition, BEGINNING, codec_for(self.context))
        self._archive = archive

    def read(self, records: list[Stored]) -> None:
        try:
            for record in records:
                outcome = self.reader.feed(record.offset, record.value)
                if isinstance(outcome, tuple):
                    meta = outcome[0].meta
                    self.cause = meta.cause
                    if meta.source is not None:
                        place = (meta.source.topic, meta.source.partition)
                        self.sources[place] = max(self.sources.get(place, -1), meta.source.seq)
        except InvariantBroken as error:
            raise self._archive.damaged(str(error)) from error


def _refuse_unasked(archive: Archive, journal: _Journal, ends: Mapping[Place, int]) -> None:
    end = ends[commands_topic(journal.context), journal.reader.partition]
    if journal.cause >= end:
        raise archive.damaged(
            f"{journal.reader.topic}/{journal.reader.partition} answers command {journal.cause}, of {end} there are"
        )


def _refuse_missing(archive: Archive, ends: Mapping[Place, int]) -> None:
    for context, count in archive.manifest.identity.partitions.items():
        for number in range(count):
            for topic in (commands_topic(context), journal_topic(context)):
                if (topic, number) not in ends:
                    raise archive.damaged(f"{topic}/{number} is not in it")


def _refuse_newer(archive: Archive) -> None:
    manifest = archive.manifest
    known = load_ids(DIRECTORY).next_id - 1
    if manifest.engine_version > ENGINE_VERSION or manifest.schema_ids > known:
        raise OtherVersion(
            f"{archive.path} was taken by Corridor {manifest.corridor} (engine {manifest.engine_version}, schemas up to"
            f" {manifest.schema_ids}); this is engine {ENGINE_VERSION} with schemas up to {known}: update it first"
        )
