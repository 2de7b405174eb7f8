"""The lineage of a database as a graph in memory, kept up with it: for whoever asks more than once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from exchange.lineage import CUT, Bounds, Direction, Edge, Moment
from exchange.lineage.columns import Columns, Declared, FieldEdge, column_graph
from exchange.lineage.edge import Place
from exchange.lineage.graph import Graph
from exchange.lineage.kinds import HELD
from exchange.lineage.names import FIELD_MARK, parted
from exchange.lineage.onward import Onward
from exchange.lineage.passing import Passing
from exchange.lineage.path import path
from exchange.lineage.steps import Step, ancestors, cuts, descendants
from exchange.lineage.taint import taint
from exchange.lineage.walk import depths
from exchange.store import Store
from exchange.store.schema import PROGRESS
from exchange.views.edges import LINEAGE_COLUMNS, LINEAGE_EDGES, LINEAGE_FIELDS
from exchange.views.lineage import LINEAGE
from exchange.views.queries.lineage import refuse_mixed
from exchange.views.queries.lineage_impact import holdings
from exchange.views.queries.query import TIMEOUT_S, Kind, Rows

T = TypeVar("T", Edge, Declared, FieldEdge)
_AT_ONCE = 500
"""Names in one question for holdings: fewer than either database takes parameters."""
_STEP_KINDS: dict[str, Kind] = {"depth": "whole", "at": "time", "left_out": "whole"}
_HOLDING_KINDS: dict[str, Kind] = {
    **_STEP_KINDS,
    "records": "whole",
    "amount_minor": "whole",
    "refunded_minor": "whole",
    "credited_minor": "whole",
}


class KeptLineage:
    """Answers like the named queries, row for row, from a graph that reads on where it ended.

    Shape: the first question reads every edge, a later one what was added since. Tables that were made anew by
    another version of the software need another one of these.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graph = Graph()
        self._columns = Columns()
        self._held = Lock()

    def ancestors(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """What something was made from, nearest first."""
        with self._about((name,), "up", moment, timeout_s) as graph:
            return _steps(ancestors(graph, name, bounds, moment), Step._fields)

    def descendants(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """What was made from something, nearest first."""
        with self._about((name,), "down", moment, timeout_s) as graph:
            return _steps(descendants(graph, name, bounds, moment), Step._fields)

    def path(
        self, downstream: str, upstream: str, depth: int, moment: Moment, timeout_s: int = TIMEOUT_S
    ) -> Rows:
        """A shortest way from something up to what it was made from."""
        with self._about((downstream,), "up", moment, timeout_s) as graph:
            found = path(graph, downstream, upstream, depth, moment)
        return _steps([each[:-1] for each in found], Step._fields[:-1])

    def taint(
        self, sources: Sequence[str], cleared: Sequence[str], moment: Moment, timeout_s: int = TIMEOUT_S
    ) -> Rows:
        """All data that carries what these sources carry."""
        refuse_mixed(sources)
        with self._about(sources, "down", moment, timeout_s) as graph:
            return _steps(taint(graph, sources, cleared, moment), ("name", "source"))

    def impact(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """Who holds anything made from something."""
        with self._about((name,), "down", moment, timeout_s) as graph:
            depth_max, breadth = bounds.checked()
            onward = Onward(graph, "down", Passing(graph.edges, moment), breadth, papers=False)
            reached = depths(onward, name, depth_max)
            held = self._held_of(graph, reached)
            ends = list(cuts(onward, reached, depth_max))
        rows: list[tuple[Any, ...]] = []
        with self._store.reading(timeout_s) as connection:
            wanted = holdings(moment)
            columns = tuple(each.name for each in wanted.selected_columns)
            for names in _parts(sorted(held)):
                found = connection.execute(wanted.where(LINEAGE_EDGES.c.downstream.in_(names)))
                rows += [(held[row.holding], *row, 0) for row in found]
        for cut in ends:
            empty = (None,) * (len(columns) - 2)
            rows.append((cut.depth - 1, cut.upstream, CUT, *empty, cut.left_out))
        run, made_from = (columns.index(each) + 1 for each in ("run", "made_from"))
        rows.sort(key=lambda row: (*row[:3], row[run] or "", row[made_from] or ""))
        names_of = ("depth", *columns, "left_out")
        return Rows(names_of, tuple(rows), kinds=tuple(_HOLDING_KINDS.get(each, "text") for each in names_of))

    def _held_of(self, graph: Graph, reached: Mapping[int, int]) -> dict[str, int]:
        """What of all that was reached is in somebody's hands, or a field of it, and how many steps away."""
        held: dict[str, int] = {}
        for number, depth in reached.items():
            thing, _ = parted(graph.names[number])
            if (whole := self._graph.number(thing)) is not None and _is_held(self._graph, whole):
                held[thing] = min(depth, held.get(thing, depth))
        return held

    @contextmanager
    def _about(
        self, names: Sequence[str], direction: Direction, moment: Moment, timeout_s: int
    ) -> Iterator[Graph]:
        """The graph that a question is about: that of things, or of the fields that are named."""
        with self.caught_up(timeout_s) as graph:
            if any(FIELD_MARK in each for each in names):
                graph = column_graph(graph, self._columns, names, direction, moment)
            yield graph

    @contextmanager
    def caught_up(self, timeout_s: int = TIMEOUT_S) -> Iterator[Graph]:
        """The graph with every edge that the database holds by now; nobody adds to it meanwhile."""
        self._store.refuse_missing()
        with self._held:
            with self._store.reading(timeout_s) as connection:
                numbers = connection.execute(select(PROGRESS.c.partition).distinct()).scalars().all()
                for place in product(LINEAGE.contexts, numbers):
                    self._read_on(connection, place)
            yield self._graph

    def _read_on(self, connection: Connection, place: Place) -> None:
        after = self._graph.reached.get(place)
        self._graph.extend(_newer(connection, place, LINEAGE_EDGES, Edge, after))
        after = self._columns.reached.get(place)
        declared: list[Declared | FieldEdge] = [
            *_newer(connection, place, LINEAGE_FIELDS, Declared, after),
            *_newer(connection, place, LINEAGE_COLUMNS, FieldEdge, after),
        ]
        self._columns.add(sorted(declared, key=lambda each: (each.seq, each.line)))


def _newer(
    connection: Connection, place: Place, table: Table, made: type[T], after: tuple[int, int] | None
) -> Iterable[T]:
    """Rows of a partition that came after what was read before."""
    kept, (context, partition), seq = table.c, place, -1 if after is None else after[0]
    return map(
        made._make,
        connection.execute(
            select(*(kept[name] for name in made._fields))
            .where(kept.context == context, kept.partition == partition, kept.seq > seq)
            .order_by(kept.seq, kept.line)
        ),
    )


def _is_held(graph: Graph, number: int) -> bool:
    return any(graph.edges.kind(each) in HELD for each in graph.edges_of(number, "up", papers=False))


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE))


def _steps(rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...]) -> Rows:
    kinds = tuple(_STEP_KINDS.get(each, "text") for each in columns)
    return Rows(columns, tuple(tuple(row) for row in rows), kinds=kinds)
