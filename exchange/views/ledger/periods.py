"""Periodic balances: every so many facts of a partition, what its postings come to up to there.

They depend on nothing but the facts before that place, so that they are the same in whatever batches it was reached.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Select, Table, and_, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from exchange.store import Change, Restate
from exchange.store.schema import TEXT
from exchange.views.ledger.sides import NAMES, side, total, within
from exchange.views.ledger.tables import PERIOD_BALANCES, PERIOD_TOTALS
from exchange.views.view import PERIOD, Here

_AMOUNTS = ("debit_minor", "credit_minor")


def close_period(here: Here) -> Iterable[Change]:
    """Sum up what came before a fact that ends a period."""
    yield Restate(PERIOD_BALANCES, _at(PERIOD_BALANCES, here), _touched(here))
    yield Restate(PERIOD_TOTALS, _at(PERIOD_TOTALS, here), _totals(here))


def _at(table: Table, here: Here) -> ColumnElement[bool]:
    return and_(_of(table, here), table.c.seq == here.seq)


def _of(table: Any, here: Here) -> ColumnElement[bool]:
    return and_(table.c.context == here.context, table.c.partition == here.partition)


def _place(here: Here) -> dict[str, ColumnElement[Any]]:
    return {
        "context": literal(here.context, TEXT),
        "partition": literal(here.partition, BigInteger),
        "seq": literal(here.seq, BigInteger),
    }


def _touched(here: Here) -> Select[Any]:
    """The accounts that the period's postings touched: what they were last known to come to, and these."""
    in_it = within(here.context, here.partition, here.seq - PERIOD, here.seq)
    sides = union_all(side("debit", in_it), side("credit", in_it)).subquery("sides")
    names = [sides.c[name] for name in NAMES]
    turn = (
        select(*names, *(total(sides.c[name]).label(name) for name in _AMOUNTS))
        .group_by(*names)
        .subquery("turn")
    )
    earlier = PERIOD_BALANCES.alias("earlier")
    same = and_(*(earlier.c[name] == turn.c[name] for name in NAMES))

    def known(amount: str) -> ColumnElement[int]:
        last = (
            select(earlier.c[amount])
            .where(_of(earlier, here), same, earlier.c.seq < here.seq)
            .order_by(earlier.c.seq.desc())
            .limit(1)
        )
        return func.coalesce(last.correlate(turn).scalar_subquery(), 0)

    place = _place(here)
    return select(
        place["context"].label("context"),
        place["partition"].label("partition"),
        *(turn.c[name] for name in NAMES),
        place["seq"].label("seq"),
        *((known(name) + turn.c[name]).label(name) for name in _AMOUNTS),
    )


def _totals(here: Here) -> Select[Any]:
    """Every account of the chart so far: what it came to at the end of the period before, and what came since."""
    in_it = within(here.context, here.partition, here.seq - PERIOD, here.seq)
    earlier = PERIOD_TOTALS.alias("earlier")
    shown = ("account", "currency", "asset")
    before = select(*(earlier.c[name] for name in (*shown, *_AMOUNTS))).where(
        _of(earlier, here), earlier.c.seq == here.seq - PERIOD
    )
    since = (side(which, in_it).subquery(which) for which in ("debit", "credit"))
    parts = union_all(
        before, *(select(*(each.c[name] for name in (*shown, *_AMOUNTS))) for each in since)
    ).subquery("parts")
    names = [parts.c[name] for name in shown]
    place = _place(here)
    return select(
        *(place[name].label(name) for name in ("context", "partition", "seq")),
        *names,
        *(total(parts.c[name]).label(name) for name in _AMOUNTS),
    ).group_by(*names)
