"""Currencies exchanged, what is to be released and paid, what banks' statements say, and revenue shared."""

from typing import Any

from sqlalchemy import Select, Table, select

from exchange.views.bank_statements import STATEMENT_LINES
from exchange.views.exchanges import FX_CONVERSIONS, FX_QUOTES
from exchange.views.payouts import PAYOUTS
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.revenue_shares import REVENUE_SHARES


def _of(table: Table, **wanted: str | None) -> Select[Any]:
    """All of a table, in order, or what has these values."""
    chosen = [table.c[name] == value for name, value in wanted.items() if value is not None]
    return select(*table.c).where(*chosen).order_by(table.c.seq)


def _fx_quotes(state: str | None) -> Select[Any]:
    return _of(FX_QUOTES, state=state)


def _fx_conversions(participant: str | None) -> Select[Any]:
    return _of(FX_CONVERSIONS, participant_id=participant)


def _payouts(state: str | None, participant: str | None) -> Select[Any]:
    return _of(PAYOUTS, state=state, participant_id=participant)


def _statement_lines(state: str | None, account: str | None) -> Select[Any]:
    return _of(STATEMENT_LINES, state=state, account_id=account)


def _revenue_shares(agreement: str | None) -> Select[Any]:
    return _of(REVENUE_SHARES, agreement_id=agreement)


QUERIES = (
    NamedQuery(
        "fx_quotes",
        "Rates at which custodian banks exchange currencies, and what each came to.",
        _fx_quotes,
        (Parameter("state", "only these", required=False, choices=("open", "ended", "closed")),),
    ),
    NamedQuery(
        "fx_conversions",
        "Cash that participants exchanged, at which rate.",
        _fx_conversions,
        (Parameter("participant", "only this participant's", required=False),),
    ),
    NamedQuery(
        "payouts",
        "Net sets: what is owed and netted, the digest that releases it, who has, and whether it was paid.",
        _payouts,
        (
            Parameter(
                "state",
                "only these",
                required=False,
                choices=("proposed", "approved", "released", "paid", "rejected", "failed"),
            ),
            Parameter("participant", "only this participant's", required=False),
        ),
    ),
    NamedQuery(
        "statement_lines",
        "Movements on the banks' accounts: matched, in suspense, overdue, or cleared since.",
        _statement_lines,
        (
            Parameter(
                "state", "only these", required=False, choices=("matched", "suspense", "overdue", "cleared")
            ),
            Parameter("account", "only of this account", required=False),
        ),
    ),
    NamedQuery(
        "revenue_shares",
        "Guarantees and shares of reported revenue: earned, recouped, due, and how each was split.",
        _revenue_shares,
        (Parameter("agreement", "only of this agreement", required=False),),
    ),
)
