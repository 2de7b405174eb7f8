"""Entries and postings as the facts say them, compared with those in the tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, select

from exchange.kernel.bases import Outcome
from exchange.store import Insert, Scalar
from exchange.views.ledger.books import Fault
from exchange.views.ledger.tables import ENTRIES, POSTINGS
from exchange.views.settlement import SETTLEMENT
from exchange.views.view import project_batch

CONTEXTS = SETTLEMENT.contexts
"""Contexts whose facts move money."""
_TABLES = {ENTRIES: "the entry", POSTINGS: "line {line}"}

Values = dict[str, Scalar]


def differing(
    connection: Connection, context: str, partition: int, outcomes: Sequence[Outcome]
) -> Iterator[Fault]:
    """Rows that a run of whole outcomes does not bring about as they are, and what it does that are not there."""
    if not outcomes:
        return
    first, before = outcomes[0][0].meta.seq, outcomes[-1][-1].meta.seq + 1
    changes = project_batch((SETTLEMENT,), context, partition, outcomes)
    for table, name in _TABLES.items():
        right = _by_key(table, [each.row for each in changes if type(each) is Insert and each.table is table])
        there = and_(table.c.context == context, table.c.partition == partition)
        rows = select(table).where(there, table.c.seq >= first, table.c.seq < before)
        have = _by_key(table, connection.execute(rows).mappings())
        for key in sorted(right.keys() | have.keys()):
            if (was := have.get(key)) != (wanted := right.get(key)):
                where = f"{context}/{partition}/{(wanted or was or {})['seq']}"
                yield Fault(where, _said(name.format(**(wanted or was or {})), was, wanted))


def _by_key(table: Table, rows: Any) -> dict[tuple[Scalar, ...], Values]:
    key = [column.name for column in table.primary_key.columns]
    return {tuple(row[name] for name in key): dict(row) for row in rows}


def _said(name: str, was: Values | None, wanted: Values | None) -> str:
    if was is None:
        return f"{name} that the journal brings about is missing"
    if wanted is None:
        return f"{name} comes from no fact of the journal"
    apart = [column for column, value in wanted.items() if was[column] != value]
    told = ", ".join(f"{column} {was[column]} where it says {wanted[column]}" for column in apart)
    return f"{name} is not what the journal says: {told}"
