"""The one place where a wall clock is read, for the edges that have to: deadlines' ticks and `valid_until`."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """The data directory's clock.

    Units: `shift_us` is added to the wall clock's and the log's time; `shiftable` directories were
    created for a demo or a test and also obey `ShiftClock`.
    """

    shift_us: int = 0
    shiftable: bool = False

    def now_us(self) -> int:
        """Microseconds since the Unix epoch, shifted."""
        return time.time_ns() // 1_000 + self.shift_us
