"""Starting a node in the background, waiting until it is ready, ending it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

from exchange.kernel.errors import ExchangeError, Misuse, Unavailable, named
from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.hold import RUNS_A_NODE, Holder, in_use
from streams.node.members import led_by_members
from streams.node.readiness import is_ready, process_reports, supervised
from streams.node.reports import NODE, Report, lives, read_reports
from streams.node.space import see_space
from streams.node.words import last_words
from streams.node.worker_process import ROLES

__all__ = ["bring_down", "bring_up", "is_ready", "process_reports", "restart_projections"]

_LOOK_EVERY_S = 0.05
_READY_S_MAX = 300.0
_DOWN_S_MAX = 90.0
_WORKERS_END_S_MAX = 15.0
_DIES_TIMES_MAX = 4

Told = Callable[[str], None]
Moved = Callable[[int, int], None]
"""Hears how many facts have been folded, and of how many."""


async def bring_up(
    directory: DataDirectory, told: Told = lambda text: None, moved: Moved = lambda done, of: None
) -> None:
    """Start the node's supervisor in the background and wait until everything is led and followed.

    Shape: `told` hears each step as it begins, `moved` how far recovery is. Cancelled, it ends what it has started.
    Raises: Misuse if it runs already, or for whatever made it fail; Unavailable if it takes too long.
    """
    if (holder := directory.held_by()) is not None:
        raise in_use(directory.path, holder)
    see_space(directory.path)
    began = time.time()
    process = await asyncio.to_thread(_spawn, directory)
    try:
        await _ready(directory, process, began, told, moved)
    except asyncio.CancelledError:
        process.terminate()
        await asyncio.to_thread(process.wait)
        raise


async def _ready(
    directory: DataDirectory, process: subprocess.Popen[bytes], began: float, told: Told, moved: Moved
) -> None:
    heard, looked_at = 0, began
    while True:
        node = _report_of(directory, process.pid)
        for step in node.details["steps"][heard:] if node is not None else ():
            told(step)
            heard += 1
        _tell_recovery(directory, began, told, moved)
        if process.poll() is not None:
            raise _failure(directory, node)
        if node is not None:
            if is_ready(directory, began):
                return
            if time.time() - looked_at > 1.0:
                looked_at = time.time()
                if await _ready_with_others(directory, node):
                    return
                _give_up_on_the_dying(directory, node)
        if time.time() - began > _READY_S_MAX:
            raise Unavailable(
                f"the node in {directory.path} is not ready after {_READY_S_MAX:.0f} s; it goes on starting:"
                " `exchange status` shows how far it is"
            )
        await asyncio.sleep(_LOOK_EVERY_S)


def _tell_recovery(directory: DataDirectory, began: float, told: Told, moved: Moved) -> None:
    """Deciders say while they take over how much of their journals they have folded."""
    recovering = [
        each
        for report in process_reports(directory)
        if report.started_at >= began
        for each in report.details.get("recovering", ())
    ]
    if recovering:
        told("folding the journals")
        moved(sum(each["folded"] for each in recovering), sum(each["of"] for each in recovering))


async def _ready_with_others(directory: DataDirectory, node: Report) -> bool:
    """Whether all its workers are in their groups, and workers elsewhere lead what they do not."""
    reports = {report.name: report for report in process_reports(directory)}
    for name, pid in node.details["processes"].items():
        report = reports.get(name)
        if report is None or report.pid != pid or report.state != "running":
            return False
    try:
        members = await led_by_members(bootstrap_servers(directory))
    except ExchangeError:
        return False
    own = supervised(node)
    wanted = {(context, n) for context, count in directory.identity.partitions.items() for n in range(count)}
    mine = {
        (lead["context"], lead["partition"]) for r in reports.values() for lead in r.details.get("leads", ())
    }
    others = {place for place, slot in members.items() if slot not in own}
    return bool(others) and wanted <= mine | others


def _give_up_on_the_dying(directory: DataDirectory, node: Report) -> None:
    for name, times in node.details["restarts"].items():
        if times >= _DIES_TIMES_MAX:
            said = last_words(directory, name)
            raise Unavailable(
                f"{name} ends again and again: {said}\nThe node goes on trying; see {directory.logs / name}.log,"
                " `exchange down` ends it"
            )


async def bring_down(directory: DataDirectory) -> bool:
    """End the node and wait until all of it has ended; false if none ran.

    Raises: Misuse if something else than a node has the directory; Unavailable if it does not end.
    """
    holder = directory.held_by()
    if holder is None:
        return await _end_orphans(directory)
    if holder.does != RUNS_A_NODE:
        raise in_use(directory.path, holder)
    _terminate(holder.pid)
    began = time.monotonic()
    while _still(directory, holder):
        if time.monotonic() - began > _DOWN_S_MAX:
            raise Unavailable(
                f"the node in {directory.path} (process {holder.pid}) does not end; see {directory.logs}/node.log"
            )
        await asyncio.sleep(_LOOK_EVERY_S)
    await _end_orphans(directory)
    return True


def _still(directory: DataDirectory, holder: Holder) -> bool:
    found = directory.held_by()
    return lives(holder.pid) or (found is not None and found.pid == holder.pid)


def restart_projections(directory: DataDirectory) -> None:
    """Ask the projections' worker to end; its supervisor starts it again."""
    for report in process_reports(directory):
        if "projections" in report.details:
            _terminate(report.pid)


def _terminate(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise Misuse(f"process {pid} is another user's; end it as that user") from error


def _spawn(directory: DataDirectory) -> subprocess.Popen[bytes]:
    with (directory.logs / f"{NODE}.out").open("wb") as output:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streams.launch",
                "streams.node.supervisor",
                "--data",
                str(directory.path),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


async def _end_orphans(directory: DataDirectory) -> bool:
    """Kafka outlives a supervisor that was killed; its workers end by themselves, and are let do so first."""
    broker = EmbeddedBroker(directory.kafka)
    if directory.identity.bootstrap_servers is not None or not broker.alive:
        return False
    until = time.monotonic() + _WORKERS_END_S_MAX
    while time.monotonic() < until and any(_is_worker(report) for report in process_reports(directory)):
        await asyncio.sleep(_LOOK_EVERY_S)
    await broker.stop()
    return True


def _is_worker(report: Report) -> bool:
    try:
        process = psutil.Process(report.pid)
        return report.name != NODE and any(role.module in process.cmdline() for role in ROLES)
    except psutil.Error:
        return False


def _report_of(directory: DataDirectory, pid: int) -> Report | None:
    """The supervisor's own report, not that of one that ran before or runs instead."""
    for report in read_reports(directory.run):
        if report.name == NODE and report.pid == pid:
            return report
    return None


def _failure(directory: DataDirectory, node: Report | None) -> ExchangeError:
    """Why a supervisor ended that was to come up."""
    if node is not None and "failure" in node.details:
        return named(node.details["kind"])(node.details["failure"])
    if node is not None:
        return Unavailable(f"the node in {directory.path} was ended while it started")
    if (holder := directory.held_by()) is not None:
        return in_use(directory.path, holder)
    said = (directory.logs / f"{NODE}.out").read_text(errors="replace").strip().splitlines()
    return Unavailable(
        f"the node in {directory.path} could not be started: {said[-1] if said else 'it said nothing'};"
        f" see {directory.logs}/{NODE}.out"
    )
