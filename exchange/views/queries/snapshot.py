"""A book at a position: what a feed of its market's journal goes on from."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, case, func, null, select

from exchange.kernel.errors import Misuse
from exchange.kernel.intervals import begin_of
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.time import SECOND
from exchange.market.commands import Side
from exchange.market.state import TAPE_KEPT
from exchange.store import VIEWS_READER, Store, position_in
from exchange.views.book_feed import BookFeed, Resting
from exchange.views.candle import Candle, Series, Traded, void_candle
from exchange.views.candles import CANDLES, KEPT_S, of_seconds, summed_up
from exchange.views.day import DAY_S, Day
from exchange.views.depth import Head
from exchange.views.instruments import INSTRUMENTS
from exchange.views.market_data import ORDERS, TRADES
from exchange.views.queries.books import rank
from exchange.views.queries.market import STANDING
from exchange.views.queries.query import TIMEOUT_S


class BookAt(NamedTuple):
    """A book, and where in its partition's journal the facts begin that it does not show yet."""

    feed: BookFeed
    position: JournalPosition


def book_at(
    store: Store, instrument_id: str, topic: str, trades: bool = True, timeout_s: int = TIMEOUT_S
) -> BookAt:
    """An instrument's book as the tables show it, all of it at one moment.

    Shape: `topic` is the market's journal. Only with the `trades` of the last day can the feed take one out again.
    Raises: Misuse if the tables know no such instrument.
    """
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        found = connection.execute(
            select(INSTRUMENTS).where(INSTRUMENTS.c.instrument_id == instrument_id)
        ).one_or_none()
        if found is None:
            raise Misuse(
                f"no instrument {instrument_id} is known to the tables; `exchange query instruments` names those there"
                " are, and one just opened is there a moment later"
            )
        position = position_in(connection, VIEWS_READER, topic, found.partition) or BEGINNING
        feed = BookFeed(
            instrument_id,
            found.partition,
            seq=position.seq - 1,
            head=_head(found),
            orders=_orders(connection, instrument_id),
            day=_day(connection, instrument_id, trades),
        )
    return BookAt(feed, position)


def candle_around(
    store: Store, trade_id: str, sold_by: str, seconds: int, seq: int, timeout_s: int = TIMEOUT_S
) -> Candle | None:
    """The candle of the interval in which a trade was made that the fact `seq` undid; None if it was sold otherwise.

    Raises: Misuse if the tables know no such trade.
    """
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        trade = connection.execute(select(TRADES).where(TRADES.c.trade_id == trade_id)).one_or_none()
        if trade is None:
            raise Misuse(
                f"no trade {trade_id} is known to the tables; `exchange trades` shows those there are"
            )
        if trade.sold_by != sold_by:
            return None
        begins = begin_of(trade.at, seconds)
        shorter = max(each for each in KEPT_S if each <= seconds)
        inside = of_seconds(shorter).where(
            CANDLES.c.instrument_id == trade.instrument_id,
            CANDLES.c.sold_by == sold_by,
            CANDLES.c.begins_at >= begins,
            CANDLES.c.begins_at < begins + seconds * SECOND,
        )
        row = connection.execute(summed_up(inside, seconds, seq)).one_or_none()
    if row is not None:
        return _as_candle(row)
    return void_candle(Series(trade.instrument_id, trade.partition, seconds, trade.currency), begins, seq)


def _head(found: Row[Any]) -> Head:
    return Head(**{name: getattr(found, name) for name in Head.__struct_fields__})


def _orders(connection: Connection, instrument_id: str) -> list[Resting]:
    query = (
        select(
            ORDERS.c.order_id,
            ORDERS.c.side,
            case((ORDERS.c.unpriced, null()), else_=ORDERS.c.price).label("price"),
            ORDERS.c.quantity_left,
            ORDERS.c.quantity_shown,
            ORDERS.c.display_quantity,
            rank(),
            ORDERS.c.price.label("limit_price"),
        )
        .where(ORDERS.c.instrument_id == instrument_id, ORDERS.c.state.in_(STANDING))
        .order_by(ORDERS.c.seq)
    )
    return [
        Resting(row[0], Side(row[1]), row[2], row[3], row[4], row[5] or 0, row[6], row[7])
        for row in connection.execute(query)
    ]


def _day(connection: Connection, instrument_id: str, trades: bool) -> Day:
    last_at = connection.execute(
        select(func.max(TRADES.c.at)).where(*_of_the_book(instrument_id))
    ).scalar_one()
    if last_at is None:
        return Day()
    begins_at = begin_of(last_at, DAY_S)
    query = select(CANDLES).where(
        CANDLES.c.instrument_id == instrument_id,
        CANDLES.c.sold_by == "book",
        CANDLES.c.interval_s == DAY_S,
        CANDLES.c.begins_at == begins_at,
    )
    row = connection.execute(query).one_or_none()
    candle = None if row is None else _as_candle(row)
    return Day(
        candle,
        _trades_since(connection, instrument_id, begins_at) if trades else (),
        _tape(connection, instrument_id),
    )


def _of_the_book(instrument_id: str) -> tuple[ColumnElement[bool], ...]:
    """Trades of what was sold otherwise move no price of the book."""
    return TRADES.c.instrument_id == instrument_id, TRADES.c.sold_by == "book"


def _as_candle(row: Row[Any]) -> Candle:
    return Candle(**{name: getattr(row, name) for name in Candle.__struct_fields__})


def _tape(connection: Connection, instrument_id: str) -> list[tuple[str, int]]:
    """The last trades that stand and their prices, the newest last."""
    query = (
        select(TRADES.c.trade_id, TRADES.c.price)
        .where(*_of_the_book(instrument_id), TRADES.c.state != "busted")
        .order_by(TRADES.c.at.desc(), TRADES.c.seq.desc())
        .limit(TAPE_KEPT)
    )
    return [(row.trade_id, row.price) for row in reversed(connection.execute(query).all())]


def _trades_since(connection: Connection, instrument_id: str, since: int) -> list[Traded]:
    """The trades that stand, in their order."""
    query = (
        select(*(TRADES.c[name] for name in Traded.__struct_fields__))
        .where(*_of_the_book(instrument_id), TRADES.c.at >= since, TRADES.c.state != "busted")
        .order_by(TRADES.c.at, TRADES.c.seq)
    )
    found = (row._asdict() for row in connection.execute(query))
    return [
        Traded(**(row | {"taker": None if row["taker"] is None else Side(row["taker"])})) for row in found
    ]
