"""What came before, what came after, who holds it, and the way between: the lineage in SQL."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import FromClause, Select, and_, literal, select, union, union_all

from exchange.kernel.errors import Misuse
from exchange.lineage import USUAL, Bounds, Direction, Moment, moment_of
from exchange.lineage.names import FIELD_MARK
from exchange.store.schema import TEXT
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.queries.lineage_columns import column_edges
from exchange.views.queries.lineage_walk import AS_OF, Walk, data_only, shown
from exchange.views.queries.query import NamedQuery, Parameter, Rows

NAMES_MAX = 100
"""Sources that one question about taint names at most."""


def _steps(
    direction: Direction, name: str, depth: int, breadth: int, until_at: int | None, position: str | None
) -> Select[Any]:
    bounds, moment = Bounds(depth, breadth).checked(), moment_of(until_at, position)
    asked = Walk(name, direction, bounds, moment, edges_of(name, direction, moment))
    return asked.steps(asked.reached())


def edges_of(name: str, direction: Direction, moment: Moment) -> FromClause:
    """The edges that a question about a thing walks, or about a field of it."""
    return column_edges(name, direction, moment) if FIELD_MARK in name else LINEAGE_EDGES


def _path(
    downstream: str, upstream: str, depth: int, until_at: int | None, position: str | None
) -> Select[Any]:
    """The edges of every shortest way; which of them to take is worked out."""
    moment = moment_of(until_at, position)
    # No way is left out: as many ties as there can be.
    bounds = Bounds(depth, USUAL.breadth).checked()._replace(breadth=2**31)
    edges = edges_of(downstream, "up", moment)
    above = Walk(downstream, "up", bounds, moment, edges).reached()
    below = Walk(upstream, "down", bounds, moment, edges).reached()
    length = select(above.c.depth).where(above.c.name == upstream).scalar_subquery()
    on_the_way = and_(
        edges.c.downstream == above.c.name,
        edges.c.upstream == below.c.name,
        above.c.depth + 1 + below.c.depth == length,
    )
    edge = ("downstream", "upstream", "kind", "job", "run", "terms", "at")
    places = ("upstream", "at", "run", "kind", "job", "terms")
    depth_of = (above.c.depth + 1).label("depth")
    return (
        select(depth_of, *(edges.c[name] for name in edge))
        .select_from(edges)
        .join(above, edges.c.downstream == above.c.name)
        .join(below, on_the_way)
        .where(shown(edges, moment))
        .order_by(depth_of, *(edges.c[name] for name in places))
    )


def _one_way(found: Rows) -> Rows:
    """Of all shortest ways the one whose next name comes first."""
    way: list[tuple[Any, ...]] = []
    for row in found.rows:
        depth, downstream = row[:2]
        if depth == len(way) + 1 and (not way or way[-1][2] == downstream):
            way.append(row)
    return found._replace(rows=tuple(way))


def _taint(sources: str, cleared: str | None, until_at: int | None, position: str | None) -> Select[Any]:
    named, runs, moment = (
        names_in(sources),
        names_in(cleared) if cleared else (),
        moment_of(until_at, position),
    )
    edges = _tainting(named, moment)
    passing = and_(shown(edges, moment), data_only(edges), edges.c.run.not_in(runs))
    listed = union_all(*(select(literal(each, TEXT).label("source")) for each in named)).subquery("listed")
    first = select(edges.c.downstream.label("name"), listed.c.source).where(
        edges.c.upstream == listed.c.source, passing
    )
    carrying = first.cte("carrying", recursive=True)
    carrying = carrying.union(
        select(edges.c.downstream, carrying.c.source).where(edges.c.upstream == carrying.c.name, passing)
    )
    return select(carrying.c.name, carrying.c.source).order_by(carrying.c.name, carrying.c.source)


def _tainting(named: Sequence[str], moment: Moment) -> FromClause:
    """The edges below some things, or below some fields."""
    refuse_mixed(named)
    if FIELD_MARK not in named[0]:
        return LINEAGE_EDGES
    parts = [column_edges(each, "down", moment) for each in named]
    return parts[0] if len(parts) == 1 else union(*(select(each) for each in parts)).subquery("below")


def refuse_mixed(names: Sequence[str]) -> None:
    """Raises: Misuse if things and fields are named in one question: a field's taint is a part of its thing's."""
    if len({FIELD_MARK in each for each in names}) > 1:
        raise Misuse("one question about taint names things, or fields, not both; ask twice")


def names_in(given: str) -> tuple[str, ...]:
    """One name, or those of a JSON list. Raises: Misuse if the list is none, or too long."""
    if not given.startswith("["):
        return (given,)
    try:
        names = json.loads(given)
    except ValueError as error:
        raise Misuse(f"{given!r:.60} is neither a name nor a JSON list of names") from error
    if not 1 <= len(names) <= NAMES_MAX or not all(isinstance(each, str) for each in names):
        raise Misuse(f"a list of names holds 1 to {NAMES_MAX} of them, and nothing else")
    return tuple(names)


NAME = Parameter(
    "name",
    "a name as lineage edges carry it, such as hub://exchange/stream/P-07/0-99; of a field with # and its name",
)
DEPTH = Parameter("depth", "steps away at most", kind="whole number", default=USUAL.depth, required=False)
BREADTH = Parameter(
    "breadth",
    "things followed from any one thing at most, the first by name",
    kind="whole number",
    default=USUAL.breadth,
    required=False,
)
_MARKED = " Where more would follow, a row of kind cut says how many are left out."

QUERIES = (
    NamedQuery(
        "ancestors",
        "What something was made from, nearest first." + _MARKED,
        partial(_steps, "up"),
        (NAME, DEPTH, BREADTH, *AS_OF),
    ),
    NamedQuery(
        "descendants",
        "What was made from something, nearest first." + _MARKED,
        partial(_steps, "down"),
        (NAME, DEPTH, BREADTH, *AS_OF),
    ),
    NamedQuery(
        "path",
        "A shortest way from something up to what it was made from.",
        _path,
        (
            Parameter("downstream", "where the way begins"),
            Parameter("upstream", "what it leads up to"),
            DEPTH,
            *AS_OF,
        ),
        _one_way,
    ),
    NamedQuery(
        "taint",
        "Everything that carries what these sources carry, never cut.",
        _taint,
        (
            Parameter("sources", "a name, or a JSON list of names"),
            Parameter("cleared", "a run behind which the taint ends, or a JSON list of runs", required=False),
            *AS_OF,
        ),
    ),
)
