"""Edges of one class in one direction: for each name the edges that lead from it."""

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from exchange.lineage.numbers import Numbers, numbers_of, seen_as_numbers


class Side:
    """By number of a name its edges, and where each of them ends.

    Shape: most lie in compressed rows, those of one name after the other: name `n` has places `first[n]` to
    `first[n + 1]`. What was added since lies in `_fresh` by name, until it is folded in. Rows are arrays of Python,
    which are read faster one by one, and seen as numpy's, which are walked faster at once.
    """

    def __init__(self, near: "array[int]", far: "array[int]") -> None:
        self._near, self._far = near, far
        self._fresh: defaultdict[int, list[int]] = defaultdict(list)
        self._lay(np.zeros(1, np.intc), np.zeros(0, np.intc), np.zeros(0, np.intc))

    def add(self, edges: Iterable[int]) -> None:
        """Note a few edges."""
        near, fresh, touched, folded = self._near, self._fresh, self._touched, len(self._touched)
        for edge in edges:
            name = near[edge]
            fresh[name].append(edge)
            if name < folded:
                touched[name] = 1

    def fold(self, new: Numbers, names: int) -> None:
        """Work these edges into the rows; they are all that is not in them yet."""
        if not len(new):
            return
        near = seen_as_numbers(self._near)[new]
        order = np.argsort(near, kind="stable")
        added = np.bincount(near, minlength=names)
        kept = np.zeros(names, np.intp)
        kept[: len(self._begin)] = self._end - self._begin
        first = np.zeros(names + 1, np.intp)
        np.cumsum(kept + added, out=first[1:])
        # An edge moves on by as many as the names before its own got; what is new comes behind what a name had.
        old_first, new_first = np.cumsum(kept) - kept, np.cumsum(added) - added
        old_places = np.repeat(first[:-1] - old_first, kept) + np.arange(len(self._edges))
        new_places = np.repeat(first[:-1] + kept - new_first, added) + np.arange(len(new))
        edges = np.empty(first[-1], np.intc)
        edges[old_places], edges[new_places] = seen_as_numbers(self._edges), new[order]
        self._fresh.clear()
        self._lay(first, edges, seen_as_numbers(self._far)[edges])

    def _lay(self, first: Numbers, edges: Numbers, ends: Numbers) -> None:
        self._first, self._edges, self._ends = (
            array("i", each.astype(np.intc).tobytes()) for each in (first, edges, ends)
        )
        # Rows are made anew and never grow, so that they may be seen for as long as they are.
        seen = seen_as_numbers(self._first)
        self._begin, self._end = seen[:-1], seen[1:]
        self._seen_edges, self._seen_ends = seen_as_numbers(self._edges), seen_as_numbers(self._ends)
        self._touched = bytearray(len(seen) - 1)
        self._seen_touched = np.frombuffer(self._touched, np.bool_)

    def edges(self, name: int) -> list[int]:
        """The edges of a name."""
        rows = self._edges[self._first[name] : self._first[name + 1]] if name < len(self._touched) else ()
        return [*rows, *self._fresh.get(name, ())]

    def width(self, name: int) -> int:
        """How many edges a name has."""
        rows = self._first[name + 1] - self._first[name] if name < len(self._touched) else 0
        return rows + len(self._fresh.get(name, ()))

    def ends(self, names: Iterable[int], found: set[int]) -> None:
        """Add to `found` where the edges of all these names end."""
        first, ends, folded, fresh = self._first, self._ends, len(self._touched), self._fresh
        for name in names:
            if name < folded and (begin := first[name]) != (end := first[name + 1]):
                found.update(ends[begin:end])
            if fresh and name in fresh:
                found.update(map(self._far.__getitem__, fresh[name]))

    def widths_at(self, names: Numbers) -> Numbers:
        """How many edges each of these names has."""
        inside = names < len(self._touched)
        widths = np.zeros(len(names), np.intc)
        widths[inside] = self._end[names[inside]] - self._begin[names[inside]]
        if self._fresh:
            late = ~inside
            late[inside] = self._seen_touched[names[inside]]
            fresh = [len(self._fresh.get(name, ())) for name in names[late].tolist()]
            widths[late] += numbers_of(fresh)
        return widths

    def edges_at(self, names: Numbers) -> Numbers:
        """The edges of all these names."""
        inside, late = self._parted(names)
        edges = self._seen_edges[self._places(inside)]
        return np.concatenate((edges, late)) if len(late) else edges

    def ends_at(self, names: Numbers) -> Numbers:
        """Where the edges of all these names end, those that end at one name as often as there are."""
        inside, late = self._parted(names)
        ends = self._seen_ends[self._places(inside)]
        return np.concatenate((ends, seen_as_numbers(self._far)[late])) if len(late) else ends

    def _parted(self, names: Numbers) -> tuple[Numbers, Numbers]:
        """Those of these names that have rows, and the edges of these names that are in no row."""
        inside = names < len(self._touched)
        rows = names if inside.all() else names[inside]
        late: list[int] = []
        if self._fresh:
            for name in (*names[~inside].tolist(), *rows[self._seen_touched[rows]].tolist()):
                late += self._fresh.get(name, ())
        return rows, numbers_of(late)

    def _places(self, names: Numbers) -> Numbers:
        """The places in the rows of all edges of these names."""
        begin = self._begin[names]
        width = self._end[names] - begin
        behind = np.cumsum(width)
        # Counting on through each row: from its beginning, less what the rows before it took.
        return np.repeat(begin - behind + width, width) + np.arange(behind[-1] if len(behind) else 0)
