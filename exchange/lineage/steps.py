"""Ancestors and descendants, step by step, with a mark where more would follow."""

from collections.abc import Iterator
from typing import NamedTuple

from exchange.lineage.bounds import USUAL, Bounds
from exchange.lineage.edge import NOW, Direction, Moment
from exchange.lineage.graph import Graph
from exchange.lineage.kinds import CUT
from exchange.lineage.onward import Onward
from exchange.lineage.passing import Passing
from exchange.lineage.walk import depths


class Step(NamedTuple):
    """An edge that was walked, `depth` steps away.

    Shape: one of kind `cut` marks where the walk ended by its bounds: one of its ends is empty, and `left_out` things
    tied to the other are not in the answer.
    """

    depth: int
    downstream: str
    upstream: str
    kind: str
    job: str
    run: str
    terms: str
    at: int | None
    left_out: int


def ancestors(graph: Graph, name: str, bounds: Bounds = USUAL, moment: Moment = NOW) -> tuple[Step, ...]:
    """What something was made from, nearest first."""
    return _steps(graph, name, "up", bounds, moment)


def descendants(graph: Graph, name: str, bounds: Bounds = USUAL, moment: Moment = NOW) -> tuple[Step, ...]:
    """What was made from something, nearest first."""
    return _steps(graph, name, "down", bounds, moment)


def cuts(onward: Onward, reached: dict[int, int], depth_max: int) -> Iterator[Step]:
    """Where a walk that reached these by their depths ended by its bounds."""
    names, up = onward.graph.names, onward.direction == "up"
    for number, depth in reached.items():
        if depth < depth_max and not onward.wide(number):
            continue
        if left_out := len(onward.ends((number,)) - reached.keys()):
            near = (names[number], "") if up else ("", names[number])
            yield Step(depth + 1, *near, CUT, "", "", "", None, left_out)


def _steps(graph: Graph, name: str, direction: Direction, bounds: Bounds, moment: Moment) -> tuple[Step, ...]:
    depth_max, breadth = bounds.checked()
    onward = Onward(graph, direction, Passing(graph.edges, moment), breadth)
    reached = depths(onward, name, depth_max)
    walked = (
        step(graph, edge, depth + 1)
        for number, depth in reached.items()
        if depth < depth_max
        for edge in onward.taken(number)
    )
    return tuple(sorted((*walked, *cuts(onward, reached, depth_max)), key=_order))


def step(graph: Graph, number: int, depth: int) -> Step:
    """An edge as a step."""
    edge, run = graph.edges.edge(number), graph.edges.run(number)
    return Step(depth, edge.downstream, edge.upstream, edge.kind, edge.job, run, edge.terms, edge.at, 0)


def _order(step: Step) -> tuple[object, ...]:
    return (
        step.depth, step.downstream, step.upstream, step.at or 0, step.run, step.kind, step.job, step.terms,
    )  # fmt: skip
