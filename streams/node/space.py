"""Whether there is room for what a node writes."""

import shutil
from pathlib import Path

from exchange.kernel.errors import DiskFull

NEEDED_BYTES = 100_000_000
"""What a new Kafka takes for itself, and the first day of a quiet exchange."""


def see_space(path: Path) -> int:
    """How many bytes are free where `path` is, or will be.

    Raises: DiskFull if that is too little to start.
    """
    there = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(there).free
    if free < NEEDED_BYTES:
        raise DiskFull(
            f"{there} has {free / 1e6:.0f} MB left, a node needs {NEEDED_BYTES / 1e6:.0f} MB to start; free some space"
            " there, or choose another directory with --data"
        )
    return free
