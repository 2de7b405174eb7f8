"""Lineage of single fields in SQL: edges between fields, worked out from those of things and what is declared."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
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

_SAID = ("kind", "job", "run", "terms", "at", "context", "partition", "seq")


def column_edges(start: str, direction: Direction, moment: Moment) -> Subquery:
    """Edges between all fields before, or after, the field `start`, each end named `NAME#FIELD`.

    Shape: columns are those of `lineage_edges` but for `line`, and `thing`, the name of what has the downstream field.
    """
    name, field = parted(start)
    links = _links(moment)
    first = select(literal(name, TEXT).label("name"), literal(field, TEXT).label("field"))
    walk = first.cte(recursive=True)
    taken, far = _taken(links, walk, direction, moment)
    walk = walk.union(select(far[0], far[1]).select_from(walk.join(links, taken)))
    taken, far = _taken(links, walk, direction, moment)
    near_end, far_end = _joined(walk.c.name, walk.c.field), _joined(*far)
    ends = (near_end, far_end) if direction == "up" else (far_end, near_end)
    return (
        select(
            ends[0].label("downstream"),
            ends[1].label("upstream"),
            *(links.c[each] for each in _SAID),
            links.c.downstream.label("thing"),
        )
        .select_from(walk.join(links, taken))
        .subquery()
    )


def _taken(
    links: FromClause, walk: FromClause, direction: Direction, moment: Moment
) -> tuple[ColumnElement[bool], tuple[ColumnElement[Any], ColumnElement[Any]]]:
    """Whether a field is tied by a link, and the name and the field that the link leads to."""
    near, far = ("downstream", "upstream") if direction == "up" else ("upstream", "downstream")
    near_field, far_field = ("field", "source_field") if direction == "up" else ("source_field", "field")
    said = links.c[near_field] == walk.c.field
    passed = and_(links.c[near_field].is_(None), _passes(links, walk.c.field, moment))
    taken = and_(links.c[near] == walk.c.name, or_(said, passed))
    return taken, (links.c[far], func.coalesce(links.c[far_field], walk.c.field))


def _passes(links: FromClause, field: ColumnElement[Any], moment: Moment) -> ColumnElement[bool]:
    """Whether nothing that is declared speaks against the upstream's field of the same name."""
    made, source = links.c.downstream, links.c.upstream
    return and_(
        or_(
            ~_declares(made, moment, true()),
            and_(
                _declares(made, moment, LINEAGE_FIELDS.c.field == field),
                ~_declares(made, moment, and_(LINEAGE_FIELDS.c.field == field, LINEAGE_FIELDS.c.mapped)),
            ),
        ),
        or_(~_declares(source, moment, true()), _declares(source, moment, LINEAGE_FIELDS.c.field == field)),
    )


def _declares(name: ColumnElement[Any], moment: Moment, which: ColumnElement[bool]) -> ColumnElement[bool]:
    fields = LINEAGE_FIELDS
    return select(fields.c.seq).where(fields.c.name == name, which, shown(fields, moment)).exists()


def _links(moment: Moment) -> Subquery:
    """What is declared from field to field, and edges that pass fields on; those name no field."""
    said, edges = LINEAGE_COLUMNS.c, LINEAGE_EDGES.c
    declared: Select[Any] = select(
        said.downstream,
        said.field,
        said.upstream,
        said.source_field,
        said.way.label("kind"),
        literal("", TEXT).label("job"),
        said.run,
        case((said.masked, literal("masked", TEXT)), else_=literal("", TEXT)).label("terms"),
        said.at,
        said.context,
        said.partition,
        said.seq,
    ).where(shown(LINEAGE_COLUMNS, moment))
    passed: Select[Any] = select(
        edges.downstream,
        cast(null(), TEXT),
        edges.upstream,
        cast(null(), TEXT),
        edges.kind,
        edges.job,
        edges.run,
        edges.terms,
        edges.at,
        edges.context,
        edges.partition,
        edges.seq,
    ).where(shown(LINEAGE_EDGES, moment), data_only(LINEAGE_EDGES))
    return union_all(declared, passed).subquery("links")


def _joined(name: ColumnElement[Any], field: ColumnElement[Any]) -> ColumnElement[Any]:
    return name.concat(FIELD_MARK).concat(field)
