"""Fetches the locked jars that are missing or not whole, a few at a time."""

import hashlib
import os
import ssl
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO

import certifi

from exchange.kernel.errors import ExchangeError, Unavailable
from streams.broker.jars import DIRECTORY_VARIABLE, Jar, is_whole, jar_directory, read_lock
from streams.faults import fault

REPOSITORY_VARIABLE = "CORRIDOR_MAVEN_REPOSITORY"
_CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
Told = Callable[[int, int, int], None]
_AT_ONCE = 4
_TRIES = 3
_CHUNK_BYTES = 1 << 16
_SILENCE_S_MAX = 60.0


class _Abandoned(Exception):
    """Another jar failed, or the caller gave up: this download stops too."""


class _Received:
    """Counts bytes as they arrive; called from several threads, with a negative number for a try that failed."""

    def __init__(self, jars: Sequence[Jar], told: Told) -> None:
        self._jars, self._of, self._bytes = len(jars), sum(jar.size_bytes for jar in jars), 0
        self._told = told
        self._lock = threading.Lock()
        self(0)

    def __call__(self, size_bytes: int) -> None:
        with self._lock:
            self._bytes += size_bytes
            self._told(self._jars, self._bytes, self._of)


def ensure_jars(
    directory: Path | None = None,
    jars: Sequence[Jar] | None = None,
    repository: str | None = None,
    told: Told = lambda jars, done_bytes, of_bytes: None,
) -> tuple[Path, Sequence[Jar]]:
    """Verify every locked jar and fetch those that are missing or differ; say where they are and which they are.

    Shape: while some are fetched, `told` hears of how many, the bytes that are there and those there will be.
    Raises: Unavailable when a jar cannot be had, naming it and the reason.
    """
    directory = directory or jar_directory()
    jars = read_lock() if jars is None else jars
    if wanted := missing_jars(directory, jars):
        _make(directory)
        _fetch_all(wanted, directory, repository or default_repository(), told)
    return directory, jars


def missing_jars(directory: Path | None = None, jars: Sequence[Jar] | None = None) -> Sequence[Jar]:
    """The locked jars that are not there, or not whole."""
    directory = directory or jar_directory()
    return [jar for jar in (read_lock() if jars is None else jars) if not is_whole(jar, directory)]


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_kept(directory, error) from error


def _not_kept(directory: Path, error: OSError) -> ExchangeError:
    remedy = f"set {DIRECTORY_VARIABLE} to another directory"
    return fault(error, f"Kafka's jars cannot be kept in {directory}", remedy)


def default_repository(environ: Mapping[str, str] | None = None) -> str:
    """The base address jars come from: `CORRIDOR_MAVEN_REPOSITORY`, or Maven's own default."""
    environ = os.environ if environ is None else environ
    if named := environ.get(REPOSITORY_VARIABLE):
        return named
    from jgo.maven import MavenContext  # slow to import, and needed only to download

    return next(iter(MavenContext().remote_repos.values()))


def _fetch_all(jars: Sequence[Jar], directory: Path, repository: str, told: Told) -> None:
    abandoned = threading.Event()
    context = certificates(os.environ)
    received = _Received(jars, told)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        fetching = [
            pool.submit(_fetch, jar, directory, repository, context, received, abandoned) for jar in jars
        ]
        try:
            for done in as_completed(fetching):
                done.result()
        except BaseException:
            abandoned.set()
            pool.shutdown(cancel_futures=True)
            raise


def _fetch(
    jar: Jar,
    directory: Path,
    repository: str,
    context: ssl.SSLContext,
    received: Callable[[int], None],
    abandoned: threading.Event,
) -> None:
    address = f"{repository.rstrip('/')}/{jar.repository_path}"
    for attempt in range(1, _TRIES + 1):
        try:
            return _fetch_once(jar, directory, address, context, received, abandoned)
        except _NotKept as error:
            raise _not_kept(directory, error.why) from error
        except (OSError, HTTPException, _Altered) as error:
            if attempt == _TRIES or _is_final(error):
                raise Unavailable(
                    f"{jar.artifact} {jar.version} could not be had from {repository}: {error}. Kafka needs it; "
                    "check the network and run the same command again, or name another repository in "
                    f"{REPOSITORY_VARIABLE}"
                ) from error
            abandoned.wait(attempt)


class _Altered(Exception):
    """What arrived is not what the lock says."""


class _NotKept(Exception):
    """What arrived could not be written down."""

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why = why


def _fetch_once(
    jar: Jar,
    directory: Path,
    address: str,
    context: ssl.SSLContext,
    received: Callable[[int], None],
    abandoned: threading.Event,
) -> None:
    digest, size_bytes = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix=f".{jar.artifact}-", suffix=".part", dir=directory)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            urllib.request.urlopen(address, timeout=_SILENCE_S_MAX, context=context) as response,
        ):
            while chunk := response.read(_CHUNK_BYTES):
                if abandoned.is_set():
                    raise _Abandoned
                digest.update(chunk)
                _write(file, chunk)
                size_bytes += len(chunk)
                received(len(chunk))
        if digest.hexdigest() != jar.sha256:
            raise _Altered(f"SHA-256 {digest.hexdigest()} arrived where {jar.sha256} is locked")
        Path(name).chmod(0o644)
        # Renamed only when whole: a crash leaves no file that looks finished.
        os.replace(name, directory / jar.file_name)
    except BaseException:
        received(-size_bytes)
        Path(name).unlink(missing_ok=True)
        raise


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        raise _NotKept(error) from error


def _is_final(error: Exception) -> bool:
    return isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code != 429


def certificates(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The system's certificates, those a variable names, and certifi's where the system has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for variable in _CERTIFICATE_VARIABLES:
        if (named := environ.get(variable)) and Path(named).is_file():
            context.load_verify_locations(named)
    return context
