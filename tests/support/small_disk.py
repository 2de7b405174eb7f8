"""A disk so small that it can be filled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BALLAST = "ballast"
_BLOCK = 1 << 16


@contextmanager
def a_small_disk(path: Path, size_kb: int) -> Iterator[Path]:
    """A file system in memory at `path`. Skips a test whose user may not mount one."""
    path.mkdir(parents=True)
    mounted = _as_root("mount", "-t", "tmpfs", "-o", f"size={size_kb}k,mode=0777", "tmpfs", str(path))
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        yield path
    finally:
        _as_root("umount", "--lazy", str(path))


def fill(disk: Path, but_kb: int = 0) -> None:
    """Leave nothing free, or `but_kb`."""
    status = os.statvfs(disk)
    left = status.f_bavail * status.f_frsize - but_kb * 1024
    with (disk / _BALLAST).open("ab", buffering=0) as ballast:
        while left > 0:
            try:
                left -= ballast.write(bytes(min(left, _BLOCK)))
            except OSError:
                return


def clear(disk: Path) -> None:
    """Take away what `fill` put there."""
    (disk / _BALLAST).unlink()


def _as_root(*command: str) -> "subprocess.CompletedProcess[str]":
    asked = command if os.geteuid() == 0 else ("sudo", "-n", *command)
    try:
        return subprocess.run(asked, capture_output=True, text=True)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(asked, 127, "", str(error))
