"""The command line as a person runs it: a process of its own."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from tests.support.calling import call

EXCHANGE = str(Path(sys.executable).parent / "exchange")
_ROOT = Path(__file__).parents[2]
_LONG_S = 280.0


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def exchange(*arguments: object, directory: Path, typed: str | bytes = b"") -> Ended:
    """Run `exchange ARGUMENTS` in `directory` with `typed` on standard input; what it imports is there already."""
    with ExitStack() as stack:
        given, out, err = streams = [stack.enter_context(TemporaryFile()) for _ in range(3)]
        given.write(typed.encode() if isinstance(typed, str) else typed)
        given.seek(0)
        numbers = [stream.fileno() for stream in streams]
        code = call(_warm(), [*map(str, arguments)], str(directory), numbers, _LONG_S)
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read().decode(), err.read().decode())


@cache
def _warm() -> str:
    """Where a process waits that has imported the command line, started with the first call (warm.py).

    Shape: beside its socket lies an `exchange` for the shell, which asks it too.
    """
    directory = tempfile.mkdtemp(prefix="corridor-warm-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    address = Path(directory) / "socket"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm", address],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    script = address.with_name("exchange")
    calling = Path(__file__).with_name("calling.py")
    script.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -IS "{calling}" "{address}" "{EXCHANGE}" "$@"\n', "utf-8"
    )
    script.chmod(0o755)
    return str(address)


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
    """Run a line of bash in which `exchange` is the command line, as in `exchange`."""
    environment = os.environ | {
        "PATH": f"{Path(_warm()).parent}:{Path(EXCHANGE).parent}:{os.environ['PATH']}"
    }
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
