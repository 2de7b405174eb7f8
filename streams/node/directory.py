"""A data directory: everything one node has, and the file that says what it is."""

import errno
import os
import shlex
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse, NoNode, OtherVersion
from exchange.kernel.time import Instant
from streams.broker import EmbeddedBroker
from streams.faults import fault
from streams.node import hold
from streams.node.space import see_place
from streams.rates import rates_of
from streams.settings import DEFAULT_PARTITIONS, ExchangeSettings

FORMAT = 1
"""Raised when a directory made by this code cannot be read by the last."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a data directory was created as; it never changes.

    Units: `clock_shift_us` is added to the log's time. Shape: `bootstrap_servers` None is the embedded
    Kafka; `store_url` None is SQLite in the directory; `purpose` other than `durable` allows `ShiftClock`.
    """

    format: int
    node_id: str
    purpose: str
    created_at: Instant
    partitions: Mapping[str, int]
    clock_shift_us: int = 0
    bootstrap_servers: str | None = None
    store_url: str | None = None
    replication: int = 1


class DataDirectory:
    """A node's directory. `create` makes one, `open` takes one that is there.

    Raises: Misuse where it cannot be used, with the remedy.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path = path
        self.identity = identity

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        created_at: int,
        purpose: str = "durable",
        clock_shift_us: int = 0,
        partitions: Mapping[str, int] = DEFAULT_PARTITIONS,
        bootstrap_servers: str | None = None,
        store_url: str | None = None,
        replication: int = 1,
    ) -> "DataDirectory":
        """Make a directory for a new node."""
        path = path.expanduser().resolve()
        identity = Identity(
            format=FORMAT,
            node_id=str(uuid.uuid4()),
            purpose=purpose,
            created_at=created_at,
            partitions=dict(partitions),
            clock_shift_us=clock_shift_us,
            bootstrap_servers=bootstrap_servers,
            store_url=store_url,
            replication=replication,
        )
        return cls._made(path, identity)

    @classmethod
    def _made(cls, path: Path, identity: Identity, *, rehearsed: bool = False) -> "DataDirectory":
        directory = cls(path, identity)
        try:
            refuse_others(path)
            if rehearsed:
                see_place(path)
                return directory
            for part in (path, directory.logs, directory.run):
                part.mkdir(parents=True, exist_ok=True)
            directory.write_identity()
        except OSError as error:
            raise fault(error, f"{path} cannot be written", "choose another with --data") from error
        return directory

    @classmethod
    def open(cls, path: Path) -> "DataDirectory":
        """Take a directory that holds a node."""
        path = path.expanduser().resolve()
        file = _identity_file(path)
        if not file.exists():
            raise NoNode(f"{path} holds no node; `exchange up --data {shlex.quote(str(path))}` makes one")
        identity = _identity(path, file)
        try:
            for part in (path / "logs", path / "run"):
                part.mkdir(exist_ok=True)
                if not os.access(part, os.W_OK):
                    raise PermissionError(errno.EACCES, "permission denied")
        except OSError as error:
            raise fault(error, f"{path} cannot be written", "choose another with --data") from error
        return cls(path, identity)

    @classmethod
    def adopt(cls, path: Path, identity_file: Path, *, rehearsed: bool = False) -> "DataDirectory":
        """A directory for one more worker of the exchange that `identity_file` is of; made if it is not there.

        Shape: `rehearsed`, it is only seen that it could be made. Raises: Misuse if it is another node's.
        """
        path, identity_file = path.expanduser().resolve(), identity_file.expanduser()
        identity = _identity(identity_file.parent, identity_file)
        if not _identity_file(path).exists():
            return cls._made(path, identity, rehearsed=rehearsed)
        directory = cls.open(path)
        if directory.identity != identity:
            raise Misuse(
                f"{path} is another node's than {identity_file}; name a directory of its own with --data"
            )
        return directory

    def write_identity(self) -> None:
        """Say what this directory is, which makes it a node's."""
        temporary = _identity_file(self.path).with_suffix(".new")
        # The database's address may hold a password.
        temporary.touch(mode=0o600)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self.identity), indent=2) + b"\n")
        temporary.rename(_identity_file(self.path))

    @property
    def kafka(self) -> Path:
        """The embedded broker's directory."""
        return self.path / "kafka"

    @property
    def logs(self) -> Path:
        """Where each process writes its log."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Where each process says that it runs, and what it does."""
        return self.path / "run"

    @property
    def store_url(self) -> str:
        """The database of the projections."""
        return self.identity.store_url or f"sqlite:///{self.path / 'exchange.sqlite'}"

    def settings(self, bootstrap_servers: str) -> ExchangeSettings:
        """What the workers of this node are told. Raises: Misuse if the environment names rates that are none."""
        return ExchangeSettings(
            bootstrap_servers=bootstrap_servers,
            store_url=self.store_url,
            partitions=self.identity.partitions,
            replication=self.identity.replication,
            clock_shift_us=self.identity.clock_shift_us,
            clock_shiftable=self.identity.purpose != "durable",
            commands_per_second=rates_of(os.environ),
        )

    def held(self, does: str = hold.RUNS_A_NODE) -> AbstractContextManager[None]:
        """Hold the directory, for one node or for somebody who `does` something else to it.

        Raises: Misuse while another process holds it.
        """
        return hold.held(self._lock, does)

    def held_by(self) -> hold.Holder | None:
        """Who holds the directory, or None."""
        return hold.holder(self._lock)

    def holder(self) -> int | None:
        """The process that holds the directory, or None."""
        found = self.held_by()
        return found.pid if found else None

    @property
    def _lock(self) -> Path:
        return self.run / "node.lock"


def bootstrap_servers(directory: DataDirectory) -> str:
    """Where this node's Kafka answers, embedded or not.

    Raises: Misuse if it is the embedded one and was never started.
    """
    return directory.identity.bootstrap_servers or EmbeddedBroker(directory.kafka).bootstrap_servers


def _identity_file(path: Path) -> Path:
    return path / "node.json"


class _Format(msgspec.Struct, frozen=True):
    format: int


def _identity(path: Path, file: Path) -> Identity:
    try:
        written = file.read_bytes()
        # The format first: another one may hold other fields.
        if (found := msgspec.json.decode(written, type=_Format).format) != FORMAT:
            raise OtherVersion(
                f"{path} was made in format {found}, this version reads {FORMAT}; use the version that made it"
            )
        identity = msgspec.json.decode(written, type=Identity)
    except (msgspec.DecodeError, OSError) as error:
        raise Misuse(f"{file} cannot be read ({error}); restore it from a backup") from error
    # A context that came after the directory was made has the partitions that a new node gives it.
    return msgspec.structs.replace(identity, partitions={**DEFAULT_PARTITIONS, **identity.partitions})


def refuse_others(path: Path) -> None:
    """Make no node in a directory that somebody keeps other things in."""
    if _identity_file(path).exists():
        raise Misuse(f"{path} is a node's data directory already; open it, or choose another")
    found = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
    if others := sorted(found - {"logs", "run", "node.new"}):
        raise Misuse(
            f"{path} holds other things ({others[0]} …); name a new or an empty directory with --data"
        )
