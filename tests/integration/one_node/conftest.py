"""A whole node, started once and only if a test asks for it."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from exchange.kernel.time import instant
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory

OPENS = instant("2026-11-02T00:00:00Z")


@pytest.fixture(scope="package")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataDirectory]:
    """One node for all tests here, on 2 November 2026: use participants, products and markets of your own.

    It is ended as soon as they have: a node that has nothing to do still takes a tenth of a core.
    """
    now_us = time.time_ns() // 1_000
    directory = DataDirectory.create(
        tmp_path_factory.mktemp("node") / "node",
        created_at=now_us,
        purpose="test",
        clock_shift_us=OPENS - now_us,
    )
    _run(bring_up(directory))
    yield directory
    _run(bring_down(directory))


def _run(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run to the end on a loop of its own, in a thread: the tests' own loops are left as they are."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()
