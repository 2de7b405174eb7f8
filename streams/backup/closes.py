"""Closes of days in a backup: their files, and the public keys they were signed with; never the key that signs.

Whoever has a copy of a backup has what is in it: with the key they could sign closes of other books.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from exchange.store import Store
from streams.backup.checking import digested
from streams.backup.container import Archive, Container
from streams.backup.manifest import FilePart
from streams.ledger_kept import FILES, give_rows, kept
from streams.node.directory import DataDirectory

_CLOSES, _KEYS, _PUBLIC = "closes", "keys", "keys/ledger.pub"
_NAME = re.compile(rf"{_CLOSES}/[A-Za-z]+-\d+-\d{{4}}-\d\d-\d\d\.json|{re.escape(_PUBLIC)}")


def put(container: Container, directory: DataDirectory) -> list[FilePart]:
    """Copy them. Shape: after the tables, so that every row of these has its file."""
    return [_put(container, directory.path, name) for name in _names(directory.path)]


def take_out(archive: Archive, directory: DataDirectory, store: Store) -> None:
    """Write them into a directory, and the rows that the tables do not have."""
    for part in archive.manifest.files:
        path = directory.path / part.name
        path.parent.mkdir(mode=0o700 if path.parent.name == _KEYS else 0o777, exist_ok=True)
        path.write_bytes(b"".join(digested(archive, part.member, part.digest)))
    found = kept(store, directory.path / _CLOSES)
    signed = (each for of_ledger in found.closes.values() for each in of_ledger)
    if found.unrowed:
        give_rows(store, [each for each in signed if each.digest in found.unrowed])


def check_files(archive: Archive) -> Iterator[None]:
    """Read all of them. Raises: BackupDamaged for what is not what was written, or would go elsewhere."""
    for part in archive.manifest.files:
        if not _NAME.fullmatch(part.name):
            raise archive.damaged(f"{part.name!r} is the name of no close of a day")
        for _ in digested(archive, part.member, part.digest):
            yield


def count(files: Iterable[FilePart]) -> int:
    """How many closes there are among them."""
    return sum(part.name != _PUBLIC for part in files)


def remove(path: Path) -> None:
    """Take away what a restore that was broken off wrote."""
    shutil.rmtree(path / _CLOSES, ignore_errors=True)
    shutil.rmtree(path / _KEYS, ignore_errors=True)


def _names(path: Path) -> list[str]:
    closes = [f"{_CLOSES}/{file.name}" for file in sorted((path / _CLOSES).glob(FILES))]
    return [*closes, *([_PUBLIC] if (path / _PUBLIC).exists() else [])]


def _put(container: Container, path: Path, name: str) -> FilePart:
    with container.member(name, compress=True) as member:
        member.write((path / name).read_bytes())
    return FilePart(name=name, member=name, size_bytes=member.size_bytes, digest=member.digest)
