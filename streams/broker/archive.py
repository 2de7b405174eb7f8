"""Kafka's classes as one Java has parsed and checked them: a file that later starts map instead of doing it again."""

import asyncio
import hashlib
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from exchange.kernel.errors import Unavailable
from streams.broker.jars import Jar, class_path


def archive_of(java: Path, jars: Sequence[Jar], jar_directory: Path) -> Path:
    """Where the archive for this Java and these jars is kept, all as they were last written.

    Java itself checks that it fits, down to these times, and goes without any archive if it does not.
    """
    home = java.resolve().parent.parent
    written = [_written(home / "lib" / "modules"), *(_written(jar_directory / jar.file_name) for jar in jars)]
    return jar_directory / f"{_name(home, jars, jar_directory)}{_digest(written)}.jsa"


def _name(home: Path, jars: Sequence[Jar], jar_directory: Path) -> str:
    return f"classes-{_digest((home, class_path(jars, jar_directory), *(jar.sha256 for jar in jars)))}-"


def _written(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def _digest(known: Iterable[object]) -> str:
    return hashlib.sha256(" ".join(map(str, known)).encode()).hexdigest()[:16]


def starting_from(archive: Path) -> tuple[str, ...]:
    """Java's options to start from the archive, if there is one."""
    return (f"-XX:SharedArchiveFile={archive}", "-Xshare:auto") if archive.exists() else ()


async def make_archive(java: Path, jars: Sequence[Jar], jar_directory: Path) -> None:
    """Start a Kafka for the occasion, and have Java keep the classes it named.

    Raises: Unavailable with Java's own words if it keeps none; what Kafka's start raises.
    """
    from streams.broker.embedded import EmbeddedBroker  # which starts from archives

    archive = archive_of(java, jars, jar_directory)
    with tempfile.TemporaryDirectory(prefix="kafka-", dir=jar_directory) as directory:
        named, written = Path(directory) / "classes", Path(directory) / archive.name
        broker = EmbeddedBroker(
            Path(directory) / "broker", java_options=(f"-XX:DumpLoadedClassList={named}",)
        )
        await broker.start()
        await broker.stop()
        keep = (
            str(java),
            "-Xshare:dump",
            f"-XX:SharedClassListFile={named}",
            f"-XX:SharedArchiveFile={written}",
            "-XX:+UseSerialGC",
            "-cp",
            class_path(jars, jar_directory),
        )
        answer = await asyncio.to_thread(subprocess.run, keep, capture_output=True, text=True, check=False)
        if answer.returncode or not written.exists():
            raise Unavailable(f"{java} keeps no classes: {(answer.stderr or answer.stdout).strip()[-300:]}")
        for old in jar_directory.glob(f"{_name(java.resolve().parent.parent, jars, jar_directory)}*.jsa"):
            old.unlink(missing_ok=True)
        written.replace(archive)
