"""Things that are numbered in the order they come."""

from collections.abc import Hashable, Sequence
from itertools import count, islice
from typing import Generic, TypeVar

import numpy as np

from exchange.lineage.numbers import Numbers

T = TypeVar("T", bound=Hashable)


class Numbered(Generic[T]):
    """Things by number, and numbers by thing. `all[number]` is a thing."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}
        self.all: list[T] = []

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, thing: T) -> bool:
        return thing in self._numbers

    def get(self, thing: T) -> int | None:
        """The number of a thing; None if it has none."""
        return self._numbers.get(thing)

    def numbers(self, things: Sequence[T]) -> list[int]:
        """The numbers of things, new ones for those that have none; no loop of it is in Python."""
        known = len(self.all)
        found = list(map(self._numbers.setdefault, things, count(known)))
        new = len(self._numbers) - known
        if new == len(things):
            self.all.extend(things)
        elif new:
            # Each thing was offered a number, and where some are known numbers were passed over: none may be missing.
            newest_first = list(islice(reversed(self._numbers), new))
            self.all.extend(reversed(newest_first))
            self._numbers.update(zip(self.all[known:], count(known), strict=False))
            found = list(map(self._numbers.__getitem__, things))
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
        found: list[str] = self._room.take(numbers).tolist()
        return found
