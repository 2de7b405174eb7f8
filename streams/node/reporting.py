"""A worker's report of itself, for as long as it runs."""

import asyncio
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path

from streams.app import HostApp
from streams.node.reports import Report, write_report
from streams.worker import Reporting

log = logging.getLogger(__name__)

_EVERY_S = 1.0


async def keep_reporting(directory: Path, name: str, app: HostApp, hosts: Sequence[Reporting]) -> None:
    """Report once a second; a full disk is no reason to end, and the next report may succeed."""
    started_at = time.time()
    while True:
        report = Report(
            name=name,
            pid=os.getpid(),
            started_at=started_at,
            at=time.time(),
            state="running" if app.partitions.generation.current else "joining",
            loop_lag_s=app.lag.recent_s,
            loop_lag_max_s=app.lag.max_s,
            loop_cpu_max_s=app.lag.max_cpu_s,
            details={key: value for host in hosts for key, value in host.report().items()},
        )
        try:
            write_report(directory, report)
        except OSError as error:
            log.error("%s cannot report: %s", name, error)
        await asyncio.sleep(_EVERY_S)
