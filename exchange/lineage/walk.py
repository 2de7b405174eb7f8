"""Walking the graph, one depth after the other, whole depths at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

import numpy as np

from exchange.lineage.bounds import Bounds
from exchange.lineage.edge import NOW, Direction, Moment
from exchange.lineage.graph import Graph
from exchange.lineage.numbers import Numbers, numbers_of
from exchange.lineage.onward import Onward
from exchange.lineage.passing import Passing

Level: TypeAlias = set[int] | Numbers
"""What is equally many steps away: a set where it was walked plainly, an array after that."""
PLAIN_MAX = 12
"""A level of more names is walked by arrays, and so is all behind it: about where that begins to be quicker."""


def closure(graph: Graph, starts: Iterable[str], direction: Direction) -> set[int]:
    """The numbers of all data before or after these names, the names themselves only where a circle leads back."""
    plain, arrays = _walked(graph, starts, direction, Passing(graph.edges))
    if arrays:
        plain.update(np.concatenate(arrays).data.tolist())
    return plain


def covered(graph: Graph, starts: Iterable[str], direction: Direction) -> Numbers:
    """The same as an array."""
    plain, arrays = _walked(graph, starts, direction, Passing(graph.edges))
    return np.concatenate((numbers_of(plain), *arrays))


def named(
    graph: Graph, starts: Iterable[str], direction: Direction, passing: Passing | None = None
) -> list[str]:
    """The same by name, each once and in no order, along the edges that pass."""
    plain, arrays = _walked(graph, starts, direction, passing or Passing(graph.edges))
    found = list(map(graph.names.__getitem__, plain))
    return found + graph.edges.names.named(np.concatenate(arrays)) if arrays else found


def reach(
    graph: Graph, start: str, direction: Direction, bounds: Bounds, moment: Moment = NOW, papers: bool = True
) -> dict[int, int]:
    """By number everything that is reached, with how many steps away it is; `start` itself at 0.

    Shape: without `papers` only data is.
    """
    onward = Onward(graph, direction, Passing(graph.edges, moment), bounds.breadth, papers)
    return depths(onward, start, bounds.depth)


def depths(onward: Onward, start: str, depth_max: int) -> dict[int, int]:
    """The same, going on in a way of its own."""
    first = onward.graph.number(start)
    if first is None:
        return {}
    found = {first: 0}
    for depth, level in enumerate(islice(_levels(onward, {first}, {first}), depth_max), 1):
        found.update(dict.fromkeys(_plain(level), depth))
    return found


def _walked(
    graph: Graph, starts: Iterable[str], direction: Direction, passing: Passing
) -> tuple[set[int], list[Numbers]]:
    """What was reached plainly, and then, level by level, by arrays; nothing twice."""
    plain, arrays = set[int](), list[Numbers]()
    first = {number for name in starts if (number := graph.number(name)) is not None}
    for level in _levels(Onward(graph, direction, passing, papers=False), first, set()):
        if isinstance(level, set):
            plain |= level
        else:
            arrays.append(level)
    return plain, arrays


def _plain(level: Level) -> Iterable[int]:
    return level if isinstance(level, set) else level.tolist()


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
