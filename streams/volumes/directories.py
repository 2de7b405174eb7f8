"""Volumes as directories, guarded by owners, groups and modes: `ROOT/ZONE/CONSIGNMENT` and `ROOT/ZONE/JOB-RUN`.

The owner is whoever runs the port; each pool of workers is a group. What is granted for reading is `rwxr-x---` with
files `rw-r-----`, for writing `rwxrws--T` with files `rw-rw----`; what nobody has is the owner's alone, and what is
sealed not even the owner's to write. A zone can be passed through, not listed.
"""

import getpass
import os
import re
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from exchange.kernel.errors import Misuse, Unavailable
from streams.volumes.inspecting import Strays, on_volume
from streams.volumes.port import Did, Found, Place
from streams.volumes.tree import Modes, directory, entries, flush, remove, set_mode, set_modes

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_PASSED_THROUGH = 0o711
_MODES: Mapping[tuple[str, bool], tuple[int, int]] = {
    ("none", False): (0o700, 0o600),
    ("none", True): (0o500, 0o400),
    ("read", False): (0o2750, 0o640),
    ("read", True): (0o2550, 0o440),
    ("write", False): (0o3770, 0o660),
}
_LIMITS = (
    "Nothing here sees screens: a worker can copy, photograph or remember what one shows.",
    "Nothing here closes networks: a process that may read a volume may send what it reads.",
    "A file that is open when its volume is closed stays open to whoever opened it.",
    "What is decided takes effect when this port looks again, not before.",
    "Contents are not encrypted: whoever has the disk, a copy of it, or root's rights reads them.",
    "Deleting does not overwrite the disk's blocks: destroying the key or the medium does.",
    "What workers write elsewhere than below the root is not looked for.",
)


class Directories:
    """The port over directories below `root`; `groups` are the group ids of pools.

    Raises: Misuse if the root is no directory of its own that nobody else may write to.
    """

    def __init__(self, root: Path, groups: Mapping[str, int]) -> None:
        self._root = root
        self._groups = groups
        self._is_root = os.geteuid() == 0
        _fit_root(root)

    def grant(self, place: Place, pool_id: str, mode: Literal["read", "write"], *, sealed: bool) -> Did:
        """Give a directory to a pool's group; where the pool has none, to nobody."""
        group = self._groups.get(pool_id)
        access = "read" if sealed else mode
        if group is None:
            self._set(place, "none", sealed, make=True)
            return Did(False, f"{pool_id} has no group here, so that nobody but {_user()} was let in")
        return self._set(place, access, sealed, group, make=True)

    def revoke(self, place: Place, *, sealed: bool) -> Did:
        """Close a directory to everybody but its owner."""
        return self._set(place, "none", sealed)

    def seal(self, place: Place) -> Did:
        """Close a directory, and take the right to write to anything in it away."""
        return self._set(place, "none", sealed=True)

    def destroy(self, place: Place) -> Did:
        """Delete a directory, and wait until the disk has it so."""
        zone_id, subject_id = _name(place.zone_id), _name(place.subject_id)
        try:
            with directory(str(self._root)) as root, directory(zone_id, root) as zone:
                with directory(subject_id, zone) as subject:
                    remove(subject)
                os.rmdir(subject_id, dir_fd=zone)
                flush(zone)
        except FileNotFoundError:
            return Did(True)
        except OSError as error:
            return Did(False, _why(error))
        return Did(True)

    def inspect(self, places: Mapping[Place, str], reading: Collection[Place]) -> Mapping[Place, Found]:
        """Look at every file below the root, and read those of some volumes.

        Raises: Unavailable if the root cannot be looked at.
        """
        strays = Strays(places, self._groups)
        try:
            with directory(str(self._root)) as root:
                found = self._found(root, places, reading, strays)
        except OSError as error:
            raise Unavailable(
                f"{self._root} cannot be looked at: {_why(error)}; see whether it is there, then look again"
            ) from error
        return {place: strays.beside(place, found.get(place, Found())) for place in places}

    def _found(
        self, root: int, places: Mapping[Place, str], reading: Collection[Place], strays: Strays
    ) -> Mapping[Place, Found]:
        found: dict[Place, Found] = {}
        zones = {place.zone_id for place in places}
        for entry in entries(root):
            if entry.name not in zones or not entry.is_directory:
                strays.outside(entry, "")
                continue
            with directory(entry.name, root) as zone:
                for inner in entries(zone):
                    place = Place(entry.name, inner.name)
                    if place not in places or not inner.is_directory:
                        strays.outside(inner, entry.name)
                    else:
                        with directory(inner.name, zone) as subject:
                            found[place] = on_volume(subject, place, place in reading)
        return found

    def limits(self) -> tuple[str, ...]:
        """What directories and permissions cannot do, and what they cannot for whoever runs this."""
        if self._is_root:
            return (*_LIMITS, "Root is bound by no permission: whoever is root has every volume.")
        user = _user()
        return (
            *_LIMITS,
            f"This port is not root: {user} can hand nothing to another owner, nor to a group it is not in.",
            "Files that workers made stay theirs: they can open them to others as long as they reach them.",
            f"Whatever else runs as {user} can do all that this port does.",
        )

    def _set(self, place: Place, access: str, sealed: bool, group: int = -1, make: bool = False) -> Did:
        on_directories, on_files = _MODES[access, sealed]
        owner = os.geteuid() if self._is_root else -1
        # The group that had it last has nothing by the modes; root takes it away all the same.
        given = os.getegid() if group == -1 and self._is_root else group
        modes = Modes(on_directories, on_files, owner, given)
        zone_id, subject_id = _name(place.zone_id), _name(place.subject_id)
        try:
            with directory(str(self._root)) as root:
                if make:
                    _made(zone_id, root, _PASSED_THROUGH)
                with directory(zone_id, root) as zone:
                    if make:
                        _made(subject_id, zone, 0o700)
                    with directory(subject_id, zone) as subject:
                        unwilling = set_modes(subject, modes)
        except FileNotFoundError:
            return Did(True)
        except OSError as error:
            return Did(False, _why(error))
        if unwilling:
            return Did(
                False, f"{unwilling} things belong to others, and keep their modes below a closed door"
            )
        return Did(True)


def _made(name: str, parent: int, mode: int) -> None:
    """Make a directory, unless it is there."""
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
        with directory(name, parent) as opened:
            set_mode(opened, mode)


def groups_named(given: Collection[str]) -> dict[str, int]:
    """Pools and their groups, as people write them. Raises: Misuse for what names none."""
    import grp

    found = {}
    for text in given:
        pool_id, equals, group = text.partition("=")
        if not (pool_id and equals and group):
            raise Misuse(f"{text!r} names no group; write one like POOL-1=annotators")
        try:
            found[pool_id] = int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
        except KeyError as error:
            raise Misuse(
                f"there is no group {group!r} on this machine; make it, then add the workers"
            ) from error
    return found


def _fit_root(root: Path) -> None:
    try:
        status = os.stat(root, follow_symlinks=False)
    except OSError as error:
        raise Misuse(
            f"{root} cannot be the root of volumes: {error.strerror}; make the directory first"
        ) from error
    if not stat.S_ISDIR(status.st_mode):
        raise Misuse(
            f"{root} cannot be the root of volumes: it is no directory; name one, and no link to one"
        )
    if status.st_uid != os.geteuid():
        raise Misuse(f"{root} cannot be the root of volumes: it is not {_user()}'s; run this as its owner")
    if status.st_mode & 0o022:
        raise Misuse(f"{root} cannot be the root of volumes: others may write to it; chmod go-w {root}")


def _name(text: str) -> str:
    """A name of one directory in another. Raises: Misuse for one that leads elsewhere."""
    if not _NAME.fullmatch(text):
        raise Misuse(
            f"{text!r} can be no directory's name: letters, digits and ._- are, the first two at its beginning"
        )
    return text


def _why(error: OSError) -> str:
    return f"{error.strerror}: {error.filename or ''}".rstrip(": ")[:200]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.geteuid()}"
