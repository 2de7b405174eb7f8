"""The tables of the lineage, and how views write a row of each."""

from collections.abc import Callable, Iterable

from exchange.kernel.fields import Field
from exchange.lineage.kinds import DATA, PAPER
from exchange.store import Change, Insert, Row
from exchange.views.columns import count, flag, table, text
from exchange.views.view import Here

_KINDS = "; ".join(f"{kind}: {means}" for kind, means in (*DATA.items(), *PAPER.items()))

LINEAGE_EDGES = table(
    "lineage_edges",
    "Downstream was made from upstream by a named run",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("downstream"),
    text("upstream"),
    text("kind", comment=_KINDS),
    text("job", comment="what was done"),
    text("run", comment="the one time it was done: the fact that says so"),
    text(
        "terms",
        comment="what it was done under: a licence, an entitlement, an award, a decision, an egress, a handbook",
    ),
    count("at"),
    indexes=[("downstream",), ("upstream",)],
)
LINEAGE_FIELDS = table(
    "lineage_fields",
    "Declared fields of things that lineage edges name",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("name", comment="what has the field"),
    text("field"),
    text("data_type", comment="as its maker calls it"),
    flag(
        "mapped", comment="it is said what it is made from; otherwise it is the upstream's of the same name"
    ),
    count("at"),
    indexes=[("name", "field")],
)
LINEAGE_COLUMNS = table(
    "lineage_columns",
    "Declared fields and the fields that they were made from",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    text("downstream"),
    text("field"),
    text("upstream"),
    text("source_field"),
    text("way", comment="identity, transformation, aggregation, or how it decides about rows"),
    flag("masked", comment="the original value is not in it"),
    text("run"),
    count("at"),
    indexes=[("downstream", "field"), ("upstream", "source_field")],
)


def edge(here: Here, line: int, downstream: str, upstream: str, kind: str, job: str, terms: str) -> Change:
    """One edge that a fact says."""
    return Insert(
        LINEAGE_EDGES,
        {
            "context": here.context,
            "partition": here.partition,
            "seq": here.seq,
            "line": line,
            "downstream": downstream,
            "upstream": upstream,
            "kind": kind,
            "job": job,
            "run": f"{here.context}/{here.partition}/{here.seq}",
            "terms": terms,
            "at": here.at,
        },
    )


def field_rows(
    here: Here, first_line: int, name: str, fields: Iterable[Field], named: Callable[[str], str]
) -> tuple[Change, ...]:
    """What a fact declares of the fields of `name`.

    Shape: `named` turns what a field is made of into the name of a lineage edge; lines count from `first_line`, one for
    each row.
    """
    rows: list[Change] = []
    for field in fields:
        place: Row = {"context": here.context, "partition": here.partition, "seq": here.seq, "at": here.at}
        declared: Row = {"name": name, "field": field.name, "data_type": field.data_type}
        mapped = field.made_from is not None
        line = first_line + len(rows)
        rows.append(Insert(LINEAGE_FIELDS, {**place, **declared, "line": line, "mapped": mapped}))
        for source in field.made_from or ():
            made: Row = {
                "line": first_line + len(rows),
                "downstream": name,
                "field": field.name,
                "upstream": named(source.of),
                "source_field": source.field,
                "way": source.way,
                "masked": source.masked,
                "run": f"{here.context}/{here.partition}/{here.seq}",
            }
            rows.append(Insert(LINEAGE_COLUMNS, {**place, **made}))
    return tuple(rows)
