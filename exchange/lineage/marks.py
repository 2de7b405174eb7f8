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
        """Those that were not met before, once each and in order, and met from now on."""
        met = np.sort(met)
        first = np.ones(len(met), np.bool_)
        np.not_equal(met[1:], met[:-1], out=first[1:])
        # Places of truth are counted without guessing, which an index of truth values would do wrong at each.
        new: Numbers = met.take(first.nonzero()[0])
        wide = new.astype(np.intp)
        known = self._marks.take(wide) == self._walk
        if known.any():
            new = new.take((~known).nonzero()[0])
            wide = new.astype(np.intp)
        self._marks[wide] = self._walk
        return new
