"""Things that are numbered in the order they come."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import count, islice
from typing import Generic, TypeVar

import numpy as np

from exchange.lineage.numbers import Numbers

T = TypeVar("T", bound=Hashable)


class Numbered(Generic[T]):
    """Things by number, and numbers by thing. `all[number]` is a thing."""

    def __init__(self) -> None:
        # What is missing takes the next number: numbering is one look-up, none of it in Python.
        self._numbers: defaultdict[T, int] = defaultdict(count().__next__)
        self.all: list[T] = []

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, thing: T) -> bool:
        return thing in self._numbers

    def get(self, thing: T) -> int | None:
        """The number of a thing; None if it has none."""
        return self._numbers.get(thing)

    def numbers(self, things: Iterable[T]) -> list[int]:
        """The numbers of things, new ones for those that have none."""
        found = list(map(self._numbers.__getitem__, things))
        newest_first = list(islice(reversed(self._numbers), len(self._numbers) - len(self.all)))
        self.all.extend(reversed(newest_first))
        return found


class Names(Numbered[str]):
    """Names by number, many of them at once."""

    def __init__(self) -> None:
        super().__init__()
        self._room = np.empty(0, np.object_)
        self._held = 0

    def named(self, numbers: Numbers) -> list[str]:
        """The names that have these numbers. An array is asked, whose loop waits for many of them at a time."""
        if len(self.all) > len(self._room):
            self._room = np.empty(len(self.all) * 5 // 4, np.object_)
            self._held = 0
        self._room[self._held : len(self.all)] = self.all[self._held :]
        self._held = len(self.all)
        found: list[str] = self._room.take(np.sort(numbers)).tolist()
        return found
