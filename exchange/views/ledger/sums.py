"""What accounts come to at a moment: the last periodic balances before it and the postings since."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, and_, false, func, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from exchange.views.ledger.as_of import Stretch
from exchange.views.ledger.sides import NAMES, by_party, side, total, within
from exchange.views.ledger.tables import BALANCES, PERIOD_BALANCES, PERIOD_TOTALS, POSTINGS

_AMOUNTS = ("debit_minor", "credit_minor")
_CHART = ("account", "currency", "asset")


class Chosen(NamedTuple):
    """Which accounts are asked about: of a line of the chart, of a party, or all."""

    account: int | None = None
    party: str | None = None

    def among(self, account: ColumnElement[int], party: ColumnElement[str]) -> ColumnElement[bool]:
        """Which of these are."""
        wanted = [] if self.account is None else [account == self.account]
        return and_(true(), *wanted, *([] if self.party is None else [party == self.party]))


def balances_at(stretches: Sequence[Stretch], chosen: Chosen) -> Select[Any]:
    """Debits and credits of each account of a party, over all partitions."""
    parts = [part for stretch in stretches for part in _parts(stretch, chosen)]
    return _summed(parts or [_running(chosen, false())], NAMES)


def totals_at(stretches: Sequence[Stretch]) -> Select[Any]:
    """Debits and credits of each account of the chart, over all partitions."""
    parts = [part for stretch in stretches for part in _totals(stretch)]
    return _summed(parts or [_columns(PERIOD_TOTALS, _CHART).where(false())], _CHART)


def _parts(stretch: Stretch, chosen: Chosen) -> list[Select[Any]]:
    if stretch.whole:
        return [_running(chosen, _of(BALANCES, stretch))]
    known = [_known(stretch, chosen)] if stretch.known else []
    return known + [_posted(stretch, chosen, which) for which in ("debit", "credit")]


def _posted(stretch: Stretch, chosen: Chosen, which: str) -> Select[Any]:
    account, party = POSTINGS.c[f"{which}_account"], POSTINGS.c[f"{which}_party"]
    found = side(which, _since(stretch), chosen.among(account, party))
    return found if chosen.party is None else by_party(found, which)


def _running(chosen: Chosen, of: ColumnElement[bool]) -> Select[Any]:
    return _columns(BALANCES, NAMES).where(of, chosen.among(BALANCES.c.account, BALANCES.c.party))


def _known(stretch: Stretch, chosen: Chosen) -> Select[Any]:
    """What each account came to at the end of the last period that touched it: one look for each."""
    same = and_(
        _of(PERIOD_BALANCES, stretch), *(PERIOD_BALANCES.c[name] == BALANCES.c[name] for name in NAMES)
    )

    def last(amount: str) -> ColumnElement[int]:
        found = (
            select(PERIOD_BALANCES.c[amount])
            .where(same, PERIOD_BALANCES.c.seq <= stretch.summed_up)
            .order_by(PERIOD_BALANCES.c.seq.desc())
            .limit(1)
        )
        return func.coalesce(found.correlate(BALANCES).scalar_subquery(), 0)

    names = (BALANCES.c[name] for name in NAMES)
    return select(*names, *(last(name).label(name) for name in _AMOUNTS)).where(
        _of(BALANCES, stretch), chosen.among(BALANCES.c.account, BALANCES.c.party)
    )


def _totals(stretch: Stretch) -> list[Select[Any]]:
    known = _columns(PERIOD_TOTALS, _CHART).where(
        _of(PERIOD_TOTALS, stretch), PERIOD_TOTALS.c.seq == stretch.summed_up
    )
    sides = (side(which, _since(stretch)).subquery() for which in ("debit", "credit"))
    return [known, *(_columns(each, _CHART) for each in sides)]


def _since(stretch: Stretch) -> ColumnElement[bool]:
    return within(stretch.context, stretch.partition, stretch.summed_up, stretch.before)


def _of(table: Table, stretch: Stretch) -> ColumnElement[bool]:
    return and_(table.c.context == stretch.context, table.c.partition == stretch.partition)


def _columns(of: Any, names: Sequence[str]) -> Select[Any]:
    return select(*(of.c[name] for name in (*names, *_AMOUNTS)))


def _summed(parts: Sequence[Select[Any]], names: Sequence[str]) -> Select[Any]:
    union = union_all(*parts).subquery("parts")
    shown = [union.c[name] for name in names]
    return select(*shown, *(total(union.c[name]).label(name) for name in _AMOUNTS)).group_by(*shown)
