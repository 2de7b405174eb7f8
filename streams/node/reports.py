"""What each process of a node says of itself, in a small file that is replaced every second."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from streams.app import HostApp
from streams.worker import Reporting

_EVERY_S = 1.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One process as it last spoke.

    Units: `at` and `started_at` are seconds since the Unix epoch; lags are seconds the loop was held.
    """

    name: str
    pid: int
    started_at: float
    at: float
    state: str
    loop_lag_s: float = 0.0
    loop_lag_max_s: float = 0.0
    details: Mapping[str, Any] = {}


def write_report(directory: Path, report: Report) -> None:
    """Replace the report of a process."""
    file = directory / f"{report.name}.json"
    temporary = file.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(report))
    temporary.rename(file)


def read_reports(directory: Path) -> list[Report]:
    """The last word of every process that ever reported here."""
    return [msgspec.json.decode(file.read_bytes(), type=Report) for file in sorted(directory.glob("*.json"))]


async def keep_reporting(directory: Path, name: str, app: HostApp, hosts: Sequence[Reporting]) -> None:
    """Report once a second for as long as the worker runs."""
    started_at = time.time()
    while True:
        details = {key: value for host in hosts for key, value in host.report().items()}
        ready = app.partitions.generation.current
        report = Report(
            name=name,
            pid=os.getpid(),
            started_at=started_at,
            at=time.time(),
            state="running" if ready else "joining",
            loop_lag_s=app.lag.recent_s,
            loop_lag_max_s=app.lag.max_s,
            details=details,
        )
        write_report(directory, report)
        await asyncio.sleep(_EVERY_S)
