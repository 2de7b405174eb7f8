"""A data directory: everything one node has, and the file that says what it is."""

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse
from exchange.kernel.time import Instant
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
        if _identity_file(path).exists():
            raise Misuse(f"{path} is a node's data directory already; open it, or choose another")
        try:
            for part in (path, path / "logs", path / "run"):
                part.mkdir(parents=True, exist_ok=True)
            temporary = _identity_file(path).with_suffix(".new")
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(identity), indent=2) + b"\n")
            temporary.rename(_identity_file(path))
        except OSError as error:
            raise Misuse(
                f"{path} cannot be written ({error.strerror}); choose another with --data"
            ) from error
        return cls(path, identity)

    @classmethod
    def open(cls, path: Path) -> "DataDirectory":
        """Take a directory that holds a node."""
        path = path.expanduser().resolve()
        file = _identity_file(path)
        if not file.exists():
            raise Misuse(f"{path} holds no node; `exchange up --data {path}` makes one")
        try:
            identity = msgspec.json.decode(file.read_bytes(), type=Identity)
        except (msgspec.DecodeError, OSError) as error:
            raise Misuse(f"{file} cannot be read ({error}); restore it from a backup") from error
        if identity.format != FORMAT:
            raise Misuse(
                f"{path} was made in format {identity.format}, this version reads {FORMAT};"
                " use the version that made it"
            )
        if not os.access(path / "run", os.W_OK):
            raise Misuse(
                f"{path} cannot be written; give this user the right to, or choose another with --data"
            )
        return cls(path, identity)

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
        """What the workers of this node are told."""
        return ExchangeSettings(
            bootstrap_servers=bootstrap_servers,
            store_url=self.store_url,
            partitions=self.identity.partitions,
            replication=self.identity.replication,
            clock_shift_us=self.identity.clock_shift_us,
            clock_shiftable=self.identity.purpose != "durable",
        )

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory for one node; the system lets go of it if the process dies.

        Raises: Misuse while another process holds it.
        """
        with (self.run / "node.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise Misuse(
                    f"a node already runs in {self.path} (process {lock.read().strip() or 'unknown'});"
                    " `exchange down` ends it"
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def holder(self) -> int | None:
        """The process that holds the directory, or None."""
        try:
            with (self.run / "node.lock").open("r") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    text = lock.read().strip()
                    return int(text) if text else None
                return None
        except FileNotFoundError:
            return None


def _identity_file(path: Path) -> Path:
    return path / "node.json"
