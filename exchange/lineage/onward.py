"""How a walk goes on from names: along which edges, and to how many things from any one name at most."""

from collections.abc import Collection
from heapq import nsmallest

import numpy as np

from exchange.lineage.edge import Direction
from exchange.lineage.graph import Graph
from exchange.lineage.numbers import Numbers, numbers_of, seen_as_numbers
from exchange.lineage.passing import Passing
from exchange.lineage.side import Side


class Onward:
    """One step of a walk. Shape: no `breadth` leaves nothing out; without `papers` data is walked alone."""

    def __init__(
        self,
        graph: Graph,
        direction: Direction,
        passing: Passing,
        breadth: int | None = None,
        papers: bool = True,
    ) -> None:
        self.graph = graph
        self.direction: Direction = direction
        self._passing = passing
        self._breadth = breadth
        self._sides = graph.sides(direction, papers)
        self._far = graph.edges.upstream if direction == "up" else graph.edges.downstream

    def ties(self, number: int) -> list[int]:
        """The edges of a name that the walk may go along."""
        edges = [edge for side in self._sides for edge in side.edges(number)]
        return edges if self._passing.every else list(filter(self._passing.one, edges))

    def ends(self, numbers: Collection[int]) -> set[int]:
        """What these names are tied to, all of it."""
        if not self._passing.every:
            return {self._far[edge] for number in numbers for edge in self.ties(number)}
        found: set[int] = set()
        for side in self._sides:
            side.ends(numbers, found)
        return found

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

    def wide(self, number: int) -> bool:
        """Whether a name has more edges, whenever they came, than the walk may follow things."""
        return self._breadth is not None and sum([side.width(number) for side in self._sides]) > self._breadth

    def plainly(self, numbers: Collection[int]) -> set[int]:
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
        if not (wide := widths > self._breadth).any():
            return self._ends_at(numbers)
        parts = [numbers_of(self.followed(number)) for number in numbers[wide].tolist()]
        return np.concatenate((self._ends_at(numbers[~wide]), *parts))

    def _ends_at(self, numbers: Numbers) -> Numbers:
        parts = [self._side_ends(side, numbers) for side in self._sides]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _side_ends(self, side: Side, numbers: Numbers) -> Numbers:
        if self._passing.every:
            return side.ends_at(numbers)
        edges = side.edges_at(numbers)
        return seen_as_numbers(self._far)[edges[self._passing.at(edges)]]
