"""Is the loop held? Nothing may hold it longer than 10 to 20 ms, or heartbeats and everybody's latency suffer."""

import asyncio
import logging
import time

from streams.metrics.instruments import LOOP_HELD

log = logging.getLogger(__name__)


class LoopLag:
    """How late the event loop is, measured by a nap that should have been short.

    Units: seconds.
    """

    def __init__(self, *, alarm_s: float = 1.0, every_s: float = 0.05) -> None:
        self._alarm_s = alarm_s
        self._every_s = every_s
        self.recent_s = 0.0
        """The worst of about the last second, fading."""
        self.max_s = 0.0
        """The worst since `begin`."""
        self.max_cpu_s = 0.0
        """The worst of these, each counted as no longer than this thread itself computed meanwhile.

        On a busy machine others hold a process up as well; this is what the process did.
        """
        self.alarms = 0

    def begin(self) -> None:
        """Forget the worst so far: starting, which loads and folds, is over."""
        self.max_s = self.max_cpu_s = 0.0

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            asleep_at, computed_s = time.monotonic(), time.thread_time()
            await asyncio.sleep(self._every_s)
            lag_s = max(0.0, time.monotonic() - asleep_at - self._every_s)
            self._note(lag_s, time.thread_time() - computed_s)

    def _note(self, lag_s: float, cpu_s: float) -> None:
        self.max_cpu_s = max(self.max_cpu_s, min(lag_s, cpu_s))
        self.recent_s = max(lag_s, self.recent_s * (1 - self._every_s))
        self.max_s = max(self.max_s, lag_s)
        if lag_s > self._alarm_s:
            self.alarms += 1
            LOOP_HELD.inc()
            log.error(
                "The event loop was held for %.1f s (alarm above %.1f s): something computes without yielding; "
                "after the session timeout the group takes this worker's partitions away",
                lag_s,
                self._alarm_s,
                extra={"held_s": lag_s},
            )
