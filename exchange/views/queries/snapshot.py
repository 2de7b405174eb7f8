"""A book at a position: what a feed of its market's journal goes on from."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, case, null, select

from exchange.kernel.errors import Misuse
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.market.commands import Side
from exchange.store import VIEWS_READER, Store, position_in
from exchange.views.book_feed import DAY_S, BookFeed, Resting
from exchange.views.candle import Candle
from exchange.views.candles import CANDLES
from exchange.views.depth import Head
from exchange.views.instruments import INSTRUMENTS
from exchange.views.market_data import ORDERS
from exchange.views.queries.books import rank
from exchange.views.queries.market import STANDING
from exchange.views.queries.query import TIMEOUT_S


class BookAt(NamedTuple):
    """A book, and where in its partition's journal the facts begin that it does not show yet."""

    feed: BookFeed
    position: JournalPosition


def book_at(store: Store, instrument_id: str, topic: str, timeout_s: int = TIMEOUT_S) -> BookAt:
    """An instrument's book as the tables show it, all of it at one moment.

    Shape: `topic` is the market's journal. Raises: Misuse if the tables know no such instrument.
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
            day=_day(connection, instrument_id),
        )
    return BookAt(feed, position)


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
        )
        .where(ORDERS.c.instrument_id == instrument_id, ORDERS.c.state.in_(STANDING))
        .order_by(ORDERS.c.seq)
    )
    return [
        Resting(row[0], Side(row[1]), row[2], row[3], row[4], row[5] or 0, row[6])
        for row in connection.execute(query)
    ]


def _day(connection: Connection, instrument_id: str) -> Candle | None:
    query = (
        select(CANDLES)
        .where(CANDLES.c.instrument_id == instrument_id, CANDLES.c.interval_s == DAY_S)
        .order_by(CANDLES.c.begins_at.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Candle(**{name: getattr(row, name) for name in Candle.__struct_fields__})
