"""All edges of a graph as columns: one number an edge and column, and the few words that edges share kept once."""

from array import array
from typing import Any, TypeAlias

from exchange.lineage.edge import Edge, Place
from exchange.lineage.kinds import PAPER_KINDS
from exchange.lineage.numbered import Names, Numbered

Columns: TypeAlias = tuple[tuple[Any, ...], ...]
"""What edges hold, by the place it has in an `Edge`."""


class Edges:
    """Edges by number.

    Shape: `downstream` and `upstream` hold numbers of `names`, `place` of `places`, `saying` of `sayings`: kind, job
    and terms together. `papers` says of each saying whether its edges are to documents.
    """

    def __init__(self) -> None:
        self.names = Names()
        self.places: Numbered[Place] = Numbered()
        self.sayings: Numbered[tuple[str, str, str]] = Numbered()
        self.downstream, self.upstream = array("i"), array("i")
        self.place, self.saying = array("i"), array("i")
        self.papers = bytearray()
        self.seq, self.line, self.at = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self.at)

    def add(self, columns: Columns) -> None:
        """Add edges, column by column: none of them is touched by a loop in Python."""
        contexts, partitions, seqs, lines, downs, ups, kinds, jobs, terms, ats = columns
        self.downstream.fromlist(self.names.numbers(downs))
        self.upstream.fromlist(self.names.numbers(ups))
        self.place.fromlist(self.places.numbers(list(zip(contexts, partitions, strict=True))))
        self.saying.fromlist(self.sayings.numbers(list(zip(kinds, jobs, terms, strict=True))))
        self.papers.extend(each[0] in PAPER_KINDS for each in self.sayings.all[len(self.papers) :])
        for column, held in ((self.seq, seqs), (self.line, lines), (self.at, ats)):
            column.fromlist(list(held))

    def edge(self, number: int) -> Edge:
        """An edge as it was added."""
        names = self.names.all
        context, partition = self.places.all[self.place[number]]
        kind, job, terms = self.sayings.all[self.saying[number]]
        return Edge(
            context=context,
            partition=partition,
            seq=self.seq[number],
            line=self.line[number],
            downstream=names[self.downstream[number]],
            upstream=names[self.upstream[number]],
            kind=kind,
            job=job,
            terms=terms,
            at=self.at[number],
        )

    def kind(self, number: int) -> str:
        """What kind of edge it is."""
        return self.sayings.all[self.saying[number]][0]

    def run(self, number: int) -> str:
        """The run that an edge comes from, named as the tables name it."""
        context, partition = self.places.all[self.place[number]]
        return f"{context}/{partition}/{self.seq[number]}"
