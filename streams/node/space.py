"""Whether there is room for what a node writes."""

import os
import shutil
from pathlib import Path

from exchange.kernel.errors import DiskFull, NotWritable

NEEDED_BYTES = 100_000_000
"""What a new Kafka takes for itself, and the first day of a quiet exchange."""


def see_place(path: Path) -> Path:
    """Where `path` is, or the nearest directory in which it would be made.

    Raises: NotWritable if that is no place for files.
    """
    there = next(each for each in (path, *path.parents) if each.exists())
    if not shutil.disk_usage(there).total or not there.is_dir() or not os.access(there, os.W_OK):
        raise NotWritable(f"{there} cannot be written; choose another directory with --data")
    return there


def see_space(path: Path) -> int:
    """How many bytes are free where `path` is, or will be.

    Raises: DiskFull if that is too little to start; NotWritable if it is no place for files at all.
    """
    there = see_place(path)
    free = shutil.disk_usage(there).free
    if free < NEEDED_BYTES:
        raise DiskFull(
            f"{there} has {free / 1e6:.0f} MB left, a node needs {NEEDED_BYTES / 1e6:.0f} MB to start; free some space"
            " there, or choose another directory with --data"
        )
    return free
