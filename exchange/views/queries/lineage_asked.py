"""A question about lineage as a door asks it, command line and HTTP alike: a name that nobody knows is refused."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, or_, select, union

from exchange.kernel.errors import Misuse
from exchange.lineage import moment_of
from exchange.lineage.names import FIELD_MARK, parted
from exchange.store import Store
from exchange.views.edges import LINEAGE_EDGES, LINEAGE_FIELDS
from exchange.views.queries.lineage import QUERIES, names_in
from exchange.views.queries.lineage_impact import QUERIES as IMPACT
from exchange.views.queries.query import ROWS_MAX, TIMEOUT_S, Rows, run

QUESTIONS = {query.name: query for query in (*QUERIES, *IMPACT)}
_NAMING = ("name", "downstream", "upstream", "sources")
_NEAR_MAX = 5
_FIELDS_MAX = 20
_LOTS_MAX = 20


def ask_lineage(
    store: Store, question: str, params: Mapping[str, Any], limit: int = ROWS_MAX, timeout_s: int = TIMEOUT_S
) -> Rows:
    """Ask `ancestors`, `descendants`, `impact`, `path` or `taint`; parameters are those of the named query.

    Raises: Misuse if there is no such question, a parameter is wrong, or no edge has a name that is asked about.
    """
    query = QUESTIONS.get(question)
    if query is None:
        raise Misuse(f"lineage does not answer {question!r}; it answers {', '.join(sorted(QUESTIONS))}")
    named = _named(params)
    found = run(store, query, params, limit, timeout_s)
    if found.rows and question != "taint":
        return found
    refuse_unknown(store, named, timeout_s)
    if question == "path":
        refuse_one(*named)
    if question == "taint" and params.get("cleared"):
        refuse_unknown_runs(store, names_in(str(params["cleared"])), timeout_s)
    return found


def answer_lineage(store: Store, asked: Mapping[str, Any], timeout_s: int = TIMEOUT_S) -> dict[str, Any]:
    """A question in plain values, and its answer in plain values: what an HTTP door takes and gives.

    Shape: `asked` has `question`, `limit` if not the usual one, and the parameters of the named query; lists stand for
    lists of names. The answer has `rows` by column, `cut`, how many things the walk left out where its bounds ended it,
    and `more`, whether there are rows past the limit. Times are microseconds since the epoch.
    Raises: as `ask_lineage`.
    """
    given = dict(asked)
    question, limit = str(given.pop("question", "")), given.pop("limit", ROWS_MAX)
    if not isinstance(limit, int):
        raise Misuse(f"a limit is a whole number of rows, not {limit!r:.40}")
    params = {name: _listed(value) for name, value in given.items() if value not in (None, [])}
    found = ask_lineage(store, question, params, limit, timeout_s)
    rows = found.as_dicts()
    cut = sum(row.get("left_out", 0) for row in rows)
    return {"question": question, "asked": params, "rows": rows, "cut": cut, "more": found.more}


def _listed(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | tuple) else value


def _named(params: Mapping[str, Any]) -> list[str]:
    """What a question is about. Raises: Misuse for a list where one thing is to be named, or a field without a name."""
    named: list[str] = []
    for parameter in _NAMING:
        if not (given := params.get(parameter)):
            continue
        names = names_in(str(given))
        if parameter != "sources" and names != (given,):
            raise Misuse(f"{parameter} is one name, not a list of them; ask once for each")
        named += names
    refuse_unclear(named)
    return named


def refuse_unclear(names: Iterable[str]) -> None:
    """Raises: Misuse for the mark of a field with no name of one after it."""
    for name in names:
        if name.endswith(FIELD_MARK):
            raise Misuse(f"{name} names no field after {FIELD_MARK}; name one, or leave {FIELD_MARK} out")


def refuse_unknown(store: Store, names: Iterable[str], timeout_s: int = TIMEOUT_S) -> None:
    """Raises: Misuse for a name that no edge has, with a few that are like it, or that stands for others."""
    edges = LINEAGE_EDGES.c
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        for asked in names:
            name, field = parted(asked)
            has_it = select(edges.seq).where(or_(edges.downstream == name, edges.upstream == name)).limit(1)
            if connection.execute(has_it).first() is None:
                alike = union(
                    *(
                        select(side.label("name")).where(side.icontains(name, autoescape=True))
                        for side in (edges.downstream, edges.upstream)
                    )
                ).subquery("alike")
                near = connection.execute(select(alike.c.name).order_by(alike.c.name).limit(_NEAR_MAX))
                raise Misuse(_unknown(name, [found for (found,) in near]))
            if field:
                _refuse_field(connection, name, field)
            _refuse_books(connection, name)


def refuse_one(downstream: str, upstream: str) -> None:
    """Raises: Misuse where both ends of a path are one thing."""
    if downstream == upstream:
        raise Misuse(f"a path leads from one thing to another, and both are {downstream}; name two")


def refuse_unknown_runs(store: Store, runs: Iterable[str], timeout_s: int = TIMEOUT_S) -> None:
    """Raises: Misuse for a run that no edge names: a taint that does not end there would be taken for one that does."""
    edges = LINEAGE_EDGES.c
    with store.reading(timeout_s) as connection:
        for given in runs:
            places = moment_of(position=given).places
            for (context, partition), seq in places.items():
                place = (edges.context == context, edges.partition == partition, edges.seq == seq)
                if connection.execute(select(edges.seq).where(*place).limit(1)).first() is None:
                    raise Misuse(
                        f"nothing was made by a run {given}; name one of `exchange lineage descendants`"
                    )


def _refuse_books(connection: Connection, name: str) -> None:
    """Raises: Misuse for a consignment as a whole: things are made from its lots, and a recall must not find none."""
    edges = LINEAGE_EDGES.c
    whole = select(edges.upstream).where(edges.downstream == name, edges.kind == "accounted")
    lots = connection.execute(whole.order_by(edges.upstream).limit(_LOTS_MAX)).scalars().all()
    if lots:
        raise Misuse(f"{name} stands for its books; ask about its lots: {', '.join(lots)}")


def _refuse_field(connection: Connection, name: str, field: str) -> None:
    """Raises: Misuse for a field that something does not have; of what declares none, any may be."""
    fields = LINEAGE_FIELDS.c
    declared = connection.execute(select(fields.field).where(fields.name == name)).scalars().all()
    if declared and field not in declared:
        listed = ", ".join(sorted(set(declared))[:_FIELDS_MAX])
        raise Misuse(f"{name} declares no field {field!r}; it declares {listed}")


def _unknown(name: str, near: list[str]) -> str:
    said = f"no lineage edge names {name!r}"
    if near:
        return f"{said}; names that hold it: {', '.join(near)}"
    return (
        f"{said}; names are like hub://exchange/stream/PRODUCT/FIRST-LAST,"
        " and `exchange sql 'select distinct downstream from lineage_edges'` lists them"
    )
