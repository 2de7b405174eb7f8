"""Edges of one class in one direction: for each name the edges that lead from it."""

from array import array
from collections.abc import Iterable

import numpy as np

from exchange.lineage.numbers import Numbers, seen_as_numbers

_ROOM_MIN = 4
"""Places of the smallest row: of so few, most names never need more and their rows never move."""


class Side:
    """By number of a name its edges, and where each of them ends.

    Shape: the edges of a name lie in a row of places one after the other; `row[2 * n]` is where that of name `n` begins
    and `row[2 * n + 1]` how many edges it holds. A row has room for the next power of two; one that is full moves
    behind all others, and `lost` counts places that were left so. All are numpy's, whose memory the system lays in
    large pages, and seen as Python's, which are read faster one by one.
    """

    def __init__(self, near: "array[int]", far: "array[int]") -> None:
        self._near, self._far = near, far
        self._used = self.lost = 0
        self._lay_rows(np.zeros((0, 2), np.intc))
        self._lay_places(np.empty(0, np.intc), np.empty(0, np.intc))

    def know(self, names: int) -> None:
        """Have room for so many names."""
        if names > len(self._rows):
            # A quarter more: names come all the time.
            known = len(self._rows)
            self._lay_rows(_lengthened(self._rows, names * 5 // 4))
            self._rows[known:] = 0

    def add(self, new: Numbers) -> None:
        """Take in edges, of names that there is room for."""
        if not len(new):
            return
        near = seen_as_numbers(self._near)[new]
        order = np.argsort(near, kind="stable")
        near, new = near[order], new[order]
        first = np.flatnonzero(np.append(True, near[1:] != near[:-1]))
        names, more = near[first], np.diff(first, append=len(near))
        held = self._rows[names, 1]
        width = held + more
        full = width > _room(held)
        self._move(names[full], width[full])
        # Behind what the row of its name held.
        places = _counted(self._rows[names, 0] + held, more)
        self._edges[places] = new
        self._ends[places] = seen_as_numbers(self._far)[new]
        self._rows[names, 1] = width

    def _move(self, names: Numbers, width: Numbers) -> None:
        """Move rows behind all others, with room for so many edges each."""
        begin, end = _laid(width, self._used)
        if end > len(self._ends):
            # Twice as much: memory that was never written takes none.
            length = end * 2
            self._lay_places(_lengthened(self._edges, length), _lengthened(self._ends, length))
        held = self._rows[names, 1]
        old, new = self._places(names), _counted(begin, held)
        self._edges[new], self._ends[new] = self._edges[old], self._ends[old]
        self._rows[names, 0] = begin
        self._used = end
        self.lost += int(_room(held).sum())

    def tidy(self) -> None:
        """Lay the rows in the order of names, without the places that were left."""
        if not self._used:
            return
        begin, end = _laid(self._rows[:, 1], 0)
        # With the room behind each row, so that they follow each other without a gap.
        places = _counted(self._rows[:, 0], _room(self._rows[:, 1]))
        self._lay_places(self._edges.take(places), self._ends.take(places))
        self._rows[:, 0] = begin
        self._used, self.lost = end, 0

    def _lay_rows(self, rows: Numbers) -> None:
        self._rows, self._row = rows, rows.reshape(-1).data
        # Both numbers of a row are fetched as one.
        self._pairs = rows.view(np.int64).reshape(-1)

    def _lay_places(self, edges: Numbers, ends: Numbers) -> None:
        self._edges, self._edge = edges, edges.data
        self._ends, self._end = ends, ends.data

    def edges(self, name: int) -> list[int]:
        """The edges of a name, in the order in which they came."""
        begin = self._row[2 * name]
        return self._edge[begin : begin + self._row[2 * name + 1]].tolist()

    def width(self, name: int) -> int:
        """How many edges a name has."""
        return self._row[2 * name + 1]

    def ends(self, names: Iterable[int], found: set[int]) -> None:
        """Add to `found` where the edges of all these names end."""
        row, end = self._row, self._end
        for name in names:
            if width := row[2 * name + 1]:
                begin = row[2 * name]
                found.update(end[begin : begin + width])

    def widths_at(self, names: Numbers) -> Numbers:
        """How many edges each of these names has."""
        widths: Numbers = self._rows[names, 1]
        return widths

    def edges_at(self, names: Numbers) -> Numbers:
        """The edges of all these names."""
        return self._edges.take(self._places(names))

    def ends_at(self, names: Numbers) -> Numbers:
        """Where the edges of all these names end, those that end at one name as often as there are."""
        return self._ends.take(self._places(names))

    def _places(self, names: Numbers) -> Numbers:
        rows = self._pairs.take(names).view(np.intc).astype(np.intp)
        return _counted(rows[0::2], rows[1::2])


def _counted(begin: Numbers, width: Numbers) -> Numbers:
    """All places of rows that begin there and are so wide, as wide as numpy wants what it looks up by."""
    # Counting on through each row: from its beginning, less what the rows before it took.
    places: Numbers = (begin - width.cumsum() + width).repeat(width)
    places += np.arange(len(places))
    return places


def _laid(width: Numbers, first: int) -> tuple[Numbers, int]:
    """Where rows for so many edges begin that are laid one after the other from `first` on, and where they end."""
    room = _room(width)
    end = first + room.cumsum()
    return (end - room).astype(np.intc), int(end[-1]) if len(end) else first


def _room(width: Numbers) -> Numbers:
    """How many places rows of so many edges have."""
    _, bits = np.frexp(width - 1)
    return np.where(width > 0, np.maximum(1 << bits, _ROOM_MIN), 0)


def _lengthened(numbers: Numbers, length: int) -> Numbers:
    longer = np.empty((length, *numbers.shape[1:]), np.intc)
    longer[: len(numbers)] = numbers
    return longer
