"""What each process of a node says of itself, in a small file that is replaced every second."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import psutil

NODE = "node"
"""The supervisor's name among the reports."""
FRESH_S = 10.0
"""Who has said nothing for longer is not heard."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One process as it last spoke.

    Units: `at` and `started_at` are seconds since the Unix epoch; lags are seconds the loop was held, the longest
    since the first assignment was open; `loop_cpu_max_s` counts of each no more than the process computed itself.
    """

    name: str
    pid: int
    started_at: float
    at: float
    state: str
    loop_lag_s: float = 0.0
    loop_lag_max_s: float = 0.0
    loop_cpu_max_s: float = 0.0
    details: Mapping[str, Any] = {}

    @property
    def fresh(self) -> bool:
        """Whether it was said just now."""
        return self.at >= time.time() - FRESH_S


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def write_report(directory: Path, report: Report) -> None:
    """Replace the report of a process."""
    file = directory / f"{report.name}.json"
    temporary = directory / f"{report.name}.{report.pid}.new"
    temporary.write_bytes(msgspec.json.encode(report))
    temporary.rename(file)


def read_reports(directory: Path) -> list[Report]:
    """The last word of every process that ever reported here; what no process of this version wrote is left out."""
    found = []
    for file in sorted(directory.glob("*.json")):
        try:
            found.append(msgspec.json.decode(file.read_bytes(), type=Report))
        except (FileNotFoundError, msgspec.DecodeError):
            continue
    return found


def forget_reports(directory: Path) -> None:
    """Remove what processes said that ran before."""
    for pattern in ("*.json", "*.new"):
        for file in directory.glob(pattern):
            file.unlink(missing_ok=True)
