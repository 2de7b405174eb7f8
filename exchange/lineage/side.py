"""Edges of one class in one direction: for each name the edges that lead from it."""

from array import array
from collections.abc import Iterable

import numpy as np

from exchange.lineage.numbers import Numbers, numbers_of, seen_as_numbers

_LINKS_MAX = 8
"""Links of chains that are followed all chains at once; the few that are longer are followed one by one."""


class Side:
    """By number of a name its edges, and where each of them ends.

    Shape: most lie in compressed rows, those of one name after the other: name `n` has places `first[n]` to
    `first[n + 1]`; names that came later have empty rows behind. What was added since, until it is folded in, lies in
    chains: `head[n]` is the newest such edge of a name, `before` holds for an edge the one before it, or -1; it is one
    array for both classes. Rows are numpy's, whose memory the system lays in large pages, and seen as Python's, which
    are read faster one by one.
    """

    def __init__(self, near: "array[int]", far: "array[int]", before: "array[int]") -> None:
        self._near, self._far, self._before = near, far, before
        self._folded = 0
        self._lay_heads(np.zeros(0, np.intc))
        self._lay_rows(np.zeros(1, np.intp), np.zeros(0, np.intc))

    def know(self, names: int) -> None:
        """Have room for so many names."""
        if names > len(self._heads):
            # A quarter more: names come all the time.
            self._lay_heads(_widened(self._heads, names * 5 // 4, -1))
            self._lay_first(self._all_first)

    def add(self, new: Numbers) -> None:
        """Note edges for whose places in `before` there is room."""
        if not len(new):
            return
        near = seen_as_numbers(self._near)[new]
        order = np.argsort(near, kind="stable")
        near, new = near[order], new[order]
        heads, before = self._heads, seen_as_numbers(self._before)
        # The first of a name's new edges goes before what it had, each other one before the one next to it.
        before[new - self._folded] = np.where(
            np.append(True, near[1:] != near[:-1]), heads[near], np.roll(new, 1)
        )
        # Of several edges of a name the last one stays.
        heads[near] = new

    def fold(self, new: Numbers, names: int, folded: int) -> None:
        """Work these edges into the rows; they are all that are not in them yet.

        Shape: `folded` counts edges of both classes; chains are of those that come after.
        """
        self.know(names)
        self._heads.fill(-1)
        self._folded = folded
        if len(new):
            self._merge(new, names)

    def _merge(self, new: Numbers, names: int) -> None:
        near = seen_as_numbers(self._near)[new]
        order = np.argsort(near, kind="stable")
        added = np.bincount(near, minlength=names)
        kept = (self._end[:names] - self._begin[:names]).astype(np.intp)
        first = np.zeros(names + 1, np.intp)
        np.cumsum(kept + added, out=first[1:])
        # An edge moves on by as many as the names before its own got; what is new comes behind what a name had.
        moved, new_first = np.cumsum(added) - added, first[:-1] + kept
        edges = np.empty(len(self._all_edges) + len(new), np.intc)
        edges[np.repeat(moved, kept) + np.arange(len(self._all_edges))] = self._all_edges
        edges[np.repeat(new_first - moved, added) + np.arange(len(new))] = new[order]
        self._lay_rows(first, edges)

    def _lay_rows(self, first: Numbers, edges: Numbers) -> None:
        self._all_edges, self._edges = edges, edges.data
        # Where they end lies there for itself, wide as numpy wants what it looks up by.
        self._all_ends = seen_as_numbers(self._far)[edges].astype(np.int64)
        self._ends = self._all_ends.data
        self._lay_first(first)

    def _lay_first(self, first: Numbers) -> None:
        self._all_first = _widened(first, len(self._heads) + 1, len(self._all_edges))
        self._begin, self._end, self._first = self._all_first[:-1], self._all_first[1:], self._all_first.data

    def _lay_heads(self, heads: Numbers) -> None:
        self._heads, self._head = heads, heads.data

    def edges(self, name: int) -> list[int]:
        """The edges of a name."""
        edges = self._edges[self._first[name] : self._first[name + 1]].tolist()
        return edges if self._head[name] < 0 else edges + self._chained(self._head[name])

    def width(self, name: int) -> int:
        """How many edges a name has."""
        rows = self._first[name + 1] - self._first[name]
        return rows if self._head[name] < 0 else rows + len(self._chained(self._head[name]))

    def ends(self, names: Iterable[int], found: set[int]) -> None:
        """Add to `found` where the edges of all these names end."""
        first, ends, head = self._first, self._ends, self._head
        for name in names:
            if (begin := first[name]) != (end := first[name + 1]):
                found.update(ends[begin:end])
            if head[name] >= 0:
                found.update(map(self._far.__getitem__, self._chained(head[name])))

    def _chained(self, edge: int) -> list[int]:
        """An edge, and all behind it in its chain."""
        before, folded, edges = self._before, self._folded, []
        while edge >= 0:
            edges.append(edge)
            edge = before[edge - folded]
        return edges

    def widths_at(self, names: Numbers) -> Numbers:
        """How many edges each of these names has."""
        widths = self._end[names] - self._begin[names]
        if self._before:
            heads = self._heads[names]
            for place in np.flatnonzero(heads >= 0).tolist():
                widths[place] += len(self._chained(int(heads[place])))
        return widths

    def edges_at(self, names: Numbers) -> Numbers:
        """The edges of all these names."""
        edges = self._all_edges.take(self._places(names))
        return np.concatenate((edges, *self._late(names))) if self._before else edges

    def ends_at(self, names: Numbers) -> Numbers:
        """Where the edges of all these names end, those that end at one name as often as there are."""
        ends = self._all_ends.take(self._places(names))
        if not self._before or not (late := self._late(names)):
            return ends
        far = seen_as_numbers(self._far)
        return np.concatenate((ends, *(far[edges] for edges in late)))

    def _late(self, names: Numbers) -> list[Numbers]:
        """The edges of these names that are in no row."""
        late: list[Numbers] = []
        before, edges = seen_as_numbers(self._before), self._heads.take(names)
        while len(edges := edges[edges >= 0]):
            if len(late) == _LINKS_MAX:
                late += [numbers_of(self._chained(edge)) for edge in edges.tolist()]
                break
            late.append(edges)
            edges = before[edges - self._folded]
        return late

    def _places(self, names: Numbers) -> Numbers:
        """The places in the rows of all edges of these names."""
        begin = self._begin.take(names)
        width = self._end.take(names) - begin
        behind = width.cumsum()
        # Counting on through each row: from its beginning, less what the rows before it took.
        places: Numbers = (begin - behind + width).repeat(width)
        places += np.arange(len(places))
        return places


def _widened(numbers: Numbers, length: int, filling: int) -> Numbers:
    widened = np.full(length, filling, np.intc)
    widened[: len(numbers)] = numbers
    return widened
