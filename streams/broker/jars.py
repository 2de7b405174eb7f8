"""The jars Kafka runs from: which they are, where they lie, whether they are whole."""

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse

LOCK = Path(__file__).with_name("jars.lock")
DIRECTORY_VARIABLE = "CORRIDOR_JARS"


class Jar(msgspec.Struct, frozen=True):
    """One locked jar, or an archive: Maven coordinates, and what its bytes must be."""

    group: str
    artifact: str
    version: str
    size_bytes: int
    sha256: str
    packaging: str = "jar"
    classifier: str = ""

    @property
    def file_name(self) -> str:
        """Its name in the jar directory; the group keeps equal artifact names apart."""
        return f"{self.group}.{self._own_name}"

    @property
    def repository_path(self) -> str:
        """Its path below any Maven repository's base address."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self._own_name}"

    @property
    def _own_name(self) -> str:
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.{self.packaging}"


def read_lock(path: Path = LOCK) -> Sequence[Jar]:
    """The locked jars in class path order, one a line: `group:artifact:version[:packaging:classifier] size sha256`."""
    rows = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return [_locked(*row) for row in rows]


def _locked(coordinates: str, size_bytes: str, sha256: str) -> Jar:
    group, artifact, version, *kind = coordinates.split(":")
    return Jar(group, artifact, version, int(size_bytes), sha256, *kind)


def write_lock(jars: Iterable[Jar], endpoints: Sequence[str], path: Path = LOCK) -> None:
    """Write the lock for what `endpoints` resolved to."""
    head = f"# {' and '.join(endpoints)} with everything they need: coordinates, bytes, SHA-256.\n"
    head += "# Written by `make lock-jars`; verified before every start.\n"
    rows = (f"{jar.group}:{jar.artifact}:{jar.version} {jar.size_bytes} {jar.sha256}\n" for jar in jars)
    path.write_text(head + "".join(rows))


def jar_directory(environ: Mapping[str, str] | None = None) -> Path:
    """Where the jars are kept: `CORRIDOR_JARS`, or `.cache/corridor/jars` in a checkout, or the user's cache."""
    environ = os.environ if environ is None else environ
    root = Path(__file__).resolve().parents[2]
    if named := environ.get(DIRECTORY_VARIABLE):
        directory = Path(named).expanduser().resolve()
    elif (root / "pyproject.toml").exists():
        directory = root / ".cache" / "corridor" / "jars"
    elif sys.platform == "darwin":
        directory = Path.home() / "Library" / "Caches" / "corridor" / "jars"
    else:
        directory = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corridor" / "jars"
    if os.pathsep in str(directory):
        raise Misuse(
            f"the jar directory {directory} has {os.pathsep!r} in its name, which a Java class path cannot hold; "
            f"set {DIRECTORY_VARIABLE} to another directory"
        )
    return directory


def is_whole(jar: Jar, directory: Path) -> bool:
    """Whether the jar is there with exactly the locked bytes."""
    path = directory / jar.file_name
    try:
        if path.stat().st_size != jar.size_bytes:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def class_path(jars: Iterable[Jar], directory: Path) -> str:
    """The class path that names exactly the locked jars, in their order."""
    return os.pathsep.join(str(directory / jar.file_name) for jar in jars)
