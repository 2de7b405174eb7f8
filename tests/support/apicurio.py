"""A real schema registry of others: Apicurio, from its Maven artefact, on loopback for as long as a test needs it."""

import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from streams.broker.download import ensure_jars
from streams.broker.jars import Jar, jar_directory, read_lock
from streams.broker.java import find_java
from streams.broker.ports import LOOPBACK, free_port
from streams.broker.process import telling_lines

_LOCK = Path(__file__).with_name("apicurio.lock")
_PATH = "/apis/ccompat/v7"
_JAVA = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_QUIET = ("-Dquarkus.log.level=WARN", "-Dquarkus.http.access-log.enabled=false")
_START_S_MAX = 120.0
_LOOK_AGAIN_S = 0.1


class Apicurio:
    """The process. Its schemas are kept in memory, so each start is an empty registry."""

    def __init__(self, directory: Path) -> None:
        """Begin to start it in `directory`; `wait` until it answers."""
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}{_PATH}"
        self._output = directory / "apicurio.out"
        home = _unpacked()
        listen = (f"-Dquarkus.http.host={LOOPBACK}", f"-Dquarkus.http.port={port}")
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [str(find_java()), *_JAVA, *_QUIET, *listen, "-jar", str(next(home.glob("*-runner.jar")))],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> str:
        """Wait until it answers; its address."""
        deadline = time.monotonic() + _START_S_MAX
        while not _answers(self.url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = telling_lines(self._output.read_text(errors="replace").splitlines())
                raise AssertionError(f"Apicurio does not answer: {said}")
            time.sleep(_LOOK_AGAIN_S)
        return self.url

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/subjects", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def _unpacked() -> Path:
    """Where the archive is unpacked; fetched, verified and unpacked first if need be."""
    (archive,) = read_lock(_LOCK)
    directory = jar_directory().with_name("apicurio")
    ensure_jars(directory, [archive])
    home = directory / archive.sha256[:16]
    if not home.exists():
        _unpack(archive, directory, home)
    return home


def _unpack(archive: Jar, directory: Path, home: Path) -> None:
    """Beside its place, and renamed when it is whole."""
    beside = Path(tempfile.mkdtemp(dir=directory))
    with tarfile.open(directory / archive.file_name) as packed:
        packed.extractall(beside, filter="data")
    try:
        beside.rename(home)
    except OSError:
        shutil.rmtree(beside)  # another run was quicker
