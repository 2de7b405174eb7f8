"""Trades summed up by intervals of exchange time: what is kept, and what is worked out from it.

A trade touches one row of each of three intervals; minutes make the intervals between them. A trade that is undone has
these rows worked out anew: the second out of its trades, the minute out of its seconds, the day out of its minutes.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
)

from exchange.kernel.intervals import AHEAD_US, begin_of
from exchange.kernel.time import SECOND
from exchange.market.facts import TradeMatched
from exchange.store import Change, Merge, Restate
from exchange.views.columns import count, table, text
from exchange.views.sold_by import sold_by
from exchange.views.view import Here

KEPT_S = (1, 60, 86_400)
"""The intervals that are kept, in seconds."""

CANDLES = table(
    "candles",
    "Trades of an instrument in an interval of exchange time; where nothing was traded there is no row",
    text("instrument_id", key=True),
    text("sold_by", key=True, comment="book, auction, quotes, pool or plan: each has candles of its own"),
    count("interval_s", key=True, comment="1, 60 or 86400: a second, a minute, a day of Asia/Shanghai"),
    count("begins_at", key=True),
    count("partition"),
    text("currency"),
    count("first_price", comment="in ticks, as are the next three"),
    count("high_price"),
    count("low_price"),
    count("last_price"),
    count("volume", comment="in lots"),
    count("value_minor"),
    count("trades"),
    count("seq", comment="of the last trade, or of what undid one"),
    count("at", comment="the last trade's"),
    clustered=True,
)


def matched(here: Here, fact: TradeMatched) -> Iterable[Change]:
    for seconds in KEPT_S:
        yield Merge(
            CANDLES,
            {
                "instrument_id": fact.instrument_id,
                "sold_by": sold_by(fact.bid_id),
                "interval_s": seconds,
                "begins_at": begin_of(here.at, seconds),
            },
            first={"partition": here.partition, "currency": fact.currency, "first_price": fact.price},
            last={"last_price": fact.price, "seq": here.seq, "at": here.at},
            least={"low_price": fact.price},
            most={"high_price": fact.price},
            amounts={"volume": fact.quantity, "value_minor": fact.amount_minor, "trades": 1},
        )


def undone(trades: Table, here: Here, trade_id: str, instrument_id: str) -> Iterable[Change]:
    """The candles that a trade was in, without it."""
    undone_trade = trades.alias("undone_trade")
    traded_at, sold = (
        select(column).where(undone_trade.c.trade_id == trade_id).scalar_subquery()
        for column in (undone_trade.c.at, undone_trade.c.sold_by)
    )
    parts = _as_candles(trades).where(
        trades.c.instrument_id == instrument_id, trades.c.sold_by == sold, trades.c.state != "busted"
    )
    at: ColumnElement[int] = trades.c.at
    for shorter, seconds in zip((None, *KEPT_S), KEPT_S, strict=False):
        begins = _begin_of(traded_at, seconds)
        if shorter is not None:
            parts = of_seconds(shorter).where(
                CANDLES.c.instrument_id == instrument_id, CANDLES.c.sold_by == sold
            )
            at = CANDLES.c.begins_at
        inside = parts.where(at >= begins, at < begins + seconds * SECOND)
        yield Restate(
            CANDLES,
            and_(
                CANDLES.c.instrument_id == instrument_id,
                CANDLES.c.sold_by == sold,
                CANDLES.c.interval_s == seconds,
                CANDLES.c.begins_at == begins,
            ),
            summed_up(inside, seconds, here.seq),
        )


def of_seconds(seconds: int) -> Select[Any]:
    """The candles kept of an interval, as parts of longer ones."""
    return select(CANDLES, CANDLES.c.begins_at.label("place")).where(CANDLES.c.interval_s == seconds)


def summed_up(parts: Select[Any], seconds: int, seq: int = -1) -> Select[Any]:
    """Longer candles out of shorter ones of one instrument and one way to sell it, as rows of the table.

    Shape: each is of the fact `seq`, or of a later one.
    """
    part = parts.subquery("parts")
    begins = _begin_of(part.c.begins_at, seconds).label("begins_at")
    placed = select(
        *(column for column in part.c if column.name not in ("begins_at", "first_price", "last_price")),
        begins,
        _first(part.c.first_price, begins, part.c.place).label("first_price"),
        _first(part.c.last_price, begins, part.c.place.desc()).label("last_price"),
    ).subquery("placed")
    latest = func.max(placed.c.seq)
    columns: dict[str, ColumnElement[Any]] = {
        "instrument_id": func.max(placed.c.instrument_id),
        "interval_s": literal(seconds, BigInteger),
        "begins_at": placed.c.begins_at,
        "low_price": func.min(placed.c.low_price),
        "seq": case((latest > seq, latest), else_=seq),
        **{name: cast(func.sum(placed.c[name]), BigInteger) for name in ("volume", "value_minor", "trades")},
    }
    names = [column.name for column in CANDLES.columns]
    columns |= {name: func.max(placed.c[name]) for name in names if name not in columns}
    return select(*(columns[name].label(name) for name in names)).group_by(placed.c.begins_at)


def _as_candles(trades: Table) -> Select[Any]:
    """Each trade as a candle of its own."""
    price = trades.c.price
    return select(
        trades.c.instrument_id,
        trades.c.sold_by,
        trades.c.at.label("begins_at"),
        trades.c.partition,
        trades.c.currency,
        *(price.label(f"{name}_price") for name in ("first", "high", "low", "last")),
        trades.c.quantity.label("volume"),
        trades.c.amount_minor.label("value_minor"),
        literal(1, BigInteger).label("trades"),
        trades.c.seq,
        trades.c.at,
        trades.c.seq.label("place"),
    )


def _begin_of(at: ColumnElement[int], seconds: int) -> ColumnElement[int]:
    """As `exchange.kernel.intervals.begin_of`."""
    ahead, size = at + AHEAD_US, seconds * SECOND
    return ahead - ahead % size - AHEAD_US


def _first(
    column: ColumnElement[int], within: ColumnElement[int], order: ColumnElement[int]
) -> ColumnElement[int]:
    """A column of the first row within others, in some order."""
    return type_coerce(func.first_value(column).over(partition_by=within, order_by=order), BigInteger)
