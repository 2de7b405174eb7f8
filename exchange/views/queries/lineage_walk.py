"""Walking the lineage edges in SQL, for the queries over them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    not_,
    null,
    select,
    true,
    union_all,
)

from exchange.lineage import CUT, Bounds, Direction, Moment, moment_of
from exchange.lineage.kinds import PAPER_KINDS
from exchange.store.schema import TEXT
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.queries.query import Parameter

_SAID = ("downstream", "upstream", "kind", "job", "run", "terms", "at")

AS_OF = (
    Parameter(
        "until_at",
        "as of this time, in microseconds since the epoch",
        kind="whole number",
        required=False,
    ),
    Parameter(
        "position",
        "as of these facts, CONTEXT/PARTITION/SEQ with commas between; other partitions whole",
        required=False,
    ),
)


class Walk(NamedTuple):
    """Where a question begins, which way it goes, how far, as of when, and over which edges.

    Shape: without `papers` over those of data only.
    """

    name: str
    direction: Direction
    bounds: Bounds
    moment: Moment
    edges: FromClause = LINEAGE_EDGES
    papers: bool = True

    def reached(self) -> Subquery:
        """Everything that is reached with how many steps away it is, the beginning itself at 0."""
        near, far = self.ends(self.edges)
        first = select(
            literal(self.name, TEXT).label("name"),
            literal(0, BigInteger).label("depth"),
            self._last(literal(self.name, TEXT)).label("last"),
        )
        walk = first.cte(f"walk_{self.direction}", recursive=True)
        onward = and_(
            near == walk.c.name, walk.c.depth < self.bounds.depth, far <= func.coalesce(walk.c.last, far)
        )
        walk = walk.union(
            select(far, walk.c.depth + 1, self._last(far)).where(onward, self.known(self.edges))
        )
        nearest = select(
            walk.c.name, func.min(walk.c.depth).label("depth"), func.min(walk.c.last).label("last")
        )
        return nearest.group_by(walk.c.name).subquery(f"reached_{self.direction}")

    def ends(self, edges: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """The end of an edge that the walk comes from, and the one it goes to."""
        down, up = edges.c.downstream, edges.c.upstream
        return (down, up) if self.direction == "up" else (up, down)

    def steps(self, reached: Subquery) -> Select[Any]:
        """The edges that were walked, and a mark where the walk ended by its bounds."""
        near, far = self.ends(self.edges)
        taken = and_(
            near == reached.c.name,
            reached.c.depth < self.bounds.depth,
            far <= func.coalesce(reached.c.last, far),
        )
        walked = (
            select(
                (reached.c.depth + 1).label("depth"),
                *(self.edges.c[name] for name in _SAID),
                literal(0, BigInteger).label("left_out"),
            )
            .select_from(self.edges.join(reached, taken))
            .where(self.known(self.edges))
        )
        cut = self.cuts(reached).subquery("cuts")
        near_first = (cut.c.name, _text("")) if self.direction == "up" else (_text(""), cut.c.name)
        marked = select(
            (cut.c.depth + 1).label("depth"),
            near_first[0].label("downstream"),
            near_first[1].label("upstream"),
            _text(CUT).label("kind"),
            *(_text("").label(name) for name in ("job", "run", "terms")),
            cast(null(), BigInteger).label("at"),
            cut.c.left_out,
        )
        return ordered(union_all(walked, marked).subquery("steps"), ("depth", "downstream", "upstream"))

    def cuts(self, reached: Subquery) -> Select[Any]:
        """What was reached and is tied to things that were not, and to how many."""
        near, far = self.ends(self.edges)
        inside = reached.alias("inside")
        return (
            select(
                reached.c.name,
                reached.c.depth,
                func.count(func.distinct(far)).label("left_out"),
            )
            .select_from(
                reached.join(self.edges, near == reached.c.name).outerjoin(inside, inside.c.name == far)
            )
            .where(inside.c.name.is_(None), self.known(self.edges))
            .group_by(reached.c.name, reached.c.depth)
        )

    def known(self, edges: FromClause) -> ColumnElement[bool]:
        """Whether an edge is one of those that are walked."""
        return and_(shown(edges, self.moment), true() if self.papers else data_only(edges))

    def _last(self, name: ColumnElement[Any]) -> ScalarSelect[Any]:
        """The last name that is gone on to from `name`; none if there are too few to leave any out."""
        edges = self.edges.alias()
        near, far = self.ends(edges)
        return (
            select(far)
            .where(near == name, self.known(edges))
            .group_by(far)
            .order_by(far)
            .offset(self.bounds.breadth - 1)
            .limit(1)
            .scalar_subquery()
        )


def shown(edges: FromClause, moment: Moment) -> ColumnElement[bool]:
    """Whether an edge was known at a moment."""
    wanted = [true() if moment.until_at is None else edges.c.at <= moment.until_at]
    for (context, partition), seq in moment.places.items():
        later = (edges.c.context == context, edges.c.partition == partition, edges.c.seq > seq)
        wanted.append(not_(and_(*later)))
    return and_(*wanted)


def data_only(edges: FromClause) -> ColumnElement[bool]:
    """Whether an edge ties data to data."""
    return edges.c.kind.not_in(sorted(PAPER_KINDS))


def ordered(found: Subquery, first: Sequence[str]) -> Select[Any]:
    """Nearest first, and the same rows always in the same order."""
    places = (*first, "at", "run", "kind", "job", "terms")
    return select(found).order_by(*(found.c[name] for name in places))


def _text(word: str) -> ColumnElement[Any]:
    return literal(word, TEXT)


__all__ = ["AS_OF", "Walk", "data_only", "moment_of", "ordered", "shown"]
