"""What every benchmark is given."""

import sys
import time
from pathlib import Path

import msgspec

from tests.benchmarks.kafka import Kafka

_began_s = time.monotonic()


class Bench(msgspec.Struct, frozen=True):
    """Shape: `scale` is the part of the usual sizes; `plots` is where pictures go, `directory` everything else."""

    kafka: Kafka
    rounds: int
    scale: float
    directory: Path
    plots: Path

    @property
    def quick(self) -> bool:
        """Whether this run is to see that everything works rather than for its figures."""
        return self.scale < 1

    def say(self, text: str) -> None:
        """Tell how far it is."""
        print(f"{time.monotonic() - _began_s:7.1f} s  {text}", file=sys.stderr, flush=True)
