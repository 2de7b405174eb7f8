"""A node's starts, its memory at rest, and what open orders take."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks import process
from tests.benchmarks.bench import Bench
from tests.benchmarks.kafka import cores
from tests.benchmarks.measures import Section, Table, in_turn
from tests.benchmarks.ours.open_orders import Orders
from tests.benchmarks.plots import bars

_EXCHANGE = str(Path(sys.executable).with_name("exchange"))
_AT_REST_S = 5.0
"""How long a node has nothing to do before its memory counts."""
_MB = 1e6


def measure(bench: Bench) -> Section:
    """`exchange up` in a new directory and again in the same one, round by round; then books are filled."""
    starts: dict[str, list[float]] = {"cold: up in a new directory": [], "warm: up in the same directory": []}
    memory: dict[str, list[float]] = {}
    for number in range(bench.rounds):
        data = bench.directory / f"node-{number}"
        for name, taken in starts.items():
            try:
                taken.append(_up(data))
                bench.say(f"node: round {number + 1}, {name}: {taken[-1]:.1f} s")
                if name.startswith("warm"):
                    for each, size in _memory(data).items():
                        memory.setdefault(each, []).append(size)
            finally:
                _exchange("down", data)
    orders, sizes, snapshot = _open_orders(bench)
    million = [size / orders * 1e6 / _MB for size in sizes]
    return Section(
        key="node",
        title="A node's starts and its memory",
        settings={
            "seconds at rest before memory counts": _AT_REST_S,
            "open orders in the books": orders,
            "cores": sorted(cores()[0] | cores()[1]),
        },
        figures={
            **in_turn("s", starts),
            **in_turn("MB", {f"at rest: {name}": taken for name, taken in memory.items()}),
            **in_turn("MB", {"a million open orders": million}),
        },
        tables=[
            Table(
                "Open orders",
                ("orders", "MB in memory (median)", "MB when written down"),
                ((f"{orders:,}", f"{sorted(sizes)[len(sizes) // 2] / _MB:.1f}", f"{snapshot / _MB:.1f}"),),
            )
        ],
        checked=[
            "`up` counts until it says that every partition is led, and `status` has to agree; the books held"
            " exactly the orders that were placed."
        ],
        said=[
            "Cold is a directory that is not there yet: Kafka is formatted, topics and tables are made. The jars"
            " are installed and the system may have read its files before. Memory is each process's own share (PSS)"
            " after some seconds with nothing to do. A million open orders is what the market's state takes, the"
            " remembered command ids with it, extrapolated from the orders placed by three processes of their own."
            " A warm start is hardly quicker than a cold one: formatting and making topics and tables take about a"
            " second; most of both is starting: Java for Kafka, and Python, which imports for one to three seconds of"
            " CPU in each of five processes on the cores given."
        ],
        plots=[
            bars(bench.plots / "node-starts.svg", "exchange up", "seconds", starts),
            bars(bench.plots / "node-memory.svg", "Memory at rest", "MB", memory),
        ],
    )


def _up(data: Path) -> float:
    began = time.monotonic()
    _exchange("up", data)
    return time.monotonic() - began


def _memory(data: Path) -> dict[str, float]:
    time.sleep(_AT_REST_S)
    said: dict[str, Any] = json.loads(_exchange("status", data, "--json"))
    sizes = {
        each["name"]: psutil.Process(each["pid"]).memory_full_info().pss / _MB for each in said["processes"]
    }
    return {**sizes, "together": sum(sizes.values())}


def _exchange(command: str, data: Path, *more: str) -> str:
    everything = cores()[0] | cores()[1]
    ended = subprocess.run(
        [_EXCHANGE, command, "--data", str(data), *more],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, everything),
    )
    if ended.returncode:
        raise RuntimeError(f"exchange {command} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def _open_orders(bench: Bench) -> tuple[int, list[int], int]:
    """Orders placed, the bytes they took in several processes, and their bytes when written down."""
    count = int(100_000 * bench.scale)
    sizes, snapshot = [], 0
    for number in range(min(bench.rounds, 3)):
        with process.running("tests.benchmarks.ours.open_orders", Orders(count)) as filling:
            said = filling.said()
        if said["orders"] != count:
            raise AssertionError(f"{said['orders']} orders are open of {count}")
        sizes.append(said["bytes"])
        snapshot = said["snapshot"]
        bench.say(f"node: {count:,} open orders, {number + 1}: {said['bytes'] / _MB:.1f} MB")
    return count, sizes, snapshot
