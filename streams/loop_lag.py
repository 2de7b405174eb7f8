"""Is the loop held? Nothing may hold it longer than 10 to 20 ms, or heartbeats and everybody's latency suffer."""

import asyncio
import logging
import time

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
        self.alarms = 0

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            asleep_at = time.monotonic()
            await asyncio.sleep(self._every_s)
            self._note(max(0.0, time.monotonic() - asleep_at - self._every_s))

    def _note(self, lag_s: float) -> None:
        self.recent_s = max(lag_s, self.recent_s * (1 - self._every_s))
        self.max_s = max(self.max_s, lag_s)
        if lag_s > self._alarm_s:
            self.alarms += 1
            log.error(
                "The event loop was held for %.1f s (alarm above %.1f s): something computes without yielding; "
                "after the session timeout the group takes this worker's partitions away",
                lag_s,
                self._alarm_s,
            )
