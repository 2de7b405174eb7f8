"""One side of a comparison as a process of its own on a core of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import msgspec
import psutil

from tests.benchmarks.kafka import cores

_ROOT = Path(__file__).parents[2]
_END_S_MAX = 20.0
_SILENT_S_MAX = 180.0
"""Whoever says nothing for so long is killed: the slowest side of a run takes a quarter of it."""


class Process:
    """A running side. Shape: `said` waits for the next line it prints, a JSON object."""

    def __init__(self, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self._popen = popen
        self._log = log

    def said(self) -> dict[str, Any]:
        """Its next JSON line, banners left out. Raises: RuntimeError with its last words if it ended instead."""
        assert self._popen.stdout is not None
        silent = Timer(_SILENT_S_MAX, self._popen.kill)
        silent.start()
        line = b" "
        while line and not line.startswith(b"{"):
            line = self._popen.stdout.readline()
        silent.cancel()
        if not line:
            raise RuntimeError(f"a measured process ended:\n{self._log.read_text()[-4_000:]}")
        said: dict[str, Any] = json.loads(line)
        return said

    def alive(self) -> bool:
        """Whether it runs. Raises: RuntimeError with its last words if not."""
        if self._popen.poll() is not None:
            raise RuntimeError(f"a measured process ended:\n{self._log.read_text()[-4_000:]}")
        return True

    @property
    def cpu_s(self) -> float:
        """The CPU it has used so far, user and system, all threads."""
        used = psutil.Process(self._popen.pid).cpu_times()
        return used.user + used.system


@contextmanager
def running(module: str, job: msgspec.Struct, arguments: Sequence[str] = ()) -> Iterator[Process]:
    """Run `python -m MODULE` with a job while the block lasts; told to stop at its end, killed if it does not."""
    log = Path(tempfile.mkstemp(suffix=".log")[1])
    mine = cores()[0]
    with log.open("wb") as errors:
        popen = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            env=os.environ | {"BENCHMARK_JOB": msgspec.json.encode(job).decode(), "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            preexec_fn=lambda: os.sched_setaffinity(0, mine),
        )
    try:
        yield Process(popen, log)
    finally:
        popen.terminate()
        try:
            popen.wait(_END_S_MAX)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
        assert popen.stdout is not None
        popen.stdout.close()
        log.unlink()
