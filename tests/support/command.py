"""The command line as a person runs it: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

EXCHANGE = str(Path(sys.executable).parent / "exchange")
_LONG_S = 280.0


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def exchange(*arguments: object, directory: Path, typed: str | bytes = b"") -> Ended:
    """Run `exchange ARGUMENTS` in `directory` with `typed` on standard input."""
    ended = subprocess.run(
        [EXCHANGE, *map(str, arguments)],
        cwd=directory,
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        timeout=_LONG_S,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@contextmanager
def running(*arguments: object, directory: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A command that goes on while the block runs, and is killed after it."""
    process = subprocess.Popen(
        [EXCHANGE, *map(str, arguments)],
        cwd=directory,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Whoever runs the tests in the background may have had Ctrl-C ignored, which children inherit.
        preexec_fn=_hear_ctrl_c,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def shell(line: str, directory: Path) -> Ended:
    """Run a line of bash in which `exchange` is the command line."""
    environment = os.environ | {"PATH": f"{Path(EXCHANGE).parent}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LONG_S,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
