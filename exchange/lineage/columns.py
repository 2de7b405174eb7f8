"""Lineage of single fields: what their makers declare, and where nothing is declared, fields of one name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from exchange.lineage.edge import Direction, Edge, Moment, Place
from exchange.lineage.graph import Graph
from exchange.lineage.names import field_name, parted
from exchange.lineage.onward import Onward
from exchange.lineage.passing import Passing

Column: TypeAlias = tuple[str, str]
"""A name, and a field of what has it."""


class Declared(NamedTuple):
    """A field that something is declared to have; `mapped` where it is said what it is made from."""

    context: str
    partition: int
    seq: int
    line: int
    name: str
    field: str
    mapped: bool
    at: int


class FieldEdge(NamedTuple):
    """A field that was made from another, as its maker declares it."""

    context: str
    partition: int
    seq: int
    line: int
    downstream: str
    field: str
    upstream: str
    source_field: str
    way: str
    masked: bool
    at: int


class Columns:
    """What is declared of fields, in the order of the journals; what was added before changes nothing."""

    def __init__(self) -> None:
        self.reached: dict[Place, tuple[int, int]] = {}
        self._declared: dict[str, dict[str, list[Declared]]] = {}
        self._up: dict[Column, list[FieldEdge]] = {}
        self._down: dict[Column, list[FieldEdge]] = {}

    def add(self, said: Iterable[Declared | FieldEdge]) -> None:
        """Take in what is declared."""
        for each in said:
            place, number = (each.context, each.partition), (each.seq, each.line)
            if number <= self.reached.get(place, (-1, -1)):
                continue
            self.reached[place] = number
            if isinstance(each, Declared):
                self._declared.setdefault(each.name, {}).setdefault(each.field, []).append(each)
            else:
                self._up.setdefault((each.downstream, each.field), []).append(each)
                self._down.setdefault((each.upstream, each.source_field), []).append(each)

    def sources(self, column: Column, direction: Direction, moment: Moment) -> Iterator[FieldEdge]:
        """Declared edges of a field that were known at a moment."""
        for each in (self._up if direction == "up" else self._down).get(column, ()):
            if moment.shows((each.context, each.partition), each.seq, each.at):
                yield each

    def passes(self, downstream: str, upstream: str, field: str, moment: Moment) -> bool:
        """Whether a field is the upstream's of the same name: nothing that is declared speaks against it."""
        made, source = self._known(downstream, moment), self._known(upstream, moment)
        if made and (field not in made or made[field]):
            return False
        return not source or field in source

    def _known(self, name: str, moment: Moment) -> dict[str, bool]:
        """The fields declared of something by a moment, and whether it is said what each is made from."""
        return {
            field: any(each.mapped for each in known)
            for field, said in self._declared.get(name, {}).items()
            if (known := [e for e in said if moment.shows((e.context, e.partition), e.seq, e.at)])
        }


def column_graph(
    graph: Graph, columns: Columns, starts: Sequence[str], direction: Direction, moment: Moment
) -> Graph:
    """The graph of all fields before, or after, some fields, each named `NAME#FIELD`."""
    waiting = [parted(each) for each in starts]
    seen, found = set(waiting), set[Edge]()
    while waiting:
        for edge in _edges(graph, columns, waiting.pop(), direction, moment):
            found.add(edge)
            end = parted(edge.upstream if direction == "up" else edge.downstream)
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    # Several fields follow one edge: each is a line of its own.
    made = Graph(each._replace(line=line) for line, each in enumerate(sorted(found)))
    made.know(starts)
    return made


def _edges(
    graph: Graph, columns: Columns, column: Column, direction: Direction, moment: Moment
) -> Iterator[Edge]:
    name, field = column
    for said in columns.sources(column, direction, moment):
        yield _declared(said)
    number = graph.number(name)
    onward = Onward(graph, direction, Passing(graph.edges, moment), papers=False)
    for each in onward.ties(number) if number is not None else ():
        edge = graph.edges.edge(each)
        if columns.passes(edge.downstream, edge.upstream, field, moment):
            yield edge._replace(
                downstream=field_name(edge.downstream, field), upstream=field_name(edge.upstream, field)
            )


def _declared(said: FieldEdge) -> Edge:
    return Edge(
        context=said.context,
        partition=said.partition,
        seq=said.seq,
        line=said.line,
        downstream=field_name(said.downstream, said.field),
        upstream=field_name(said.upstream, said.source_field),
        kind=said.way,
        job="",
        terms="masked" if said.masked else "",
        at=said.at,
    )
