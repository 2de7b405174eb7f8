"""Postings seen from their accounts: each as a debit of one and a credit of the other."""

from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from exchange.views.accounts import CHART
from exchange.views.ledger.tables import POSTINGS

NAMES = ("account", "party", "currency", "asset")
"""What names a ledger's account."""
_DEBIT_SIDE = [code for code, line in CHART.items() if line.normal == "debit"]


def side(which: str, *where: ColumnElement[bool]) -> Select[Any]:
    """The postings' `debit` or `credit` side: whose account it is, and the amount on its side."""
    amount, nothing = POSTINGS.c.amount_minor, literal_column("0", BigInteger)
    return select(
        POSTINGS.c[f"{which}_account"].label("account"),
        POSTINGS.c[f"{which}_party"].label("party"),
        POSTINGS.c.currency,
        POSTINGS.c.asset,
        (amount if which == "debit" else nothing).label("debit_minor"),
        (amount if which == "credit" else nothing).label("credit_minor"),
    ).where(*where)


def by_party(query: Select[Any], which: str) -> Select[Any]:
    """The postings of one party by its index.

    Without statistics SQLite takes a range of the primary key to be shorter: it would read everybody's postings.
    """
    return query.with_hint(POSTINGS, f"INDEXED BY {_PARTY_INDEX[which]}", "sqlite")


_PARTY_INDEX = {
    column.name.removesuffix("_party"): index.name
    for index in POSTINGS.indexes
    for column in tuple(index.columns)[:1]
}


def total(amount: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL sums into decimals. No row at all comes to 0."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def within(context: str, partition: int, first: int, before: int) -> ColumnElement[bool]:
    """Which postings a range of a partition's facts brought about."""
    return (
        (POSTINGS.c.context == context)
        & (POSTINGS.c.partition == partition)
        & (POSTINGS.c.seq >= first)
        & (POSTINGS.c.seq < before)
    )


def account_name(account: ColumnElement[int]) -> ColumnElement[str]:
    """An account's name in the chart."""
    return case({code: line.name for code, line in CHART.items()}, value=account, else_="?")


def normal_side(account: ColumnElement[int]) -> ColumnElement[str]:
    """The side on which an account grows."""
    return case({code: line.normal for code, line in CHART.items()}, value=account, else_="either")


def on_normal_side(
    account: ColumnElement[int], debit: ColumnElement[int], credit: ColumnElement[int]
) -> ColumnElement[int]:
    """A balance, on the side on which the account grows."""
    return case((account.in_(_DEBIT_SIDE), debit - credit), else_=credit - debit)
