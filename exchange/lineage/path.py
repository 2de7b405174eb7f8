"""One shortest way between two things."""

from exchange.lineage.bounds import USUAL, Bounds
from exchange.lineage.edge import NOW, Moment
from exchange.lineage.graph import Graph
from exchange.lineage.onward import Onward
from exchange.lineage.passing import Passing
from exchange.lineage.steps import Step, step
from exchange.lineage.walk import depths


def path(
    graph: Graph, downstream: str, upstream: str, depth: int = USUAL.depth, moment: Moment = NOW
) -> tuple[Step, ...]:
    """A shortest way up from `downstream` to `upstream`, or none within `depth` steps.

    Shape: of several the one whose next name comes first, and of several runs the earliest.
    """
    depth_max, _ = Bounds(depth, USUAL.breadth).checked()
    passing = Passing(graph.edges, moment)
    left = depths(Onward(graph, "down", passing), upstream, depth_max)
    here = graph.number(downstream)
    if here is None or here not in left:
        return ()
    onward = Onward(graph, "up", passing)
    way: list[Step] = []
    for steps_left in range(left[here] - 1, -1, -1):
        taken = min(
            (
                (graph.names[end], found.at, found.run, found.kind, found.job, found.terms, end, found)
                for edge in onward.ties(here)
                if left.get(end := graph.edges.upstream[edge]) == steps_left
                for found in (step(graph, edge, len(way) + 1),)
            ),
            key=lambda each: each[:6],
        )
        way.append(taken[-1])
        here = taken[-2]
    return tuple(way)
