"""What a backup says of itself: which node, which topics up to which offsets, and the digest of every part."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from exchange.kernel.time import Instant
from streams.node.choices import Choices
from streams.node.directory import Identity

FORMAT = 1
"""Raised when a backup made by this code cannot be read by the last."""


class TopicPart(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of one topic, from its first record on.

    Shape: `end` is the offset after the last record; `records` are fewer where an offset holds no record.
    """

    topic: str
    partition: int
    member: str
    end: int
    records: int
    size_bytes: int
    digest: str


class TablesPart(msgspec.Struct, frozen=True, kw_only=True):
    """The projections' SQLite file, as it was before anything else was taken."""

    member: str
    size_bytes: int
    digest: str


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the node's directory: a close of a day, or the public keys that closes hold under."""

    name: str
    member: str
    size_bytes: int
    digest: str


class ReaderPart(msgspec.Struct, frozen=True, kw_only=True):
    """Up to where one reader of the journals has done its work; not of the tables, which are folded anew."""

    reader: str
    topic: str
    partition: int
    offset: int
    claim: int
    seq: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole backup.

    Shape: `identity` is the node's, without the password of its database; `readers` are who answers facts (policies):
    what they have asked, they need not ask again; `choices` are what `up` was told last; `files` are closes of days.
    Units: `taken_at` is microseconds since the Unix epoch; digests are BLAKE2b-256 over a part's bytes, in hex.
    """

    format: int
    corridor: str
    engine_version: int
    schema_ids: int
    taken_at: Instant
    identity: Identity
    topics: Sequence[TopicPart]
    readers: Sequence[ReaderPart] = ()
    tables: TablesPart | None = None
    choices: Choices = Choices()
    files: Sequence[FilePart] = ()

    @property
    def records(self) -> int:
        """All records of all topics."""
        return sum(part.records for part in self.topics)

    @property
    def size_bytes(self) -> int:
        """The parts together, as they lie in the file or come out of it."""
        tables = self.tables.size_bytes if self.tables else 0
        files = sum(part.size_bytes for part in self.files)
        return tables + files + sum(part.size_bytes for part in self.topics)

    def encoded(self) -> bytes:
        """The bytes in the file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    def digest(self) -> str:
        """The digest of everything: it holds those of all parts."""
        return blake2b(self.encoded(), digest_size=32).hexdigest()
