"""Which edges a question goes along."""

from collections.abc import Collection, Iterable

import numpy as np

from exchange.lineage.edge import NOW, Moment, Place
from exchange.lineage.edges import Edges
from exchange.lineage.numbers import Mask, Numbers, seen_as_numbers


class Passing:
    """Whether edges were known at a moment, and are not of a run behind which a taint ends.

    Shape: `every` where all are and none is, so that nobody need ask.
    """

    def __init__(self, edges: Edges, moment: Moment = NOW, cleared: Collection[str] = ()) -> None:
        self._edges = edges
        self._moment = moment
        self._cleared = _numbered(edges, cleared) if cleared else {}
        self.every = moment == NOW and not self._cleared

    def one(self, edge: int) -> bool:
        """Whether the question goes along this edge."""
        edges, place, seq = self._edges, self._edges.place[edge], self._edges.seq[edge]
        known = self._moment.shows(edges.places.all[place], seq, edges.at[edge])
        return known and seq not in self._cleared.get(place, ())

    def at(self, edges: Numbers) -> Mask:
        """Of each of these edges whether the question goes along it."""
        place, seq = (seen_as_numbers(each)[edges] for each in (self._edges.place, self._edges.seq))
        passes = np.ones(len(edges), np.bool_)
        if self._moment.until_at is not None:
            passes &= seen_as_numbers(self._edges.at)[edges] <= self._moment.until_at
        for named, last in self._moment.places.items():
            if (number := self._edges.places.get(named)) is not None:
                passes &= (place != number) | (seq <= last)
        for number, seqs in self._cleared.items():
            passes &= (place != number) | np.isin(seq, list(seqs), invert=True)
        return passes


def _numbered(edges: Edges, runs: Iterable[str]) -> dict[int, set[int]]:
    """By number of a place the facts of it that are named as runs; what is no run of any edge is left out."""
    found: dict[int, set[int]] = {}
    for run in runs:
        place, seq = _fact(run)
        if (number := edges.places.get(place)) is not None and seq is not None:
            found.setdefault(number, set()).add(seq)
    return found


def _fact(run: str) -> tuple[Place, int | None]:
    """The place and the number of a fact; no number where the run is not written as runs are."""
    context, partition, seq = ("//" + run).rsplit("/", 2)
    try:
        place, number = (context[2:], int(partition)), int(seq)
    except ValueError:
        return ("", 0), None
    return place, number if f"{place[0]}/{place[1]}/{number}" == run else None
