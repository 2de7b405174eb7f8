"""Where a walk has been: a number for each name, kept from one walk to the next since making them anew costs more."""

import numpy as np

from exchange.lineage.numbers import Numbers

_LAST_MAX = 2**30


class Marks:
    """A name was met in this walk if its mark is higher than all marks were at the walk's beginning."""

    def __init__(self) -> None:
        self._marks = np.zeros(0, np.int32)
        self._before = self._last = 0

    def begin(self, names: int) -> None:
        """Begin a walk in which nothing was met yet."""
        if names > len(self._marks) or self._last > _LAST_MAX:
            # A quarter more: names come all the time.
            self._marks, self._last = np.zeros(names * 5 // 4, np.int32), 0
        self._before = self._last

    def new(self, met: Numbers) -> Numbers:
        """Those that were not met before, once each, and met from now on."""
        marks = self._marks
        new = met[marks.take(met) <= self._before]
        own = np.arange(self._last + 1, self._last + 1 + len(new), dtype=np.int32)
        # Of the places of one name the last one's mark stays, and that place stands for it.
        marks[new] = own
        self._last += len(new)
        first: Numbers = new[marks.take(new) == own]
        return first
