"""The graph: names are numbered, edges are rows of parallel arrays, and each name knows its edges on either side.

Documents and entries hang on the data they are about, apart from it: most questions walk data alone.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

from exchange.lineage.edge import NOW, Edge, Moment, Place
from exchange.lineage.kinds import PAPER_KINDS

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
            # Copied from one of one number: made anew it takes longer.
            self.edges[number], self.ends[number] = edges, ends = _ONE[:], _ONE[:]
            edges[0], ends[0] = edge, end


_UNTIED, _ONE = array("i"), array("i", (0,))
Papers: TypeAlias = dict[int, tuple["array[int]", "array[int]"]]
"""By number of a name the edges to and from documents, and where each ends."""


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
        self._ties = (*self._up, *self._down)
        self._papers_up: Papers = {}
        self._papers_down: Papers = {}
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
        """Add edges. One loop with everything at hand: a table is read edge by edge."""
        up, down, numbered = self._up, self._down, self._numbers.get
        places, seqs, lines, ats, said = self._place, self._seq, self._line, self._at, self._said
        downstreams, upstreams = self._ends
        place, words, reached = None, None, (-1, -1)
        for context, partition, seq, line, downstream, upstream, kind, job, terms, at in edges:
            if place is None or partition != place[1] or context != place[0]:
                place = self._places.setdefault((context, partition), (context, partition))
                reached = self.reached.get(place, (-1, -1))
            if (seq, line) <= reached:
                continue
            self.reached[place] = reached = (seq, line)
            number, made, source = len(ats), numbered(downstream), numbered(upstream)
            if made is None:
                made = self._numbered(downstream)
            if source is None:
                source = self._numbered(upstream)
            if kind in PAPER_KINDS:
                _hang(self._papers_up, made, number, source)
                _hang(self._papers_down, source, number, made)
            else:
                up.tie(made, number, source)
                down.tie(source, number, made)
            downstreams.append(made)
            upstreams.append(source)
            ats.append(at)
            seqs.append(seq)
            lines.append(line)
            # The same few words on every edge: kept once.
            places.append(place)
            if words is None or words != (kind, job, terms):
                words = self._sayings.setdefault((kind, job, terms), (kind, job, terms))
            said.append(words)

    def know(self, names: Iterable[str]) -> None:
        """Have names numbered that no edge may have."""
        for name in names:
            self._numbered(name)

    def number(self, name: str) -> int | None:
        """The number of a name; None if no edge has it."""
        return self._numbers.get(name)

    def side(self, direction: Direction) -> Side:
        """The edges between data that lead up, or down, of every name."""
        return self._up if direction == "up" else self._down

    def papers(self, direction: Direction) -> Papers:
        """The edges of documents that lead up, or down, of the names that have any."""
        return self._papers_up if direction == "up" else self._papers_down

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

    def ties(
        self, number: int, direction: Direction, moment: Moment, papers: bool = True
    ) -> Iterable[tuple[int, int]]:
        """The edges of a name that were known at a moment, each with where it ends; without `papers` those of data."""
        side = self.side(direction)
        tied: Iterable[tuple[int, int]] = zip(side.edges[number], side.ends[number], strict=True)
        if papers and (hung := self.papers(direction).get(number)) is not None:
            tied = chain(tied, zip(*hung, strict=True))
        return tied if moment == NOW else self._known(tied, moment)

    def ends(self, number: int, direction: Direction, moment: Moment, papers: bool = True) -> set[int]:
        """What a name was tied to at a moment."""
        if moment != NOW:
            return {end for _, end in self.ties(number, direction, moment, papers)}
        found = set(self.side(direction).ends[number])
        if papers and (hung := self.papers(direction).get(number)) is not None:
            found.update(hung[1])
        return found

    def width(self, number: int, direction: Direction, papers: bool) -> int:
        """How many edges a name has on a side, whenever they came."""
        hung = self.papers(direction).get(number) if papers else None
        return len(self.side(direction).ends[number]) + (0 if hung is None else len(hung[1]))

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
            for ties in self._ties:
                ties.append(_UNTIED)
        return found


def _hang(papers: Papers, number: int, edge: int, end: int) -> None:
    edges, ends = papers.setdefault(number, (array("i"), array("i")))
    edges.append(edge)
    ends.append(end)
