"""The graph: names are numbered, edges are rows of parallel arrays, and each name knows its edges on either side."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from exchange.lineage.edge import NOW, Edge, Moment, Place

Direction: TypeAlias = Literal["up", "down"]
"""Up: to what something was made from; down: to what was made from it."""


class Side(NamedTuple):
    """One direction: by number of a name the edges that lead there, and beside them where each ends.

    Shape: arrays, since a walk over boxed numbers waits for memory; a name without edges has the one empty array.
    """

    edges: list["array[int]"]
    ends: list["array[int]"]

    def tie(self, number: int, edge: int, end: int) -> None:
        """Note that `edge` leads from a name to `end`."""
        if self.edges[number]:
            self.edges[number].append(edge)
            self.ends[number].append(end)
        else:
            self.edges[number], self.ends[number] = array("i", (edge,)), array("i", (end,))


_UNTIED = array("i")


class Graph:
    """Lineage edges in memory.

    Shape: edges of one partition come in the order of its journal; one that was added before changes nothing.
    """

    def __init__(self, edges: Iterable[Edge] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []
        self.reached: dict[Place, tuple[int, int]] = {}
        self._up = Side([], [])
        self._down = Side([], [])
        self._ends = (array("i"), array("i"))
        self._at = array("q")
        self._seq = array("q")
        self._line = array("q")
        self._place: list[Place] = []
        self._said: list[tuple[str, str, str]] = []
        self._places: dict[Place, Place] = {}
        self._sayings: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        self.extend(edges)

    def __len__(self) -> int:
        """How many edges there are."""
        return len(self._at)

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def extend(self, edges: Iterable[Edge]) -> None:
        """Add edges."""
        for edge in edges:
            self.add(edge)

    def add(self, edge: Edge) -> None:
        """Add an edge."""
        context, partition, seq, line, downstream, upstream, kind, job, terms, at = edge
        place = (context, partition)
        if (seq, line) <= self.reached.get(place, (-1, -1)):
            return
        self.reached[place] = (seq, line)
        number, made, source = len(self._at), self._numbered(downstream), self._numbered(upstream)
        self._up.tie(made, number, source)
        self._down.tie(source, number, made)
        self._ends[0].append(made)
        self._ends[1].append(source)
        self._at.append(at)
        self._seq.append(seq)
        self._line.append(line)
        # The same few words on every edge: kept once.
        self._place.append(self._places.setdefault(place, place))
        said = (kind, job, terms)
        self._said.append(self._sayings.setdefault(said, said))

    def number(self, name: str) -> int | None:
        """The number of a name; None if no edge has it."""
        return self._numbers.get(name)

    def side(self, direction: Direction) -> Side:
        """The edges of every name that lead up, or down."""
        return self._up if direction == "up" else self._down

    def edge(self, number: int) -> Edge:
        """An edge as it was added."""
        (context, partition), (kind, job, terms) = self._place[number], self._said[number]
        return Edge(
            context=context,
            partition=partition,
            seq=self._seq[number],
            line=self._line[number],
            downstream=self.names[self._ends[0][number]],
            upstream=self.names[self._ends[1][number]],
            kind=kind,
            job=job,
            terms=terms,
            at=self._at[number],
        )

    def ties(self, number: int, direction: Direction, moment: Moment) -> Iterable[tuple[int, int]]:
        """The edges of a name that were known at a moment, each with where it ends."""
        side = self.side(direction)
        tied = zip(side.edges[number], side.ends[number], strict=True)
        return tied if moment == NOW else self._known(tied, moment)

    def ends(self, number: int, direction: Direction, moment: Moment) -> set[int]:
        """What a name was tied to at a moment."""
        if moment == NOW:
            return set(self.side(direction).ends[number])
        return {end for _, end in self.ties(number, direction, moment)}

    def run(self, number: int) -> str:
        """The run that an edge comes from, named as the tables name it."""
        context, partition = self._place[number]
        return f"{context}/{partition}/{self._seq[number]}"

    def _known(self, ties: Iterable[tuple[int, int]], moment: Moment) -> Iterator[tuple[int, int]]:
        for number, end in ties:
            if moment.shows(self._place[number], self._seq[number], self._at[number]):
                yield number, end

    def _numbered(self, name: str) -> int:
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
            self._up.edges.append(_UNTIED)
            self._up.ends.append(_UNTIED)
            self._down.edges.append(_UNTIED)
            self._down.ends.append(_UNTIED)
        return found
