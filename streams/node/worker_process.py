"""One worker process of a node: loaded, let go, kept running, stopped."""

import asyncio
import logging
import sys
import time
from typing import NamedTuple

from streams.node.directory import DataDirectory

log = logging.getLogger(__name__)

_PAUSE_S, _PAUSE_S_MAX = 0.2, 5.0
_LASTED_S = 30.0
_STOP_S_MAX = 15.0


class Role(NamedTuple):
    """What a worker does, the module that does it, and whether it can do so only with Kafka.

    Shape: modules above `streams` are named, not imported.
    """

    name: str
    module: str = "exchange.web.child"
    needs_kafka: bool = True


DECIDERS, PROJECTIONS = Role("deciders"), Role("projections")
WEB = Role("web", "exchange.web", needs_kafka=False)
ROLES = (DECIDERS, PROJECTIONS, WEB)


class WorkerProcess:
    """A worker under its supervisor. Shape: `slot` is its name in consumer groups, reports and logs."""

    def __init__(self, directory: DataDirectory, role: Role) -> None:
        self.slot = f"{role.name}-0"
        self.role = role
        self.restarts = 0
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._loaded_at = 0.0

    @property
    def pid(self) -> int | None:
        """The process, while it lives."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def load(self) -> None:
        """Start the process; it loads its code and then waits for `go`."""
        self._loaded_at = time.monotonic()
        # Its log is its own affair; here is only what it could not say there, such as why it could not be loaded.
        with (self._directory.logs / f"{self.slot}.out").open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "streams.launch", self.role.module, self.role.name),
                *("--data", str(self._directory.path), "--slot", self.slot),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def go(self) -> None:
        """Let it begin: what it needs is there."""
        if self._process is not None and self._process.stdin is not None and self.pid is not None:
            self._process.stdin.write(b"go\n")

    def restart(self) -> None:
        """Ask it to end; whoever keeps it starts it again."""
        if self._process is not None and self.pid is not None:
            self._process.terminate()

    async def keep(self, kafka: asyncio.Event) -> None:
        """Start it again whenever it has ended, after a pause that grows while that repeats, and with `kafka` there."""
        pause_s = _PAUSE_S
        while True:
            code = await self._end()
            self._process = None
            self.restarts += 1
            lasted = time.monotonic() - self._loaded_at > _LASTED_S
            pause_s = _PAUSE_S if lasted else min(2 * pause_s, _PAUSE_S_MAX)
            log.error(
                "%s ended with %s; it is started again in %.1f s", self.slot, code, pause_s,
                extra={"slot": self.slot, "exit_code": code, "pause_s": pause_s, "restarts": self.restarts},
            )  # fmt: skip
            await asyncio.sleep(pause_s)
            if self.role.needs_kafka:
                await kafka.wait()

    async def _end(self) -> int | OSError:
        """How it ends, started first if it is not there; what the system says if it cannot be started."""
        try:
            if self._process is None:
                await self.load()
                self.go()
        except OSError as error:
            return error
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self._process is None or self.pid is None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S_MAX)
        except TimeoutError:
            log.error("%s did not stop within %.0f s and is killed; it loses nothing", self.slot, _STOP_S_MAX)
            self._process.kill()
            await self._process.wait()
