"""Where a walk has been: a mark for each name, kept from one walk to the next since making them anew costs more."""

import numpy as np

from exchange.lineage.numbers import Numbers

_WALKS_MAX = 255
"""Walks that a byte tells apart."""


class Marks:
    """A name was met in this walk if its mark is that of the walk."""

    def __init__(self) -> None:
        self._marks = np.zeros(0, np.uint8)
        self._walk = 0

    def begin(self, names: int) -> None:
        """Begin a walk in which nothing was met yet."""
        if names > len(self._marks):
            # A quarter more: names come all the time.
            self._marks, self._walk = np.zeros(names * 5 // 4, np.uint8), 0
        elif self._walk >= _WALKS_MAX:
            self._marks.fill(0)
            self._walk = 0
        self._walk += 1

    def new(self, met: Numbers) -> Numbers:
        """Those that were not met before, once each and in order, and met from now on. Shape: `met` is sorted."""
        met.sort()
        # As wide as numpy wants what it looks up by: here, by the caller and in the next step.
        met = met.astype(np.intp)
        new = np.ones(len(met), np.bool_)
        np.not_equal(met[1:], met[:-1], out=new[1:])
        new &= self._marks.take(met) != self._walk
        # Places of truth are counted without guessing, which an index of truth values would do wrong at each.
        found: Numbers = met.take(new.nonzero()[0])
        self._marks[found] = self._walk
        return found
