"""Starting a node in the background, waiting until it is ready, ending it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory
from streams.node.reports import Report, read_reports
from streams.node.supervisor import FAILURE

_LOOK_EVERY_S = 0.05
_READY_S_MAX = 180.0
_DOWN_S_MAX = 90.0
_FRESH_S = 10.0

Told = Callable[[str], None]


async def bring_up(directory: DataDirectory, told: Told = lambda text: None) -> None:
    """Start the node's supervisor in the background and wait until everything is led and followed.

    Raises: Misuse if it runs already, or for whatever made it fail; Unavailable if it takes too long.
    """
    if (holder := directory.holder()) is not None:
        raise Misuse(f"a node already runs in {directory.path} (process {holder}); `exchange down` ends it")
    (directory.run / FAILURE).unlink(missing_ok=True)
    began = time.time()
    process = await asyncio.to_thread(_spawn, directory)
    told("starting Kafka and the workers")
    while not is_ready(directory, since=began):
        if process.poll() is not None:
            raise _failure(directory)
        if time.time() - began > _READY_S_MAX:
            raise Unavailable(
                f"the node in {directory.path} is not ready after {_READY_S_MAX:.0f} s; see {directory.logs}"
            )
        await asyncio.sleep(_LOOK_EVERY_S)


async def bring_down(directory: DataDirectory) -> bool:
    """End the node and wait until all of it has ended; false if none ran."""
    holder = directory.holder()
    if holder is None:
        return await _end_orphan(directory)
    os.kill(holder, signal.SIGTERM)
    began = time.monotonic()
    while directory.holder() is not None:
        if time.monotonic() - began > _DOWN_S_MAX:
            raise Unavailable(
                f"the node in {directory.path} (process {holder}) does not end; see {directory.logs}/node.log"
            )
        await asyncio.sleep(_LOOK_EVERY_S)
    return True


def is_ready(directory: DataDirectory, since: float = 0.0) -> bool:
    """Whether every partition is led and every journal followed by processes that have spoken just now."""
    fresh = {
        report.name: report
        for report in read_reports(directory.run)
        if report.at >= max(since, time.time() - _FRESH_S)
    }
    wanted = sum(directory.identity.partitions.values())
    led = sum(len(report.details.get("leads", ())) for report in fresh.values())
    answered = sum(len(report.details.get("policies", ())) for report in fresh.values())
    shown = sum(len(report.details.get("projections", ())) for report in fresh.values())
    return led >= wanted and answered >= wanted and shown >= wanted


def restart_projections(directory: DataDirectory) -> None:
    """Ask the projections' worker to end; its supervisor starts it again."""
    for report in process_reports(directory):
        if "projections" in report.details:
            os.kill(report.pid, signal.SIGTERM)


def process_reports(directory: DataDirectory) -> list[Report]:
    """Every process of the node that has spoken just now."""
    return [report for report in read_reports(directory.run) if report.at >= time.time() - _FRESH_S]


def _spawn(directory: DataDirectory) -> subprocess.Popen[bytes]:
    with (directory.logs / "node.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "streams.node.supervisor", "--data", str(directory.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


async def _end_orphan(directory: DataDirectory) -> bool:
    """Kafka outlives a supervisor that was killed; its workers do not."""
    broker = EmbeddedBroker(directory.kafka)
    if directory.identity.bootstrap_servers is not None or not broker.alive:
        return False
    await broker.stop()
    return True


def _failure(directory: DataDirectory) -> Misuse:
    file = directory.run / FAILURE
    if file.exists():
        return Misuse(file.read_text())
    return Misuse(f"the node in {directory.path} ended while starting; see {directory.logs}/node.log")
