"""Walking the graph, one depth after the other, whole depths at once."""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from itertools import chain

from exchange.lineage.bounds import Bounds
from exchange.lineage.edge import NOW, Moment
from exchange.lineage.graph import Direction, Graph

__all__ = ["Direction", "closure", "followed", "reach"]


def closure(graph: Graph, starts: Iterable[str], direction: Direction) -> set[int]:
    """The numbers of all data before or after these names, the names themselves only where a circle leads back."""
    side = graph.side(direction)
    frontier = {number for name in starts if (number := graph.number(name)) is not None}
    seen: set[int] = set()
    while frontier:
        frontier = set(chain.from_iterable(map(side.ends.__getitem__, frontier)))
        frontier -= seen
        seen |= frontier
    return seen


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
    frontier = {first}
    onward = _onward(graph, direction, bounds, moment, papers)
    for depth in range(1, bounds.depth + 1):
        frontier = onward(frontier) - depths.keys()
        if not frontier:
            break
        depths.update(dict.fromkeys(frontier, depth))
    return depths


def followed(
    graph: Graph, number: int, direction: Direction, breadth: int, moment: Moment = NOW, papers: bool = True
) -> set[int]:
    """What a walk goes on to from one thing: all that it is tied to, or the first of that by name."""
    ends = graph.ends(number, direction, moment, papers)
    return ends if len(ends) <= breadth else set(nsmallest(breadth, ends, key=graph.names.__getitem__))


def _onward(
    graph: Graph, direction: Direction, bounds: Bounds, moment: Moment, papers: bool
) -> Callable[[set[int]], set[int]]:
    side, hung = graph.side(direction), graph.papers(direction) if papers else {}

    def onward(frontier: set[int]) -> set[int]:
        ends = list(map(side.ends.__getitem__, frontier))
        plain = moment == NOW and hung.keys().isdisjoint(frontier)
        if plain and max(map(len, ends)) <= bounds.breadth:
            return set(chain.from_iterable(ends))
        return set().union(
            *(followed(graph, number, direction, bounds.breadth, moment, papers) for number in frontier)
        )

    return onward
