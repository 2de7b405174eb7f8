"""Starts a node's processes, restarts what dies, and stops all in order.

Run on its own: `python -m streams.node.supervisor --data DIRECTORY`.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from exchange.kernel.errors import ExchangeError
from streams.launch import loaded
from streams.node.choices import choices
from streams.node.directory import DataDirectory
from streams.node.http_port import settle_port
from streams.node.kafka import NodeKafka
from streams.node.logs import log_to_file
from streams.node.preparing import migrate_tables
from streams.node.readiness import is_ready
from streams.node.reports import NODE, Report, forget_reports, write_report
from streams.node.schema_check import verify_registry
from streams.node.worker_process import ROLES, WorkerProcess

# By name: run on its own, this module is called __main__.
log = logging.getLogger("streams.node.supervisor")

_REPORT_EVERY_S = 0.1
_ANNOUNCE_LOOK_S = 0.5

Told = Callable[[str], None]


class Supervisor:
    """A node: Kafka unless it is somebody else's, topics, tables, workers."""

    def __init__(self, directory: DataDirectory, told: Told = log.info) -> None:
        self._directory = directory
        self._tell = told
        self._started_at = time.time()
        self._state = "starting"
        self._steps: list[str] = []
        self._failure: Mapping[str, Any] | None = None
        self._kafka = NodeKafka(directory, self._told)
        self._workers = [WorkerProcess(directory, role) for role in ROLES]

    async def run(self, stop: asyncio.Event) -> None:
        """Start everything, keep it running until `stop` is set, stop everything.

        Raises: Misuse if the directory is in use or Kafka's settings differ; Unavailable if Kafka cannot be had.
        """
        with self._directory.held():
            forget_reports(self._directory.run)
            reporting = asyncio.ensure_future(self._keep_reporting())
            try:
                await _until(stop, self._start())
                if not stop.is_set():
                    self._state = "running"
                    await _until(stop, self._keep())
            except Exception as error:
                self._failure = {"failure": str(error), "kind": type(error).__name__}
                raise
            finally:
                self._state = "stopping"
                await self._stop()
                reporting.cancel()
                self._state = "failed" if self._failure else "stopped"
                self._report()

    async def _start(self) -> None:
        await self._verify_schemas()
        await asyncio.to_thread(settle_port, self._directory, self._told)
        for worker in self._workers:
            await worker.load()
            if not worker.role.needs_kafka:
                worker.go()
        await self._kafka.start()
        self._told("bringing the tables up to date")
        await asyncio.to_thread(migrate_tables, self._directory)
        self._told("starting the workers")
        for worker in self._workers:
            if worker.role.needs_kafka:
                worker.go()

    async def _verify_schemas(self) -> None:
        if (url := choices(self._directory).schema_registry) is not None:
            self._told(f"checking the schema ids at {url}")
            await verify_registry(url)

    async def _keep(self) -> None:
        keeping = [
            asyncio.ensure_future(self._kafka.keep(self._restart_workers)),
            asyncio.ensure_future(self._announce()),
            *(asyncio.ensure_future(worker.keep(self._kafka.there)) for worker in self._workers),
        ]
        try:
            await asyncio.gather(*keeping)
        finally:
            # Also when one of them failed: nothing may be started again while everything is stopped.
            for each in keeping:
                each.cancel()
            await asyncio.wait(keeping)

    def _restart_workers(self) -> None:
        for worker in self._workers:
            if worker.role.needs_kafka:
                worker.restart()

    async def _announce(self) -> None:
        while not is_ready(self._directory, self._started_at):
            await asyncio.sleep(_ANNOUNCE_LOOK_S)
        self._tell("every partition is led, every journal followed")

    async def _stop(self) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        await self._kafka.stop()

    def _told(self, step: str) -> None:
        self._steps.append(step)
        self._tell(step)

    async def _keep_reporting(self) -> None:
        while True:
            self._report()
            await asyncio.sleep(_REPORT_EVERY_S)

    def _report(self) -> None:
        details = {
            "steps": self._steps,
            "processes": {worker.slot: worker.pid for worker in self._workers},
            "restarts": {worker.slot: worker.restarts for worker in self._workers},
            "kafka": self._kafka.pid,
            "kafka_restarts": self._kafka.restarts,
            **(self._failure or {}),
        }
        report = Report(
            name=NODE, pid=os.getpid(), started_at=self._started_at, at=time.time(), state=self._state,
            details=details,
        )  # fmt: skip
        try:
            write_report(self._directory.run, report)
        except OSError as error:
            log.error("the node cannot report: %s", error)


async def _until(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Do `work` until it is done or `stop` is set, whichever comes first."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        await asyncio.wait((working,))
    if not working.cancelled():
        working.result()


async def supervise(directory: DataDirectory, told: Told = log.info) -> None:
    """Run a node in this process until SIGTERM, SIGINT or SIGHUP."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(sign, stop.set)
    await Supervisor(directory, told).run(stop)


def main() -> int:
    """Run a node detached; what ends it stands in its report and in the log."""
    loaded()
    parser = argparse.ArgumentParser(prog="streams.node.supervisor")
    parser.add_argument("--data", type=Path, required=True)
    try:
        directory = DataDirectory.open(parser.parse_args().data)
        log_to_file(directory, NODE)
        asyncio.run(supervise(directory))
    except ExchangeError as error:
        log.critical("the node ends: %s", error, extra=error.fields)
        # The log may not be there; whoever started this looks here next.
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except Exception as error:
        log.critical("the node ends: %r", error, exc_info=True)
        print(repr(error), file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
