"""How far what is wrong with some things reaches."""

from collections.abc import Collection, Iterable
from itertools import repeat
from typing import NamedTuple

from exchange.lineage.edge import NOW, Moment
from exchange.lineage.graph import Graph
from exchange.lineage.passing import Passing
from exchange.lineage.walk import named


class Tainted(NamedTuple):
    """Something that carries what `source` carries."""

    name: str
    source: str


def taint(
    graph: Graph, sources: Iterable[str], cleared: Collection[str] = (), moment: Moment = NOW
) -> tuple[Tainted, ...]:
    """All data that carries the taint of a source, by name; never cut.

    Shape: `cleared` are the runs behind which the taint ends, such as one with an approved report.
    Source: lineage.md section 3, rules 1, 2 and 5.
    """
    passing = Passing(graph.edges, moment, cleared)
    found: list[Tainted] = []
    for source in set(sources):
        names = sorted(named(graph, (source,), "down", passing))
        found += map(Tainted._make, zip(names, repeat(source), strict=False))
    return tuple(sorted(found))
