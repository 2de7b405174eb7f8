"""Starts a node's processes, restarts what dies, and stops all in order.

Run on its own: `python -m streams.node.supervisor --data DIRECTORY`.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from exchange.kernel.errors import ExchangeError
from exchange.store import migrate, open_store
from streams.broker import EmbeddedBroker
from streams.node.child import bootstrap_servers, quiet_logging
from streams.node.directory import DataDirectory
from streams.node.reports import Report, write_report
from streams.topics import context_topics, ensure_topics

log = logging.getLogger(__name__)

NAME = "node"
FAILURE = "failure.txt"
_ROLES = ("deciders", "projections")
_LOOK_EVERY_S = 0.1
_BACK_OFF_S_MAX = 5.0
_LASTED_S = 30.0
_STOP_S_MAX = 15.0

Told = Callable[[str], None]


class Child:
    """One worker process: started, watched, restarted with a growing pause, stopped."""

    def __init__(self, directory: DataDirectory, role: str) -> None:
        self.role = role
        self.restarts = 0
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._started_at = 0.0
        self._pause_s = 0.2
        self._not_before = 0.0

    @property
    def slot(self) -> str:
        """Its name in consumer groups, reports and logs."""
        return f"{self.role}-0"

    @property
    def pid(self) -> int | None:
        """The process, while it lives."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def load(self) -> None:
        """Start the process; it loads its code and then waits for `go`."""
        self._started_at = time.monotonic()
        with (self._directory.logs / f"{self.slot}.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "streams.node.child", self.role),
                *("--data", str(self._directory.path), "--slot", self.slot),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def go(self) -> None:
        """Let it begin: Kafka answers, its topics and tables are there."""
        if self._process is not None and self._process.stdin is not None and self.pid is not None:
            self._process.stdin.write(b"go\n")

    async def look(self) -> None:
        """Start it again if it has died and its pause is over."""
        if self.pid is not None:
            return
        now = time.monotonic()
        if self._process is not None:
            self._died(now)
        if now >= self._not_before:
            await self.load()
            self.go()

    async def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S_MAX)
        except TimeoutError:
            log.error("%s did not stop within %.0f s and is killed; it loses nothing", self.slot, _STOP_S_MAX)
            self._process.kill()
            await self._process.wait()

    def _died(self, now: float) -> None:
        assert self._process is not None
        log.error("%s ended with %s; it is started again", self.slot, self._process.returncode)
        self._process = None
        self.restarts += 1
        self._pause_s = 0.2 if now - self._started_at > _LASTED_S else min(2 * self._pause_s, _BACK_OFF_S_MAX)
        self._not_before = now + self._pause_s


class Supervisor:
    """A node: Kafka unless it is somebody else's, topics, tables, workers."""

    def __init__(self, directory: DataDirectory, told: Told = log.info) -> None:
        self._directory = directory
        self._told = told
        self._started_at = time.time()
        self._broker = None if directory.identity.bootstrap_servers else EmbeddedBroker(directory.kafka)
        self._children = [Child(directory, role) for role in _ROLES]

    async def run(self, stop: asyncio.Event) -> None:
        """Start everything, keep it running until `stop` is set, stop everything.

        Raises: Misuse if the directory is in use or Kafka's settings differ; Unavailable if Kafka cannot be had.
        """
        with self._directory.held():
            self._report("starting")
            try:
                await self._start()
                while not stop.is_set():
                    await self._look()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), _LOOK_EVERY_S)
            finally:
                await self._stop()

    async def _start(self) -> None:
        for child in self._children:
            await child.load()
        if self._broker is not None and not self._broker.alive:
            self._told("starting Kafka")
            await self._broker.start()
        servers = bootstrap_servers(self._directory)
        self._told(f"checking topics at {servers}")
        identity = self._directory.identity
        await ensure_topics(servers, context_topics(identity.partitions), identity.replication)
        self._told("bringing the tables up to date")
        await asyncio.to_thread(lambda: migrate(open_store(self._directory.store_url)))
        self._told("starting the workers")
        for child in self._children:
            child.go()

    async def _look(self) -> None:
        if self._broker is not None and not self._broker.alive:
            log.error("Kafka ended; it is started again")
            try:
                await self._broker.start()
            except ExchangeError as error:
                log.error("Kafka does not start: %s", error)
                await asyncio.sleep(1.0)
        for child in self._children:
            await child.look()
        self._report("running")

    async def _stop(self) -> None:
        self._report("stopping")
        await asyncio.gather(*(child.stop() for child in self._children))
        if self._broker is not None:
            await self._broker.stop()
        self._report("stopped")

    def _report(self, state: str) -> None:
        details = {
            "processes": {child.slot: child.pid for child in self._children},
            "restarts": {child.slot: child.restarts for child in self._children},
            "kafka": self._broker.pid if self._broker else None,
        }
        write_report(
            self._directory.run,
            Report(
                name=NAME, pid=os.getpid(), started_at=self._started_at, at=time.time(), state=state,
                details=details,
            ),
        )  # fmt: skip


async def supervise(directory: DataDirectory, told: Told = log.info) -> None:
    """Run a node in this process until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await Supervisor(directory, told).run(stop)


def main() -> int:
    """Run a node detached; what ends it stands in `run/failure.txt` and in the log."""
    parser = argparse.ArgumentParser(prog="streams.node.supervisor")
    parser.add_argument("--data", type=Path, required=True)
    directory = DataDirectory.open(parser.parse_args().data)
    quiet_logging()
    failure = directory.run / FAILURE
    failure.unlink(missing_ok=True)
    try:
        asyncio.run(supervise(directory))
    except ExchangeError as error:
        log.critical("the node ends: %s", error)
        failure.write_text(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
