"""Two workers decide for one exchange; one is stopped in the middle of the work and continued when it is too late.

The continued one ends when it meets the other's claim, unless Kafka's group tells it first that it was
evicted: then it lets go, folds what the other has decided, and claims anew. In neither case is what it still
had in its hands accepted by anybody.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.node.control import process_reports
from streams.node.directory import DataDirectory
from tests.support import eventually
from tests.support.aftermath import everything_is_as_it_should_be
from tests.support.load import a_load, run
from tests.support.node import DECIDERS, PLENTY_S, Node, a_node

pytestmark = pytest.mark.timeout(900)

SECOND_WORKER = "deciders-1"
FAILED = 1


async def test_what_a_stopped_and_continued_worker_still_had_in_its_hands_counts_for_nothing(
    tmp_path: Path,
) -> None:
    async with a_node(tmp_path / "node") as node, node.exchange() as exchange:
        with a_worker(node.directory, SECOND_WORKER) as worker:
            partition = await eventually(lambda: _market_of_the_second(node), PLENTY_S) - 1
            load = await a_load(exchange, records=10_000, purchases=15, flood=5_000, partition=partition)

            since = 0.0

            async def stop_and_continue() -> None:
                nonlocal since
                os.kill(worker.pid, signal.SIGSTOP)
                assert load.under_way
                await eventually(lambda: len(_led(node, DECIDERS)) == len(node.places), PLENTY_S)
                since = time.time()
                os.kill(worker.pid, signal.SIGCONT)

            await run(load, stop_and_continue)
            await eventually(lambda: worker.poll() == FAILED or _leads_anew(node, since), PLENTY_S)
            if worker.poll() is None:
                worker.terminate()
                assert worker.wait(PLENTY_S) == 0
            else:
                _says_who_leads_now(node.log(SECOND_WORKER))
        assert node.restarts(DECIDERS) == 0, "whoever takes over and gives back again goes on"
        await everything_is_as_it_should_be(node, exchange, load)


def _market_of_the_second(node: Node) -> int:
    """The number, from 1 on, of the market partition that the second worker leads while the first leads the rest."""
    first, second = _led(node, DECIDERS), _led(node, SECOND_WORKER)
    assert sorted([*first, *second]) == sorted(node.places)
    markets = [number for context, number in second if context == "market"]
    assert markets, f"the second worker leads {second}"
    return 1 + markets[0]


def _leads_anew(node: Node, since: float) -> bool:
    """Kafka's group told the continued worker of its eviction before the other's claim did: it began again."""
    spoke = [report for report in process_reports(node.directory) if report.at > since + 1.0]
    led = sorted(place for report in spoke for place in _led(node, report.name))
    return SECOND_WORKER in {report.name for report in spoke} and led == sorted(node.places)


def _led(node: Node, name: str) -> Sequence[tuple[str, int]]:
    """What a worker leads, as it says itself."""
    return [
        (lead["context"], lead["partition"])
        for report in process_reports(node.directory)
        if report.name == name
        for lead in report.details.get("leads", ())
    ]


def _says_who_leads_now(said: str) -> None:
    """The continued worker meets the other's claim, or first finds that the other has answered facts for it."""
    (last,) = [line for line in said.splitlines() if f"{SECOND_WORKER} ends:" in line]
    assert f"{DECIDERS} claimed it at offset" in last or "policies does not stand at offset" in last


@contextmanager
def a_worker(directory: DataDirectory, slot: str) -> Iterator["subprocess.Popen[bytes]"]:
    """One more worker of deciders, as a process of its own."""
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "exchange.web.child", "deciders"),
            *("--data", str(directory.path), "--slot", slot),
        ],
        stdin=subprocess.PIPE,
    )
    assert worker.stdin is not None
    with worker, worker.stdin:
        try:
            worker.stdin.write(b"go\n")
            worker.stdin.flush()
            yield worker
        finally:
            worker.kill()
