"""The lineage of a database as a graph in memory, kept up with it: for whoever asks more than once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from threading import Lock
from typing import Any

from sqlalchemy import Connection, select

from exchange.lineage import (
    CUT,
    Bounds,
    Edge,
    Graph,
    Moment,
    Step,
    ancestors,
    descendants,
    path,
    reach,
    taint,
)
from exchange.lineage.steps import cuts
from exchange.store import Store
from exchange.store.schema import PROGRESS
from exchange.views.lineage import LINEAGE, LINEAGE_EDGES
from exchange.views.queries.lineage_impact import HELD, holdings
from exchange.views.queries.query import TIMEOUT_S, Kind, Rows

_AT_ONCE = 500
"""Names in one question for holdings: fewer than either database takes parameters."""
_STEP_KINDS: dict[str, Kind] = {"depth": "whole", "at": "time", "left_out": "whole"}
_HOLDING_KINDS: dict[str, Kind] = {
    **_STEP_KINDS,
    "records": "whole",
    "amount_minor": "whole",
    "refunded_minor": "whole",
}


class KeptLineage:
    """Answers like the named queries, row for row, from a graph that reads on where it ended.

    Shape: the first question reads every edge, a later one what was added since. Tables that were made anew by
    another version of the software need another one of these.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graph = Graph()
        self._held = Lock()

    def ancestors(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """What something was made from, nearest first."""
        with self.caught_up(timeout_s) as graph:
            return _steps(ancestors(graph, name, bounds, moment), Step._fields)

    def descendants(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """What was made from something, nearest first."""
        with self.caught_up(timeout_s) as graph:
            return _steps(descendants(graph, name, bounds, moment), Step._fields)

    def path(
        self, downstream: str, upstream: str, depth: int, moment: Moment, timeout_s: int = TIMEOUT_S
    ) -> Rows:
        """A shortest way from something up to what it was made from."""
        with self.caught_up(timeout_s) as graph:
            found = path(graph, downstream, upstream, depth, moment)
        return _steps([each[:-1] for each in found], Step._fields[:-1])

    def taint(
        self, sources: Sequence[str], cleared: Sequence[str], moment: Moment, timeout_s: int = TIMEOUT_S
    ) -> Rows:
        """Everything that carries what these sources carry."""
        with self.caught_up(timeout_s) as graph:
            return _steps(taint(graph, sources, cleared, moment), ("name", "source"))

    def impact(self, name: str, bounds: Bounds, moment: Moment, timeout_s: int = TIMEOUT_S) -> Rows:
        """Who holds anything made from something."""
        with self.caught_up(timeout_s) as graph:
            depths = reach(graph, name, "down", bounds.checked(), moment)
            held = {graph.names[number]: depth for number, depth in depths.items() if _is_held(graph, number)}
            ends = list(cuts(graph, depths, "down", bounds, moment))
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
        run = columns.index("run") + 1
        rows.sort(key=lambda row: (*row[:3], row[run] or ""))
        names_of = ("depth", *columns, "left_out")
        return Rows(names_of, tuple(rows), kinds=tuple(_HOLDING_KINDS.get(each, "text") for each in names_of))

    @contextmanager
    def caught_up(self, timeout_s: int = TIMEOUT_S) -> Iterator[Graph]:
        """The graph with every edge that the database holds by now; nobody adds to it meanwhile."""
        self._store.refuse_missing()
        with self._held:
            with self._store.reading(timeout_s) as connection:
                numbers = connection.execute(select(PROGRESS.c.partition).distinct()).scalars().all()
                for context, number in product(LINEAGE.contexts, numbers):
                    self._graph.extend(self._newer(connection, context, number))
            yield self._graph

    def _newer(self, connection: Connection, context: str, partition: int) -> Iterable[Edge]:
        edges = LINEAGE_EDGES.c
        seq, _ = self._graph.reached.get((context, partition), (-1, 0))
        return map(
            Edge._make,
            connection.execute(
                select(*(edges[name] for name in Edge._fields))
                .where(edges.context == context, edges.partition == partition, edges.seq > seq)
                .order_by(edges.seq, edges.line)
            ),
        )


def _is_held(graph: Graph, number: int) -> bool:
    return any(graph.edge(each).kind in HELD for each in graph.side("up").edges[number])


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[first : first + _AT_ONCE] for first in range(0, len(names), _AT_ONCE))


def _steps(rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...]) -> Rows:
    kinds = tuple(_STEP_KINDS.get(each, "text") for each in columns)
    return Rows(columns, tuple(tuple(row) for row in rows), kinds=kinds)
