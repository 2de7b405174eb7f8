"""What is on volumes, and what lies below their root where it should not."""

import stat
from collections.abc import Mapping
from contextlib import suppress

from exchange.bonded.fenced.files import files_root
from streams.volumes.port import Found, Place
from streams.volumes.tree import DEPTH_MAX, Entry, content_of, directory, walk

STRAYS_MAX = 50
_PATH_MAX = 200
_OWN_TO_THE_DISK = "lost+found"


def on_volume(opened: int, place: Place, read: bool) -> Found:
    """Count the files of a volume, read them if that is wanted, and find what a file should not be.

    Shape: what its maker has closed to the port is no stray, but where something cannot be read no root is over it.
    """
    files, size, contents, strays = 0, 0, list[tuple[str, bytes]](), list[str]()
    closed: list[str] = []
    for entry in walk(opened, closed):
        if (why := _unfit(entry)) is not None:
            strays.append(f"{place.zone_id}/{place.subject_id}/{entry.path} ({why})")
        if entry.is_directory or not stat.S_ISREG(entry.status.st_mode):
            continue
        files += 1
        size += entry.status.st_size
        if read:
            try:
                contents.append((entry.path, content_of(entry)))
            except FileNotFoundError:
                continue
            except OSError:
                closed.append(entry.path)
    return Found(files, size, files_root(contents) if read and not closed else None, _shown(strays))


class Strays:
    """What lies outside every volume, told to the volume by whose pool it was written, or else to the last."""

    def __init__(self, places: Mapping[Place, str], groups: Mapping[str, int]) -> None:
        self._places = places
        self._pools = {group: pool_id for pool_id, group in groups.items()}
        self._found: dict[Place, list[str]] = {}

    def outside(self, entry: Entry, zone_id: str) -> None:
        """Something that is no volume and in none: it and all that is in it."""
        if entry.name == _OWN_TO_THE_DISK and entry.status.st_uid == 0:
            return
        path = f"{zone_id}/{entry.name}" if zone_id else entry.name
        self._add(entry, path, zone_id)
        if entry.is_directory:
            with suppress(FileNotFoundError, PermissionError), directory(entry.name, entry.parent) as inner:
                for each in walk(inner, [], path):
                    self._add(each, each.path, zone_id)

    def beside(self, place: Place, found: Found) -> Found:
        """What was found on a volume, with what was found outside and is told to it."""
        return found._replace(strays=_shown([*found.strays, *self._found.get(place, ())]))

    def _add(self, entry: Entry, path: str, zone_id: str) -> None:
        near = [place for place in self._places if zone_id in ("", place.zone_id)]
        pool_id = self._pools.get(entry.status.st_gid)
        its = [place for place in near if pool_id is not None and self._places[place] == pool_id]
        if told := (its or near)[-1:]:
            self._found.setdefault(told[0], []).append(path)


def _unfit(entry: Entry) -> str | None:
    """What is wrong with something on a volume."""
    mode = entry.status.st_mode
    if stat.S_ISLNK(mode):
        return "a link"
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return "no file"
    if stat.S_ISREG(mode) and entry.status.st_nlink > 1:
        return "has another name"
    if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
        return "runs as another"
    return "too deep" if entry.path.count("/") >= DEPTH_MAX else None


def _shown(paths: list[str]) -> tuple[str, ...]:
    """As many as a report holds, in order, and what of their names can be written down."""
    written = (path.encode("utf-8", "backslashreplace").decode() for path in paths)
    return tuple(
        sorted({each if len(each) <= _PATH_MAX else f"{each[: _PATH_MAX - 1]}…" for each in written})
    )[:STRAYS_MAX]
