"""A node that a test may harm: its processes by name, and asking on while they are away."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from exchange.kernel.errors import Unavailable
from exchange.kernel.time import instant
from exchange.sdk import Exchange
from streams.node.choices import Choices, remember
from streams.node.control import bring_down, bring_up, is_ready, process_reports
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.settings import ExchangeSettings
from tests.support.waiting import eventually

T = TypeVar("T")

OPENS = instant("2026-11-02T00:00:00Z")
PLENTY_S = 150.0
"""Long enough for anything on a busy machine: only what is broken takes it all."""

DECIDERS, PROJECTIONS, WEB, KAFKA = "deciders-0", "projections-0", "web-0", "kafka"


class Node:
    """A node in a data directory, and its processes."""

    def __init__(self, directory: DataDirectory) -> None:
        self.directory = directory

    @property
    def servers(self) -> str:
        """Where its Kafka answers."""
        return bootstrap_servers(self.directory)

    @property
    def settings(self) -> ExchangeSettings:
        """What its workers are told."""
        return self.directory.settings(self.servers)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Every context with each of its partitions."""
        return [(context, n) for context, count in self.settings.partitions.items() for n in range(count)]

    def exchange(self) -> Exchange:
        """The doors of its exchange, an async context manager."""
        return Exchange.open(self.directory.path)

    def pid(self, name: str) -> int | None:
        """The process that the supervisor has under this name now."""
        for report in process_reports(self.directory):
            if report.name == "node":
                found = report.details["kafka"] if name == KAFKA else report.details["processes"].get(name)
                return int(found) if found else None
        return None

    def restarts(self, name: str) -> int:
        """How often the supervisor had to start a process again."""
        reports = {report.name: report for report in process_reports(self.directory)}
        return int(reports["node"].details["restarts"][name])

    def kill(self, name: str) -> int:
        """End a process at once, between any two of its lines; its id."""
        pid = self.pid(name)
        assert pid is not None, f"{name} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid

    async def recovers(self, name: str, killed: int) -> None:
        """Wait until the supervisor has started `name` again and everything is led and followed."""
        await eventually(lambda: self.pid(name) not in (None, killed), PLENTY_S)
        since = time.time()
        await eventually(lambda: is_ready(self.directory, since), PLENTY_S)

    def log(self, name: str) -> str:
        """What a process of the node has written down."""
        return (self.directory.logs / f"{name}.log").read_text()


@asynccontextmanager
async def a_node(path: Path) -> AsyncIterator[Node]:
    """A node of a test's own, on 2 November 2026: up now, down in the end."""
    node = _created(path)
    try:
        await bring_up(node.directory)
        yield node
    finally:
        await bring_down(node.directory)


@contextmanager
def a_shared_node(path: Path, chosen: Choices | None = None) -> Iterator[Node]:
    """The same for a fixture of a wider scope than one test's loop."""
    node = _created(path)
    if chosen is not None:
        remember(node.directory, chosen)
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(asyncio.run, bring_up(node.directory)).result()
            yield node
        finally:
            pool.submit(asyncio.run, bring_down(node.directory)).result()


def _created(path: Path) -> Node:
    now_us = time.time_ns() // 1_000
    return Node(DataDirectory.create(path, created_at=now_us, purpose="test", clock_shift_us=OPENS - now_us))


async def insisting(ask: Callable[[], Awaitable[T]], timeout_s: float = PLENTY_S) -> T:
    """Ask, and ask the very same again while Kafka is away or the answer is unknown."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return await ask()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
