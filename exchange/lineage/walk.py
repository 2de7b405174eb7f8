"""Walking the graph, one depth after the other, whole depths at once."""

from collections.abc import Collection, Iterable, Iterator
from heapq import nsmallest
from itertools import islice
from typing import TypeAlias

import numpy as np

from exchange.lineage.bounds import Bounds
from exchange.lineage.edge import NOW, Moment
from exchange.lineage.graph import Direction, Graph
from exchange.lineage.numbers import Numbers, numbers_of, seen_as_numbers
from exchange.lineage.passing import Passing
from exchange.lineage.side import Side

__all__ = ["Direction", "Onward", "closure", "covered", "reach"]

Level: TypeAlias = set[int] | Numbers
"""What is equally many steps away: a set where it was walked plainly, an array after that."""
PLAIN_MAX = 24
"""A level of more names is walked by arrays, and so is all behind it: about where that begins to be quicker."""


class Onward:
    """How a walk goes on from names: along which edges, and how many things from any one name at most."""

    def __init__(
        self,
        graph: Graph,
        direction: Direction,
        passing: Passing,
        breadth: int | None = None,
        papers: bool = True,
    ) -> None:
        self.graph = graph
        self._direction: Direction = direction
        self._passing = passing
        self._breadth = breadth
        self._sides = graph.sides(direction, papers)
        self._far = graph.edges.upstream if direction == "up" else graph.edges.downstream

    def ties(self, number: int) -> list[int]:
        """The edges of a name that the walk may go along."""
        return list(self._passing.some(edge for side in self._sides for edge in side.edges(number)))

    def ends(self, numbers: Collection[int]) -> set[int]:
        """What these names are tied to, all of it."""
        if self._passing.every:
            return set().union(*(side.ends(numbers) for side in self._sides))
        return {self._far[edge] for number in numbers for edge in self.ties(number)}

    def followed(self, number: int) -> set[int]:
        """What the walk goes on to from one name: all that it is tied to, or the first of that by name."""
        ends = self.ends((number,))
        if self._breadth is None or len(ends) <= self._breadth:
            return ends
        return set(nsmallest(self._breadth, ends, key=self.graph.names.__getitem__))

    def taken(self, number: int) -> list[int]:
        """The edges by which the walk goes on from one name."""
        ties = self.ties(number)
        if self._breadth is None or len(ties) <= self._breadth:
            return ties
        ends = self.followed(number)
        return [edge for edge in ties if self._far[edge] in ends]

    def plainly(self, numbers: set[int]) -> set[int]:
        """What the walk goes on to from all these names."""
        ends = self.ends(numbers)
        if self._breadth is None or len(ends) <= self._breadth:
            return ends
        return set().union(*map(self.followed, numbers))

    def by_arrays(self, numbers: Numbers) -> Numbers:
        """The same for many names at once; one thing as often as it is come to."""
        if self._breadth is None:
            return self._ends_at(numbers)
        widths = sum((side.widths_at(numbers) for side in self._sides), np.zeros(len(numbers), np.intc))
        if len(wide := numbers[widths > self._breadth]) == 0:
            return self._ends_at(numbers)
        parts = [numbers_of(self.followed(number)) for number in wide.tolist()]
        return np.concatenate((self._ends_at(numbers[widths <= self._breadth]), *parts))

    def _ends_at(self, numbers: Numbers) -> Numbers:
        parts = [self._side_ends(side, numbers) for side in self._sides]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _side_ends(self, side: Side, numbers: Numbers) -> Numbers:
        if self._passing.every:
            return side.ends_at(numbers)
        edges = side.edges_at(numbers)
        return seen_as_numbers(self._far)[edges[self._passing.at(edges)]]


def closure(graph: Graph, starts: Iterable[str], direction: Direction) -> set[int]:
    """The numbers of all data before or after these names, the names themselves only where a circle leads back."""
    found: set[int] = set()
    for level in _closure(graph, starts, direction, Passing(graph.edges)):
        found.update(level if isinstance(level, set) else level.tolist())
    return found


def covered(graph: Graph, starts: Iterable[str], direction: Direction, passing: Passing | None = None) -> Numbers:
    """The same as an array, and along the edges that pass."""
    levels = _closure(graph, starts, direction, passing or Passing(graph.edges))
    found = [numbers_of(level) if isinstance(level, set) else level for level in levels]
    return np.concatenate(found) if found else numbers_of(())


def reach(
    graph: Graph, start: str, direction: Direction, bounds: Bounds, moment: Moment = NOW, papers: bool = True
) -> dict[int, int]:
    """By number everything that is reached, with how many steps away it is; `start` itself at 0.

    Shape: without `papers` only data is.
    """
    first = graph.number(start)
    if first is None:
        return {}
    depths = {first: 0}
    onward = Onward(graph, direction, Passing(graph.edges, moment), bounds.breadth, papers)
    for depth, level in enumerate(islice(_levels(onward, {first}, {first}), bounds.depth), 1):
        depths.update(dict.fromkeys(level if isinstance(level, set) else level.tolist(), depth))
    return depths


def _closure(
    graph: Graph, starts: Iterable[str], direction: Direction, passing: Passing
) -> Iterator[Level]:
    first = {number for name in starts if (number := graph.number(name)) is not None}
    return _levels(Onward(graph, direction, passing, papers=False), first, set())


def _levels(onward: Onward, frontier: set[int], seen: set[int]) -> Iterator[Level]:
    """Level after level what is new in it, as long as there is anything."""
    while frontier:
        if len(frontier) > PLAIN_MAX:
            yield from _levels_by_arrays(onward, frontier, seen)
            return
        frontier = onward.plainly(frontier) - seen
        seen |= frontier
        yield frontier


def _levels_by_arrays(onward: Onward, frontier: set[int], seen: set[int]) -> Iterator[Numbers]:
    with onward.graph.marks() as marks:
        marks.new(numbers_of(seen))
        level = numbers_of(frontier)
        while len(level):
            level = marks.new(onward.by_arrays(level))
            yield level
