"""What every benchmark is given."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.benchmarks.kafka import Kafka, cores

_began_s = time.monotonic()


class Bench(msgspec.Struct, frozen=True):
    """Shape: `scale` is the part of the usual sizes; `plots` is where pictures go, `directory` everything else."""

    kafka: Kafka
    rounds: int
    scale: float
    directory: Path
    plots: Path

    @contextmanager
    def on_the_measured_core(self) -> Iterator[None]:
        """While the block runs, this process has the core of what is measured."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cores()[0])
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)

    def say(self, text: str) -> None:
        """Tell how far it is."""
        print(f"{time.monotonic() - _began_s:7.1f} s  {text}", file=sys.stderr, flush=True)
