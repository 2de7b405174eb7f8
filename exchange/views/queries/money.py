"""Where the money is."""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from exchange.views.accounts import CASH, CHART, DEPOSITS, ESCROW, PAYABLE, RESERVED
from exchange.views.market_data import TRADES
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.settlement import BALANCES


def _total(amount: ColumnElement[int]) -> ColumnElement[int]:
    """A sum as a whole number: PostgreSQL sums into decimals. No row at all comes to 0."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


_CREDITED = BALANCES.c.credit_minor - BALANCES.c.debit_minor
_NAMED = case({code: line.name for code, line in CHART.items()}, value=BALANCES.c.account, else_="?")
_DEBIT_SIDE = [code for code, line in CHART.items() if line.normal == "debit"]
_BALANCE = case((BALANCES.c.account.in_(_DEBIT_SIDE), -_CREDITED), else_=_CREDITED)

_HELD = {CASH: "cash", RESERVED: "reserved", DEPOSITS: "deposits", PAYABLE: "payable"}


def _purses(participant: str) -> Select[Any]:
    held = select(
        BALANCES.c.partition,
        BALANCES.c.currency,
        *(
            case((BALANCES.c.account == account, _CREDITED), else_=0).label(label)
            for account, label in _HELD.items()
        ),
        literal(0, BigInteger).label("escrow"),
    ).where(BALANCES.c.party == participant, BALANCES.c.account.in_(list(_HELD)))
    in_escrow = select(
        TRADES.c.partition,
        TRADES.c.currency,
        *(literal(0, BigInteger).label(label) for label in _HELD.values()),
        TRADES.c.amount_minor.label("escrow"),
    ).where(TRADES.c.buyer_id == participant, TRADES.c.state == "escrow")
    parts = union_all(held, in_escrow).subquery("parts")
    sums = (
        _total(parts.c[label]).label(f"{label}_minor")
        for label in ("cash", "reserved", "deposits", "escrow", "payable")
    )
    purse = (parts.c.partition, parts.c.currency)
    return select(*purse, *sums).group_by(*purse).order_by(*purse)


def _balances(account: int | None, party: str | None) -> Select[Any]:
    wanted = [] if account is None else [BALANCES.c.account == account]
    wanted += [] if party is None else [BALANCES.c.party == party]
    key = (
        BALANCES.c.context,
        BALANCES.c.partition,
        BALANCES.c.account,
        BALANCES.c.party,
        BALANCES.c.currency,
    )
    return (
        select(
            *key[:3],
            _NAMED.label("account_name"),
            *key[3:],
            BALANCES.c.debit_minor,
            BALANCES.c.credit_minor,
            _BALANCE.label("balance_minor"),
        )
        .where(and_(true(), *wanted))
        .order_by(*key)
    )


def _trial_balance() -> Select[Any]:
    return (
        select(
            BALANCES.c.currency,
            _total(BALANCES.c.debit_minor).label("debit_minor"),
            _total(BALANCES.c.credit_minor).label("credit_minor"),
            (_total(BALANCES.c.debit_minor) - _total(BALANCES.c.credit_minor)).label("difference_minor"),
        )
        .group_by(BALANCES.c.currency)
        .order_by(BALANCES.c.currency)
    )


def _escrow_open() -> Select[Any]:
    trade_of = BALANCES.c.party == TRADES.c.trade_id
    shown = (TRADES.c.product_id, TRADES.c.version, TRADES.c.buyer_id, TRADES.c.seller_id)
    return (
        select(
            BALANCES.c.party.label("trade_id"),
            *shown,
            BALANCES.c.currency,
            _CREDITED.label("amount_minor"),
            TRADES.c.at,
        )
        .select_from(BALANCES.outerjoin(TRADES, trade_of))
        .where(BALANCES.c.account == ESCROW, _CREDITED != 0)
        .order_by(TRADES.c.at, BALANCES.c.party, BALANCES.c.currency)
    )


QUERIES = (
    NamedQuery(
        "purses",
        "A participant's money in each market partition: cash, held for orders, left as"
        " deposits of auctions and pools, in escrow, owed to it.",
        _purses,
        (Parameter("participant", "whose money"),),
    ),
    NamedQuery(
        "balances",
        "What every account comes to, on the side on which it grows.",
        _balances,
        (
            Parameter("account", "only this account of the chart", "whole number", required=False),
            Parameter("party", "only this party's", required=False),
        ),
    ),
    NamedQuery(
        "trial_balance",
        "Debits and credits per currency; a difference other than 0 is a bug.",
        _trial_balance,
    ),
    NamedQuery("escrow_open", "Purchases whose money is held until acceptance or refund.", _escrow_open),
)
