"""`make bench`: every benchmark in one run, and the report of it.

`python -m tests.benchmarks [--only commands,latency] [--rounds N] [--quick] [--to DIRECTORY]`
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import (
    books,
    commands,
    fence,
    latency,
    ledger,
    lineage,
    node,
    postings,
    recovery,
    streaming,
)
from tests.benchmarks.bench import Bench
from tests.benchmarks.kafka import cores, running
from tests.benchmarks.machine import load, machine
from tests.benchmarks.measures import Section
from tests.benchmarks.report import write

BENCHMARKS: dict[str, Callable[[Bench], Section]] = {
    "commands": commands.measure,
    "books": books.measure,
    "fence": fence.measure,
    "latency": latency.measure,
    "postings": postings.measure,
    "ledger": ledger.measure,
    "recovery": recovery.measure,
    "streams": streaming.measure,
    "lineage": lineage.measure,
    "node": node.measure,
}
_QUICK = 0.05
_WHOLE, _PART = Path("docs/benchmarks"), Path(".bench")
"""Where the report of everything goes, and that of anything less."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for and write the report."""
    asked = _asked(arguments)
    # Told to end, it stops its Kafka and its nodes first.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    asked.to.mkdir(parents=True, exist_ok=True)
    before = load()
    everything = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as directory, running(Path(directory) / "kafka") as kafka:
        bench = Bench(kafka, asked.rounds, _QUICK if asked.quick else 1.0, Path(directory), asked.to)
        # What measures keeps off the core of what is measured; children that are not pinned get all of them.
        os.sched_setaffinity(0, cores()[1])
        sections = [BENCHMARKS[name](bench) for name in asked.only]
        os.sched_setaffinity(0, everything)
        settings = {"rounds": asked.rounds, "quick": asked.quick, "benchmarks": ", ".join(asked.only)}
        report = write(asked.to, sections, machine(), settings, before, load())
        bench.say(f"written: {report}")
    for section in sections:
        for ratio in section.ratios:
            print(f"{section.title}: {ratio.name} {ratio.median:.2f} {ratio.verdict}")


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Benchmarks beside peers, in one report.")
    parser.add_argument(
        "--only", type=_names, default=list(BENCHMARKS), metavar="NAME,…", help=", ".join(BENCHMARKS)
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of every side (5)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the sizes: to see that it works")
    parser.add_argument(
        "--to", type=Path, metavar="DIRECTORY", help=f"{_WHOLE}, or {_PART} of some of them or of --quick"
    )
    asked = parser.parse_args(arguments)
    asked.to = asked.to or folder(asked.only, asked.quick)
    if asked.rounds < 1:
        parser.error("rounds: at least 1")
    return asked


def folder(only: Sequence[str], quick: bool) -> Path:
    """Where a report goes that names no place: the one in the docs is of everything."""
    return _WHOLE if set(only) == set(BENCHMARKS) and not quick else _PART


def _names(text: str) -> list[str]:
    names = [name for each in text.split(",") if (name := each.strip())]
    if unknown := [name for name in names if name not in BENCHMARKS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no benchmark; there are {', '.join(BENCHMARKS)}")
    return names or list(BENCHMARKS)


if __name__ == "__main__":
    main()
