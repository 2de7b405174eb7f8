"""Who has a data directory: one process at a time, told by a lock that the system lifts when that process dies."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from exchange.kernel.errors import InUse, Unavailable

_LOOKED_AT_S_MAX = 1.0
"""Whoever looks holds the lock for a moment too; longer than this it is held by somebody who stays."""
_LOOK_AGAIN_S = 0.02


class Holder(NamedTuple):
    """A process, and what it does there."""

    pid: int
    does: str


@contextlib.contextmanager
def held(file: Path, does: str) -> Iterator[None]:
    """Hold the lock in `file` until the block ends.

    Raises: Misuse while another process holds it, naming it.
    """
    with file.open("a+") as lock:
        until = time.monotonic() + _LOOKED_AT_S_MAX
        while not _taken(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise in_use(file.parent.parent, holder(file))
            time.sleep(_LOOK_AGAIN_S)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {does}")
        lock.flush()
        yield


def holder(file: Path) -> Holder | None:
    """Who holds the lock in `file`, if anybody does.

    Raises: Unavailable if it cannot be told, because it is changing hands.
    """
    until = time.monotonic() + _LOOKED_AT_S_MAX
    while True:
        try:
            with file.open("r") as lock:
                if _taken(lock.fileno(), fcntl.LOCK_SH):
                    return None
                pid, _, does = lock.read().partition(" ")
        except FileNotFoundError:
            return None
        if pid.isdecimal():
            return Holder(int(pid), does)
        if time.monotonic() > until:
            raise Unavailable(f"{file.parent.parent} is changing hands just now; ask again")
        time.sleep(_LOOK_AGAIN_S)


def in_use(directory: Path, holder: Holder | None) -> InUse:
    """What to say to whoever wants a directory that another process has."""
    if holder is None:
        return InUse(f"{directory} is in use by another process; try again")
    if holder.does == RUNS_A_NODE:
        return InUse(
            f"a node already runs in {directory} (process {holder.pid}); `exchange down` ends it,"
            " `exchange status` shows it"
        )
    return InUse(f"process {holder.pid} {holder.does} in {directory}; wait until it is done")


RUNS_A_NODE = "runs a node"


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
