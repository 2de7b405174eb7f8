"""Directories below one root, never followed out of it: every step is taken from an open directory, past no link."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import NamedTuple

_DIRECTORY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ANYTHING = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_READ_BYTES = 1 << 20
DEPTH_MAX = 64
"""Directories in directories that are looked into; nobody needs more, and each takes a file descriptor."""


class Entry(NamedTuple):
    """Something in a directory that is open. Shape: `path` is below where the walk began."""

    path: str
    name: str
    parent: int
    status: os.stat_result

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory, and no link to one."""
        return stat.S_ISDIR(self.status.st_mode)

    @property
    def is_plain_file(self) -> bool:
        """Whether it is a file that has no other name: what is done to it is done to nothing elsewhere."""
        return stat.S_ISREG(self.status.st_mode) and self.status.st_nlink == 1


@contextmanager
def directory(name: str, parent: int | None = None) -> Iterator[int]:
    """An open directory. Raises: OSError if it is not there, is none, or is a link."""
    opened = os.open(name, _DIRECTORY, dir_fd=parent)
    try:
        yield opened
    finally:
        os.close(opened)


def walk(opened: int, closed: list[str], path: str = "", depth: int = 0) -> Iterator[Entry]:
    """Everything in a directory and below, each directory before what is in it; `closed` gets those not to enter."""
    for entry in entries(opened, path):
        yield entry
        if entry.is_directory and depth < DEPTH_MAX:
            try:
                with directory(entry.name, opened) as inner:
                    yield from walk(inner, closed, entry.path, depth + 1)
            except FileNotFoundError:
                continue
            except PermissionError:
                closed.append(entry.path)


def entries(opened: int, path: str = "") -> list[Entry]:
    """What is in a directory now, by name."""
    found = []
    for name in sorted(os.listdir(_itself(opened))):
        with suppress(FileNotFoundError):
            status = os.stat(name, dir_fd=opened, follow_symlinks=False)
            found.append(Entry(f"{path}{'/' if path else ''}{name}", name, opened, status))
    return found


def set_mode(opened: int, mode: int) -> None:
    """Set the mode of what is open."""
    os.chmod(_itself(opened), mode)


class Modes(NamedTuple):
    """How everything on a volume is to be. Shape: an owner or a group of -1 stays as it is."""

    directories: int
    files: int
    owner: int = -1
    group: int = -1


def set_modes(opened: int, modes: Modes, depth: int = 0) -> int:
    """Set owners, groups and modes of a directory and all that is in it; gives how many things would not have it.

    Shape: the directory is closed first and opened last, so that nobody has it while it is half done. What has several
    names, or is neither file nor directory, is left alone: it may lie elsewhere too.
    """
    os.chmod(_itself(opened), 0o700)
    unwilling = 0
    for entry in entries(opened):
        try:
            if entry.is_directory and depth < DEPTH_MAX:
                with directory(entry.name, opened) as inner:
                    unwilling += set_modes(inner, modes, depth + 1)
            elif entry.is_plain_file:
                _set_file(entry, modes)
        except FileNotFoundError:
            continue
        except PermissionError:
            unwilling += 1
    _own(opened, modes)
    os.chmod(_itself(opened), modes.directories)
    return unwilling


def _set_file(entry: Entry, modes: Modes) -> None:
    opened = os.open(entry.name, _ANYTHING, dir_fd=entry.parent)
    try:
        status = os.fstat(opened)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            _own(opened, modes)
            os.chmod(_itself(opened), modes.files)
    finally:
        os.close(opened)


def _own(opened: int, modes: Modes) -> None:
    if modes.owner != -1 or modes.group != -1:
        os.chown(_itself(opened), modes.owner, modes.group)


def remove(opened: int, depth: int = 0) -> None:
    """Delete all that is in a directory. Raises: OSError for what cannot be deleted."""
    os.chmod(_itself(opened), 0o700)
    for entry in entries(opened):
        if entry.is_directory and depth < DEPTH_MAX:
            with directory(entry.name, opened) as inner:
                remove(inner, depth + 1)
            os.rmdir(entry.name, dir_fd=opened)
        else:
            os.unlink(entry.name, dir_fd=opened)


def flush(opened: int) -> None:
    """Have the disk remember what a directory holds."""
    real = os.open(_itself(opened), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(real)
    finally:
        os.close(real)


def content_of(entry: Entry) -> bytes:
    """The SHA-256 of a file. Raises: OSError if it cannot be read."""
    digest = sha256()
    with open(os.open(entry.name, _FILE, dir_fd=entry.parent), "rb", buffering=0) as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
    return digest.digest()


def _itself(opened: int) -> str:
    """A name of what is open that leads nowhere else, whatever is renamed meanwhile. Linux only."""
    return f"/proc/self/fd/{opened}"
