"""How far what is wrong with some things reaches."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from exchange.lineage.edge import NOW, Moment
from exchange.lineage.graph import Graph
from exchange.lineage.walk import closure


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
    found = (
        Tainted(graph.names[number], source)
        for source in set(sources)
        for number in _carrying(graph, source, frozenset(cleared), moment)
    )
    return tuple(sorted(found))


def _carrying(graph: Graph, source: str, cleared: frozenset[str], moment: Moment) -> Iterable[int]:
    if not cleared and moment == NOW:
        return closure(graph, (source,), "down")
    return _walked(graph, source, cleared, moment)


def _walked(graph: Graph, source: str, cleared: frozenset[str], moment: Moment) -> Iterator[int]:
    first = graph.number(source)
    waiting = [] if first is None else [first]
    seen: set[int] = set()
    while waiting:
        for number, end in graph.ties(waiting.pop(), "down", moment, papers=False):
            if end not in seen and not (cleared and graph.run(number) in cleared):
                seen.add(end)
                waiting.append(end)
                yield end
