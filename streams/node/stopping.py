"""Ending a worker that is asked to: in order if it can be, at once if that takes too long."""

import asyncio
import logging
import os
import signal

log = logging.getLogger(__name__)

STOP_S_MAX = 12.0
"""Without Kafka a producer would wait for ever to deliver what it holds; who does not wait loses nothing by it."""


class Stop:
    """Whether this worker is to end. Shape: `event` is set by SIGTERM and SIGINT, or by calling it."""

    def __init__(self, slot: str) -> None:
        self.event = asyncio.Event()
        self._slot = slot
        self._loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(sign, self)

    def __call__(self) -> None:
        if not self.event.is_set():
            self.event.set()
            self._loop.call_later(STOP_S_MAX, self._end)

    def _end(self) -> None:
        log.error("%s does not stop within %.0f s and is ended; it loses nothing", self._slot, STOP_S_MAX)
        logging.shutdown()
        os._exit(1)
