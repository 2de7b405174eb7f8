"""Where a walk has been: a number for each name, kept from one walk to the next since making them anew costs more."""

import numpy as np

from exchange.lineage.numbers import Numbers


class Marks:
    """A name was met in this walk if its mark is higher than all marks were at the walk's beginning."""

    def __init__(self) -> None:
        self._marks = np.zeros(0, np.int64)
        self._before = self._last = 0

    def begin(self, names: int) -> None:
        """Begin a walk in which nothing was met yet."""
        self._before = self._last
        if names > len(self._marks):
            # Half as much again: names come all the time.
            self._marks = np.append(self._marks, np.zeros(names - len(self._marks) + names // 2, np.int64))

    def new(self, met: Numbers) -> Numbers:
        """Those that were not met before, once each, and met from now on."""
        marks = self._marks
        new = met[marks[met] <= self._before]
        own = np.arange(self._last + 1, self._last + 1 + len(new))
        # Of the places of one name the last one's mark stays, and that place stands for it.
        marks[new] = own
        self._last += len(new)
        return new[marks[new] == own]
