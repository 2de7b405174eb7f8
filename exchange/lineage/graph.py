"""The graph: edges in columns, and on either side of each name the edges that lead from it.

Documents and entries hang on the data they are about, apart from it: most questions walk data alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import lt

import numpy as np

from exchange.lineage.edge import Direction, Edge, Place
from exchange.lineage.edges import Edges
from exchange.lineage.marks import Marks
from exchange.lineage.numbers import seen_as_numbers
from exchange.lineage.side import Side

_NOTHING = (-1, -1)
_AT_ONCE = 1_000
"""Edges that are taken in together; Python's collector minds many more of its objects at a time."""
_LOST_MIN = 4_096
"""The rows are laid anew when so many places of theirs were left, and as many as there are edges."""


class Graph:
    """Lineage edges in memory.

    Shape: edges of one partition come in the order of its journal; one that was added before changes nothing.
    """

    def __init__(self, edges: Iterable[Edge] = ()) -> None:
        self.edges = Edges()
        self.reached: dict[Place, tuple[int, int]] = {}
        up = (self.edges.downstream, self.edges.upstream)
        down = (self.edges.upstream, self.edges.downstream)
        self._data = {"up": Side(*up), "down": Side(*down)}
        self._papers = {"up": Side(*up), "down": Side(*down)}
        self._tied = 0
        self._marks: list[Marks] = []
        self.extend(edges)

    def __len__(self) -> int:
        """How many edges there are."""
        return len(self.edges)

    def __contains__(self, name: str) -> bool:
        return name in self.edges.names

    @property
    def names(self) -> list[str]:
        """All names, by number."""
        return self.edges.names.all

    def number(self, name: str) -> int | None:
        """The number of a name; None if no edge has it."""
        return self.edges.names.get(name)

    def know(self, names: Iterable[str]) -> None:
        """Have names numbered that no edge may have."""
        self.edges.names.numbers(list(names))
        self._tie()

    def extend(self, edges: Iterable[Edge]) -> None:
        """Add edges; where reading them fails half-way, `reached` says how far the graph holds them."""
        waiting = iter(edges)
        try:
            while some := list(islice(waiting, _AT_ONCE)):
                self._add(some)
        finally:
            self._tie()

    @property
    def lost(self) -> int:
        """How many places rows have left since they were laid anew."""
        return sum(side.lost for side in self._every_side())

    @property
    def lost_max(self) -> int:
        """How many they may leave before they are."""
        return max(_LOST_MIN, len(self))

    def tidy(self) -> None:
        """Lay all rows anew, in the order of names."""
        for side in self._every_side():
            side.tidy()

    def sides(self, direction: Direction, papers: bool = True) -> tuple[Side, ...]:
        """The edges that lead up, or down: those between data, and with `papers` those of documents."""
        return (self._data[direction], self._papers[direction]) if papers else (self._data[direction],)

    def edges_of(self, number: int, direction: Direction, papers: bool = True) -> list[int]:
        """The edges of a name on one side; without `papers` those of data."""
        return [edge for side in self.sides(direction, papers) for edge in side.edges(number)]

    @contextmanager
    def marks(self) -> Iterator[Marks]:
        """Marks for one walk: of one that is over, or new ones."""
        marks = self._marks.pop() if self._marks else Marks()
        marks.begin(len(self.names))
        try:
            yield marks
        finally:
            self._marks.append(marks)

    def _add(self, some: Sequence[Edge]) -> None:
        columns = tuple(zip(*some, strict=True))
        if self._follow(*columns[:4]):
            self.edges.add(columns)
        elif newer := self._newer(some):
            self.edges.add(tuple(zip(*newer, strict=True)))

    def _follow(
        self, contexts: Sequence[str], partitions: Sequence[int], seqs: Sequence[int], lines: Sequence[int]
    ) -> bool:
        """Whether all of these edges are of one place and none was added before, as when a table is read."""
        place, numbers = (contexts[0], partitions[0]), list(zip(seqs, lines, strict=True))
        one_place = contexts.count(place[0]) == partitions.count(place[1]) == len(numbers)
        follow = one_place and numbers[0] > self.reached.get(place, _NOTHING) and _ascending(numbers)
        if follow:
            self.reached[place] = numbers[-1]
        return follow

    def _newer(self, edges: Iterable[Edge]) -> list[Edge]:
        """Those that were not added before, of whatever places."""
        newer = []
        for each in edges:
            place, number = each[:2], each[2:4]
            if number > self.reached.get(place, _NOTHING):
                self.reached[place] = number
                newer.append(each)
        return newer

    def _tie(self) -> None:
        """Let the names of new edges know them."""
        for side in self._every_side():
            side.know(len(self.names))
        if self._tied == len(self):
            return
        new = np.arange(self._tied, len(self), dtype=np.intc)
        papers = np.frombuffer(self.edges.papers, np.bool_)[seen_as_numbers(self.edges.saying)[new]]
        for sides, edges in ((self._data, new[~papers]), (self._papers, new[papers])):
            for side in sides.values():
                side.add(edges)
        self._tied = len(self)
        if self.lost > self.lost_max:
            self.tidy()

    def _every_side(self) -> tuple[Side, ...]:
        return (*self._data.values(), *self._papers.values())


def _ascending(numbers: Sequence[tuple[int, int]]) -> bool:
    return all(map(lt, numbers, numbers[1:]))
