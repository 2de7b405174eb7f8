"""Lineage of single fields in SQL: edges between fields, worked out from those of things and what is declared."""

from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from exchange.lineage import Direction, Moment
from exchange.lineage.names import FIELD_MARK, parted
from exchange.store.schema import TEXT
from exchange.views.edges import LINEAGE_COLUMNS, LINEAGE_EDGES, LINEAGE_FIELDS
from exchange.views.queries.lineage_walk import data_only, shown

_E, _C = LINEAGE_EDGES.c, LINEAGE_COLUMNS.c


def column_edges(start: str, direction: Direction, moment: Moment) -> CTE:
    """Edges between all fields before, or after, the field `start`, each end named `NAME#FIELD`.

    Shape: columns are those of `lineage_edges` but for `line`, and `thing`, the name of what has the downstream field.
    """
    ties = _Ties(direction, moment)
    walk = ties.walked(*parted(start))
    return union_all(ties.passed(walk), ties.declared(walk)).cte()


class _Ties(NamedTuple):
    """How a field leads to others: over edges that pass it on, and over what is declared of it."""

    direction: Direction
    moment: Moment

    def walked(self, name: str, field: str) -> CTE:
        """All fields that are reached from one, itself among them."""
        first = select(literal(name, TEXT).label("name"), literal(field, TEXT).label("field"))
        walk = first.cte(recursive=True)
        # PostgreSQL lets a recursive query name itself once: both ways lead out of one join.
        ways = union_all(select(literal(0).label("way")), select(literal(1))).subquery()
        by_edge, by_word = ways.c.way == 0, ways.c.way == 1
        far, far_field = ("upstream", "source_field") if self.direction == "up" else ("downstream", "field")
        onward = (
            select(func.coalesce(_C[far], _E[far]), func.coalesce(_C[far_field], walk.c.field))
            .select_from(
                walk.join(ways, true())
                .outerjoin(LINEAGE_EDGES, and_(by_edge, self._passed(walk)))
                .outerjoin(LINEAGE_COLUMNS, and_(by_word, self._declared(walk)))
            )
            .where(or_(_E.seq.is_not(None), _C.seq.is_not(None)))
        )
        return walk.union(onward)

    def passed(self, walk: FromClause) -> Select[Any]:
        """Edges that pass a field on."""
        field = walk.c.field
        return select(
            _joined(_E.downstream, field).label("downstream"),
            _joined(_E.upstream, field).label("upstream"),
            *(_E[name] for name in ("kind", "job", "run", "terms", "at", "context", "partition", "seq")),
            _E.downstream.label("thing"),
        ).select_from(walk.join(LINEAGE_EDGES, self._passed(walk)))

    def declared(self, walk: FromClause) -> Select[Any]:
        """Edges that are declared of a field."""
        return select(
            _joined(_C.downstream, _C.field),
            _joined(_C.upstream, _C.source_field),
            _C.way,
            literal("", TEXT),
            _C.run,
            case((_C.masked, literal("masked", TEXT)), else_=literal("", TEXT)),
            *(_C[name] for name in ("at", "context", "partition", "seq")),
            _C.downstream,
        ).select_from(walk.join(LINEAGE_COLUMNS, self._declared(walk)))

    def _passed(self, walk: FromClause) -> ColumnElement[bool]:
        near = _E.downstream if self.direction == "up" else _E.upstream
        known = and_(shown(LINEAGE_EDGES, self.moment), data_only(LINEAGE_EDGES))
        return and_(near == walk.c.name, known, self._passes(walk.c.field))

    def _declared(self, walk: FromClause) -> ColumnElement[bool]:
        up = self.direction == "up"
        near, field = (_C.downstream, _C.field) if up else (_C.upstream, _C.source_field)
        return and_(near == walk.c.name, field == walk.c.field, shown(LINEAGE_COLUMNS, self.moment))

    def _passes(self, field: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether nothing that is declared speaks against the upstream's field of the same name."""
        fields = LINEAGE_FIELDS.c
        mapped = and_(fields.field == field, fields.mapped)
        made = and_(
            self._declares(_E.downstream, fields.field == field), ~self._declares(_E.downstream, mapped)
        )
        return and_(
            or_(~self._declares(_E.downstream, true()), made),
            or_(~self._declares(_E.upstream, true()), self._declares(_E.upstream, fields.field == field)),
        )

    def _declares(self, name: ColumnElement[Any], which: ColumnElement[bool]) -> ColumnElement[bool]:
        fields = LINEAGE_FIELDS
        return select(fields.c.seq).where(fields.c.name == name, which, shown(fields, self.moment)).exists()


def _joined(name: ColumnElement[Any], field: ColumnElement[Any]) -> ColumnElement[Any]:
    return name.concat(FIELD_MARK).concat(field)
