"""Kafka's Java processes: how they are called, found again and ended."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from exchange.kernel.errors import Unavailable
from streams.broker.archive import archive_of, starting_from
from streams.broker.jars import Jar, class_path
from streams.broker.layout import Layout

_HEAP = ("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
# Starts sooner and stays smaller than with the optimising compiler, which one node does not need.
_QUICK = ("-XX:TieredStopAtLevel=1",)
_PLAIN = ("-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true")
_FORMAT_S_MAX = 120.0
_TELLING = ("ERROR", "FATAL", "Exception", "Error:")


class Kafka:
    """How Kafka is run in one directory with one Java and one set of jars.

    Shape: `options` for Java take the place of starting from the archive of classes.
    """

    def __init__(
        self,
        layout: Layout,
        java: Path,
        jars: Sequence[Jar],
        jar_directory: Path,
        options: Sequence[str] = (),
    ) -> None:
        self._layout = layout
        self._options = options
        self._command = [
            str(java),
            *_HEAP,
            *_QUICK,
            *_PLAIN,
            *(() if options else starting_from(archive_of(java, jars, jar_directory))),
            f"-Dlog4j2.configurationFile={layout.logging.name}",
            "-cp",
            class_path(jars, jar_directory),
        ]

    def format(self, cluster_id: str, *, standalone: bool = True, users: Sequence[str] = ()) -> None:
        """Format the log directory beside its place, to be renamed when it is whole.

        Shape: `standalone` is a quorum of its own; else the settings name the voters. `users` are there from the
        beginning, each as `SCRAM-SHA-256=[name=…,password=…]`.
        """
        # What a start left that died while formatting would be refused as formatted already.
        shutil.rmtree(self._layout.formatting, ignore_errors=True)
        arguments = ["format", "-t", cluster_id, "-c", self._layout.format_properties.name]
        if standalone:
            arguments.append("--standalone")
        for user in users:
            arguments += ["--add-scram", user]
        try:
            answer = subprocess.run(
                [*self._command, "kafka.tools.StorageTool", *arguments],
                cwd=self._layout.directory,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_FORMAT_S_MAX,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"Kafka could not format {self._layout.log}: {error}") from error
        if answer.returncode:
            said = telling_lines((answer.stderr or answer.stdout).splitlines())
            raise Unavailable(f"Kafka could not format {self._layout.log}: {said}")
        self._layout.formatting.rename(self._layout.log)

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the broker in a session of its own: a Ctrl-C in the terminal is ours to handle, not Kafka's."""
        with self._layout.console.open("wb") as console:
            process = subprocess.Popen(
                [
                    self._command[0],
                    *self._options,
                    *self._command[1:],
                    _mark(self._layout),
                    "kafka.Kafka",
                    self._layout.properties.name,
                ],
                cwd=self._layout.directory,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._layout.pid.write_text(f"{process.pid}\n")
        return process


def find(layout: Layout) -> psutil.Process | None:
    """The broker process of this directory if one runs, whoever started it."""
    try:
        process = psutil.Process(int(layout.pid.read_text()))
        return process if is_running(process) and _mark(layout) in process.cmdline() else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def is_running(process: psutil.Process) -> bool:
    """Whether the process lives; one that ended and was not yet waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def log_end(layout: Layout) -> int:
    """Where Kafka's log ends now: what comes after belongs to the next start."""
    return layout.kafka_log.stat().st_size if layout.kafka_log.exists() else 0


def why(layout: Layout, since: int) -> str:
    """The last lines that tell why Kafka ended, out of what it logged from `since` on and printed."""
    said = b""
    if layout.kafka_log.exists():
        logged = layout.kafka_log.read_bytes()
        said += logged[since if since <= len(logged) else 0 :]  # a shorter log is a new one
    if layout.console.exists():
        said += layout.console.read_bytes()
    return telling_lines(said.decode(errors="replace").splitlines())


def telling_lines(lines: Sequence[str], at_most: int = 3) -> str:
    """The last few lines that name an error, or the last lines at all."""
    telling = [line.strip() for line in lines if any(word in line for word in _TELLING)]
    chosen = telling or [line.strip() for line in lines if line.strip()]
    return " / ".join(line[:300] for line in chosen[-at_most:]) or "it said nothing"


def _mark(layout: Layout) -> str:
    # On the command line, so that a process id given away anew is never taken for this broker.
    return f"-Dcorridor.directory={layout.directory}"
