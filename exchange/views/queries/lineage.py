"""What came before, what came after, who holds it, and the way between: the lineage in SQL."""

import json
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, literal, select, union_all

from exchange.kernel.errors import Misuse
from exchange.lineage import USUAL, Bounds, Direction, moment_of
from exchange.store.schema import TEXT
from exchange.views.lineage import LINEAGE_EDGES
from exchange.views.queries.lineage_walk import AS_OF, Walk, shown, walk
from exchange.views.queries.query import NamedQuery, Parameter, Rows

NAMES_MAX = 100
"""Sources that one question about taint names at most."""


def _steps(
    direction: Direction, name: str, depth: int, breadth: int, until_at: int | None, position: str | None
) -> Select[Any]:
    asked = walk(name, direction, depth, breadth, until_at, position)
    return asked.steps(asked.reached())


def _path(
    downstream: str, upstream: str, depth: int, until_at: int | None, position: str | None
) -> Select[Any]:
    """The edges of every shortest way; which of them to take is worked out."""
    moment = moment_of(until_at, position)
    # No way is left out: as many ties as there can be.
    bounds = Bounds(depth, USUAL.breadth).checked()._replace(breadth=2**31)
    above = Walk(downstream, "up", bounds, moment).reached()
    below = Walk(upstream, "down", bounds, moment).reached()
    length = select(above.c.depth).where(above.c.name == upstream).scalar_subquery()
    on_the_way = and_(
        LINEAGE_EDGES.c.downstream == above.c.name,
        LINEAGE_EDGES.c.upstream == below.c.name,
        above.c.depth + 1 + below.c.depth == length,
    )
    edge = ("downstream", "upstream", "kind", "job", "run", "terms", "at")
    places = ("upstream", "at", "run", "kind", "job", "terms")
    depth_of = (above.c.depth + 1).label("depth")
    return (
        select(depth_of, *(LINEAGE_EDGES.c[name] for name in edge))
        .select_from(LINEAGE_EDGES)
        .join(above, LINEAGE_EDGES.c.downstream == above.c.name)
        .join(below, on_the_way)
        .where(shown(LINEAGE_EDGES, moment))
        .order_by(depth_of, *(LINEAGE_EDGES.c[name] for name in places))
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
    named, runs = names_in(sources), names_in(cleared) if cleared else ()
    passing = and_(shown(LINEAGE_EDGES, moment_of(until_at, position)), LINEAGE_EDGES.c.run.not_in(runs))
    listed = union_all(*(select(literal(each, TEXT).label("source")) for each in named)).subquery("listed")
    first = select(LINEAGE_EDGES.c.downstream.label("name"), listed.c.source).where(
        LINEAGE_EDGES.c.upstream == listed.c.source, passing
    )
    carrying = first.cte("carrying", recursive=True)
    carrying = carrying.union(
        select(LINEAGE_EDGES.c.downstream, carrying.c.source).where(
            LINEAGE_EDGES.c.upstream == carrying.c.name, passing
        )
    )
    return select(carrying.c.name, carrying.c.source).order_by(carrying.c.name, carrying.c.source)


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


NAME = Parameter("name", "a name as lineage edges carry it, such as hub://exchange/stream/P-07/0-99")
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
