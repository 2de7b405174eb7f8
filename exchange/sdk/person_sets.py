"""Sets of persons as files: salted hashes that can be united and counted, and say nothing of who is in them.

A file begins with `persons1`, a byte that says how long the salt's id is, and that id in ASCII; then follow the hashes,
16 bytes each, rising, each once. It is known by the BLAKE2b-256 of all its bytes, so equal sets of one salt are equal
files. A hash is the keyed BLAKE2b of an identifier (UTF-8, in the form NFC, without white space around it); the key is
the exporter's salt. Whoever has the salt could try identifiers out, so it never leaves its exporter.
"""

import os
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from hashlib import blake2b
from heapq import merge
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from exchange.kernel.errors import Misuse

_MAGIC = b"persons1"
_HASH_BYTES = 16
_SALT_BYTES = 32
_BLOCK_HASHES = 4_096
_RUN_HASHES = 500_000
"""Hashes that are sorted in memory at once; more go through runs on disk."""


class PersonsCounted(NamedTuple):
    """A set of persons: how many, the digest of its file, and the id of its salt."""

    persons: int
    digest: bytes
    salt_id: str


def new_salt(path: Path) -> None:
    """Make a salt that only its owner can read.

    Raises: Misuse if the file is there: whoever overwrote a salt could unite none of its sets any more.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misuse(f"{path} cannot be made: {error.strerror}; a salt is made once and kept") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SALT_BYTES))


def read_salt(path: Path) -> bytes:
    """A salt from its file. Raises: Misuse if it holds none."""
    try:
        salt = path.read_bytes()
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}; --new-salt makes a salt") from error
    if len(salt) != _SALT_BYTES:
        raise Misuse(f"{path} holds {len(salt)} bytes; a salt has {_SALT_BYTES}")
    return salt


def salt_id(salt: bytes) -> str:
    """The name of a salt, from which nobody finds it."""
    return blake2b(b"salt", digest_size=8, key=salt).hexdigest()


def hash_persons(
    identifiers: Iterable[str], salt: bytes, into: Path | None, told: Callable[[int], None] = lambda _: None
) -> PersonsCounted:
    """Hash identifiers, each once, into a set; without `into` it is counted only. Shape: `told` hears how many so far.

    Memory is bounded by sorting runs of them on disk.
    """
    if into is not None and not into.parent.is_dir():
        raise Misuse(f"{into} cannot be written: there is no directory {into.parent}")
    with TemporaryDirectory(dir=None if into is None else into.parent) as directory, ExitStack() as files:
        runs = [
            _run(Path(directory) / f"{number}", run)
            for number, run in enumerate(_runs(identifiers, salt, told))
        ]
        streams = [_hashes(files.enter_context(run.open("rb")), run) for run in runs]
        return _written(merge(*streams), salt_id(salt), into)


def unite(sets: Iterable[Path], into: Path | None) -> PersonsCounted:
    """The union of sets of one salt; without `into` it is counted only.

    Raises: Misuse if a file is no set, or two have different salts.
    """
    with ExitStack() as files:
        opened = [(path, files.enter_context(_opened(path))) for path in sets]
        salts = {_head(file, path): path for path, file in opened}
        if len(salts) != 1:
            named = " and ".join(map(str, salts.values())) or "none"
            raise Misuse(f"sets of one salt can be united, and not {named}; hash them with one salt")
        (salt,) = salts
        return _written(merge(*(_hashes(file, path) for path, file in opened)), salt, into)


def read_set(path: Path) -> PersonsCounted:
    """What a set is, having read all of it. Raises: Misuse if it is none."""
    return unite([path], None)


def _runs(identifiers: Iterable[str], salt: bytes, told: Callable[[int], None]) -> Iterator[list[bytes]]:
    run, count = set[bytes](), 0
    for identifier in identifiers:
        plain = unicodedata.normalize("NFC", identifier.strip())
        if not plain:
            continue
        count += 1
        run.add(blake2b(plain.encode(), digest_size=_HASH_BYTES, key=salt).digest())
        if len(run) == _RUN_HASHES:
            told(count)
            yield sorted(run)
            run.clear()
    told(count)
    yield sorted(run)


def _run(path: Path, hashes: list[bytes]) -> Path:
    path.write_bytes(b"".join(hashes))
    return path


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from error


def _head(file: BinaryIO, path: Path) -> str:
    """The id of a set's salt, read off its beginning."""
    magic, length = file.read(len(_MAGIC)), file.read(1)
    name = file.read(length[0]) if length else b""
    if magic != _MAGIC or not length or len(name) != length[0] or not name.isalnum() or not name.isascii():
        raise Misuse(f"{path} is no set of persons; `exchange persons hash` makes one")
    return name.decode()


def _hashes(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The hashes of a set or a run, from where it stands. Raises: Misuse where they do not rise."""
    before = b""
    while block := file.read(_BLOCK_HASHES * _HASH_BYTES):
        if len(block) % _HASH_BYTES:
            raise Misuse(f"{path} ends in the middle of a hash; copy it again")
        for place in range(0, len(block), _HASH_BYTES):
            one = block[place : place + _HASH_BYTES]
            if one <= before:
                raise Misuse(f"{path} is no set of persons: its hashes do not rise")
            yield one
            before = one


def _written(hashes: Iterator[bytes], salt: str, into: Path | None) -> PersonsCounted:
    """Count each hash once, and write it if there is a file to write it to."""
    if into is None:
        return _counted(hashes, salt, lambda _: None)
    # Under a name of its own until it is whole.
    part = into.with_name(f"{into.name}.part")
    try:
        with _made(part) as file:
            counted = _counted(hashes, salt, file.write)
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)
    return counted


def _counted(hashes: Iterator[bytes], salt: str, write: Callable[[bytes], object]) -> PersonsCounted:
    digest, count, before = blake2b(digest_size=32), 0, b""
    head = _MAGIC + bytes([len(salt)]) + salt.encode("ascii")
    digest.update(head)
    write(head)
    for one in hashes:
        if one != before:
            digest.update(one)
            write(one)
            count, before = count + 1, one
    return PersonsCounted(count, digest.digest(), salt)


def _made(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise Misuse(f"{path} cannot be written: {error.strerror}") from error
