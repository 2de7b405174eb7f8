"""A process's report of itself, for as long as it runs."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from streams.loop_lag import LoopLag
from streams.node.reports import Report, write_report

log = logging.getLogger(__name__)

_EVERY_S = 1.0


async def keep_telling(
    directory: Path,
    name: str,
    lag: LoopLag,
    state: Callable[[], str],
    details: Callable[[], Mapping[str, Any]],
) -> None:
    """Report once a second; a full disk is no reason to end, and the next report may succeed."""
    started_at = time.time()
    while True:
        report = Report(
            name=name,
            pid=os.getpid(),
            started_at=started_at,
            at=time.time(),
            state=state(),
            loop_lag_s=lag.recent_s,
            loop_lag_max_s=lag.max_s,
            loop_cpu_max_s=lag.max_cpu_s,
            details=details(),
        )
        try:
            write_report(directory, report)
        except OSError as error:
            log.error("%s cannot report: %s", name, error)
        await asyncio.sleep(_EVERY_S)
