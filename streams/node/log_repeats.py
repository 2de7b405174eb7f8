"""Lines that come again and again are counted instead of written: a Kafka that is away says so 100 times a second."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from streams.metrics.instruments import LOG_LINES, LOG_REPEATS

ALIKE_MAX = 5
"""So many lines that are alike are written in each window."""
WINDOW_S = 10.0
_OURS = ("streams", "exchange")


@dataclass
class _Seen:
    began: float
    written: int
    held: logging.LogRecord | None = None
    count: int = 0


class Repeats(logging.Filter):
    """Lets a few lines that are alike through, then counts them, and tells the count when the window is over.

    Shape: `write` takes the line that tells it. Libraries' lines are alike by their text without its values, ours
    only with them: five partitions that are taken over are five lines.
    """

    def __init__(
        self, write: Callable[[logging.LogRecord], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._write = write
        self._now = now
        self._seen: dict[tuple[str, int, str], _Seen] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written now."""
        with self._lock:
            written = self._admit(record)
        if written:
            LOG_LINES.labels(record.levelname.lower()).inc()
        else:
            LOG_REPEATS.inc()
        return written

    def _admit(self, record: logging.LogRecord) -> bool:
        seen = self._seen.get(_alike(record))
        if seen is not None and self._now() - seen.began >= WINDOW_S:
            self._tell(seen)
            seen = None
        if seen is None:
            self._forget()
            self._seen[_alike(record)] = _Seen(self._now(), 1)
            return True
        if seen.written < ALIKE_MAX:
            seen.written += 1
            return True
        seen.held, seen.count = record, seen.count + 1
        if self._timer is None:
            self._timer = threading.Timer(WINDOW_S, self.tell)
            self._timer.daemon = True
            self._timer.start()
        return False

    def tell(self) -> None:
        """Write down what was counted and not told yet."""
        with self._lock:
            self._timer = None
            for seen in self._seen.values():
                self._tell(seen)

    def _tell(self, seen: _Seen) -> None:
        held, seen.held = seen.held, None
        count, seen.count = seen.count, 0
        if held is None:
            return
        told = logging.makeLogRecord(vars(held))
        told.msg = f"{held.getMessage()} (and {count:,} more like it within {self._now() - seen.began:.0f} s)"
        told.args, told.exc_info, told.exc_text = None, None, None
        told.repeated = count
        self._write(told)

    def _forget(self) -> None:
        """Drop what was last seen long ago, so that the memory of lines stays small."""
        if len(self._seen) > 1_000:
            now = self._now()
            self._seen = {name: seen for name, seen in self._seen.items() if now - seen.began < WINDOW_S}


def _alike(record: logging.LogRecord) -> tuple[str, int, str]:
    ours = record.name.partition(".")[0] in _OURS
    return record.name, record.levelno, record.getMessage() if ours else str(record.msg)
