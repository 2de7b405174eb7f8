"""One Apache Kafka node in a directory: start, health, stop."""

import asyncio
import contextlib
import fcntl
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from exchange.kernel.errors import DiskFull, InUse, Misuse, PortTaken, Unavailable
from streams.broker import process
from streams.broker.answer import cluster_id_at
from streams.broker.download import ensure_jars
from streams.broker.java import find_java
from streams.broker.layout import Identity, Layout, new_cluster_id
from streams.broker.ports import LOOPBACK, free_port, is_free
from streams.faults import fault

_START_S_MAX = 180.0
_STOP_S_MAX = 60.0
_LOOK_AGAIN_S = 0.05
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class EmbeddedBroker:
    """A single KRaft node on loopback whose data survives kill -9 and restarts, not a loss of power.

    What runs is told from the directory, so another process may ask for, stop or kill a broker it did not start.

    Shape: `java_options` take the place of those that start from the archive of classes.
    """

    def __init__(self, directory: Path, *, port: int | None = None, java_options: Sequence[str] = ()) -> None:
        self._layout = Layout(directory.expanduser().resolve())
        self._port = port
        self._java_options = java_options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def directory(self) -> Path:
        """Where the broker keeps everything it has."""
        return self._layout.directory

    @property
    def bootstrap_servers(self) -> str:
        """Where clients find it. Raises: Misuse before the first start, when no port is chosen yet."""
        identity = self._layout.identity()
        if identity is None:
            raise Misuse(f"Kafka was never started in {self.directory}; call start() first")
        return f"{LOOPBACK}:{identity.port}"

    @property
    def pid(self) -> int | None:
        """The Java process, or None when it does not run."""
        running = self._running()
        return running.pid if running else None

    @property
    def alive(self) -> bool:
        """Whether the Java process lives."""
        return self._running() is not None

    async def start(self) -> None:
        """Fetch what is missing, format once, start and wait until Kafka answers.

        Raises: Misuse if it already runs, a fixed port is taken or no Java is found; Unavailable if jars cannot be had
        or Kafka does not come up, with its own last words.
        """
        try:
            await self._start()
        except OSError as error:
            raise fault(
                error, f"Kafka cannot keep its data in {self.directory}", "choose another directory"
            ) from error

    async def _start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._starting():
            if running := self._running():
                raise InUse(
                    f"Kafka already runs in {self.directory} (process {running.pid}); "
                    "stop it first or choose another directory"
                )
            java = await asyncio.to_thread(find_java)
            jar_directory, jars = await asyncio.to_thread(ensure_jars)
            identity = self._choose_ports()
            self._layout.write_settings(identity)
            kafka = process.Kafka(self._layout, java, jars, jar_directory, self._java_options)
            if not self._layout.log.exists():
                await asyncio.to_thread(kafka.format, identity.cluster_id)
            logged = process.log_end(self._layout)
            self._process = kafka.spawn()
            try:
                await self._answers(identity, logged)
            except BaseException:
                self.kill()
                raise

    async def stop(self) -> None:
        """Let Kafka close its logs and end; after a minute, end it. Nothing happens if it does not run."""
        if running := self._running():
            running.terminate()
            try:
                await asyncio.to_thread(running.wait, _STOP_S_MAX)
            except psutil.TimeoutExpired:
                self.kill()
        self._layout.pid.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the process without a word to it, as a crash would."""
        if running := self._running():
            running.kill()
            running.wait(_STOP_S_MAX)

    def _running(self) -> psutil.Process | None:
        if self._process is not None and self._process.poll() is None:
            return psutil.Process(self._process.pid)
        return process.find(self._layout)

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """Keep two starts of one directory apart; the system lifts the lock if this process dies."""
        with self._layout.starting.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InUse(
                    f"Kafka is being started in {self.directory} by another process; "
                    "wait for it or choose another directory"
                ) from error
            yield

    def _choose_ports(self) -> Identity:
        """Remembered ports where they are free, others where not; a fixed port is taken or refused."""
        old = self._layout.identity()
        port = self._port or (old.port if old and is_free(old.port) else free_port())
        if not is_free(port):
            raise PortTaken(
                f"port {port} on {LOOPBACK} is taken; free it or leave the port out to have one chosen"
            )
        keep = old is not None and old.controller_port != port and is_free(old.controller_port)
        identity = Identity(
            cluster_id=old.cluster_id if old else new_cluster_id(),
            port=port,
            controller_port=old.controller_port if old and keep else free_port(besides=port),
        )
        self._layout.remember(identity)
        return identity

    async def _answers(self, identity: Identity, logged: int) -> None:
        """Wait until this very cluster answers on its port."""
        deadline = time.monotonic() + _START_S_MAX
        while await cluster_id_at(self.bootstrap_servers) != identity.cluster_id:
            if not self.alive or time.monotonic() > deadline:
                how = f"did not answer within {_START_S_MAX:.0f} s" if self.alive else "did not start"
                said = process.why(self._layout, logged)
                if any(words in said for words in _FULL):
                    raise DiskFull(
                        f"Kafka {how}, for there is no space left in {self.directory}; free some space there, then"
                        f" start it again (all it said: {self._layout.kafka_log})"
                    )
                raise Unavailable(
                    f"Kafka {how} in {self.directory}: {said} (all of it: {self._layout.kafka_log})"
                )
            await asyncio.sleep(_LOOK_AGAIN_S)
