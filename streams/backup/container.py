"""The file of a backup: a ZIP archive whose last member is the manifest, whole or not there at all."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO

import msgspec

from exchange.kernel.errors import AlreadyThere, BackupDamaged, ExchangeError, Misuse, OtherVersion
from streams.backup.manifest import FORMAT, Manifest
from streams.faults import fault

MANIFEST = "manifest.json"
_MANIFEST_BYTES_MAX = 64 << 20
_CHUNK_BYTES = 1 << 20
_READABLE_BY_OWNER = 0o600


class Member:
    """A member being written: counts and digests what goes through."""

    def __init__(self, file: IO[bytes]) -> None:
        self.size_bytes = 0
        self._file = file
        self._digest = blake2b(digest_size=32)

    def write(self, data: bytes) -> None:
        """Append to it."""
        self._file.write(data)
        self._digest.update(data)
        self.size_bytes += len(data)

    @property
    def digest(self) -> str:
        """BLAKE2b-256 over everything written."""
        return self._digest.hexdigest()


class Container:
    """A backup being written, one member after another."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def member(self, name: str, *, compress: bool = False) -> Iterator[Member]:
        """The next member. Shape: records come compressed already; `compress` is for what does not."""
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        about.external_attr = _READABLE_BY_OWNER << 16
        with self._archive.open(about, "w", force_zip64=True) as file:
            yield Member(file)


@contextmanager
def writing(path: Path) -> Iterator[Container]:
    """Write a new backup under a temporary name, and give it its own when it is whole and on the disk.

    Raises: AlreadyThere or NotWritable; DiskFull.
    """
    refuse_present(path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _READABLE_BY_OWNER)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                    archive.compresslevel = 1
                    yield Container(archive)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                raise AlreadyThere(f"{path} came to be there meanwhile; name another file")
            temporary.rename(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise fault(
            error, f"{path} cannot be written, and nothing is left of it", "name another place"
        ) from error


def refuse_present(path: Path) -> None:
    """Raises: AlreadyThere if there is something in the place of a new backup."""
    if path.exists():
        raise AlreadyThere(f"{path} is there already; name another file, or remove that one first")


class Archive:
    """A backup to read. Made by `reading`."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self.manifest = self._manifest()

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes. Raises: BackupDamaged if it is not in the file, or not whole."""
        try:
            with self._archive.open(name) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
        except (KeyError, zipfile.BadZipFile, EOFError, ValueError, OSError) as error:
            raise self.damaged(f"its part {name} cannot be read ({error})") from error

    def damaged(self, what: str) -> BackupDamaged:
        """What to say of a file that is not what was written."""
        return BackupDamaged(f"{self.path} is damaged: {what}; nothing was restored. Use another backup")

    def _manifest(self) -> Manifest:
        try:
            if self._archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES_MAX:
                raise self.damaged("its manifest is too large to be one")
            written = b"".join(self.chunks(MANIFEST))
            found = msgspec.json.decode(written, type=_Format).format
            if found != FORMAT:
                raise OtherVersion(
                    f"{self.path} was made in format {found}, this version reads {FORMAT}; restore it with the"
                    " version that made it"
                )
            return msgspec.json.decode(written, type=Manifest)
        except KeyError as error:
            raise BackupDamaged(
                f"{self.path} is no backup of a node: it has no {MANIFEST}; use another"
            ) from error
        except (msgspec.DecodeError, ExchangeError) as error:
            if isinstance(error, ExchangeError):
                raise
            raise self.damaged(f"its manifest cannot be read ({error})") from error


class _Format(msgspec.Struct):
    format: int


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Open a backup. Raises: BackupDamaged if it is none or cut short; OtherVersion; Misuse if it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Archive(path, archive)
    except zipfile.BadZipFile as error:
        raise BackupDamaged(
            f"{path} is no backup of a node, or was cut short ({error}); use another, or copy it again"
        ) from error
    except FileNotFoundError as error:
        raise Misuse(f"{path} is not there; name the file that `exchange backup` wrote") from error
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror or error}") from error
