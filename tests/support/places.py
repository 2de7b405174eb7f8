"""Places where nothing can be written: full, read-only; made for real, as root or in a namespace of one's own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[list[str]]:
    """A file system of its own at `path`. Shape: gives the words to put before a command that is to see it."""
    with _mounted(path, f"mount -t tmpfs -o size={size} none {path}") as prefix:
        yield prefix


@contextmanager
def read_only(path: Path) -> Iterator[list[str]]:
    """What lies at `path`, for reading only."""
    with _mounted(path, f"mount --bind {path} {path} && mount -o remount,ro,bind {path}") as prefix:
        yield prefix


@contextmanager
def _mounted(path: Path, mount: str) -> Iterator[list[str]]:
    path.mkdir(exist_ok=True)
    if os.geteuid() != 0 or subprocess.run(["sh", "-c", mount], capture_output=True, check=False).returncode:
        # Whoever is not root is root in a namespace of its own, in which each command mounts it anew.
        yield ["unshare", "-Urm", "sh", "-c", f'{mount} && exec "$@"', "sh"]
        return
    try:
        yield []
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)
