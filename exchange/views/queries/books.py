"""Books: their levels, their orders one by one, their best prices. Of icebergs only what they show."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from exchange.views.instruments import INSTRUMENTS
from exchange.views.market_data import ORDERS, TRADES
from exchange.views.queries.market import STANDING
from exchange.views.queries.query import NamedQuery, Parameter

_STANDS = ORDERS.c.state.in_(STANDING)
_PRICE = case((ORDERS.c.unpriced, null()), else_=ORDERS.c.price).label("price")


def rank() -> ColumnElement[int]:
    """An order's place in its price's queue: a later one once an iceberg has shown its next part."""
    return case((ORDERS.c.display_quantity.is_(None), ORDERS.c.seq), else_=_shown_last()).label("rank")


def _shown_last() -> ScalarSelect[int]:
    """Of an iceberg the last trade that used its shown part up, else the fact it entered with."""
    is_bid = ORDERS.c.side == "bid"
    took = TRADES.c.taker == ORDERS.c.side
    mine = and_(
        TRADES.c.instrument_id == ORDERS.c.instrument_id,
        TRADES.c.at >= ORDERS.c.at,
        TRADES.c.seq > ORDERS.c.seq,
        or_(
            and_(is_bid, TRADES.c.bid_id == ORDERS.c.order_id),
            and_(~is_bid, TRADES.c.ask_id == ORDERS.c.order_id),
        ),
    )
    # What it takes itself, when a book is swept, has it show a full part again.
    taking = func.sum(case((took, 1), else_=0)).over(order_by=TRADES.c.seq)
    given = case((took, 0), else_=TRADES.c.quantity)
    parts = (
        select(
            TRADES.c.seq,
            given.label("given"),
            taking.label("part"),
            ORDERS.c.display_quantity.label("display"),
        )
        .where(mine)
        .correlate(ORDERS)
        .subquery("parts")
    )
    so_far = cast(func.sum(parts.c.given).over(partition_by=parts.c.part, order_by=parts.c.seq), BigInteger)
    sums = select(parts.c.seq, parts.c.given, parts.c.display, so_far.label("so_far")).subquery("sums")
    used_up = sums.c.so_far // sums.c.display > (sums.c.so_far - sums.c.given) // sums.c.display
    return (
        select(func.coalesce(func.max(sums.c.seq), ORDERS.c.seq))
        .where(used_up)
        .correlate(ORDERS)
        .scalar_subquery()
    )


def _levels() -> Subquery:
    """Every level of every book."""
    resting = (
        select(
            ORDERS.c.instrument_id,
            ORDERS.c.side,
            _PRICE,
            cast(func.sum(ORDERS.c.quantity_shown), BigInteger).label("quantity"),
            func.count().label("orders"),
        )
        .where(_STANDS)
        .group_by(ORDERS.c.instrument_id, ORDERS.c.side, _PRICE)
    )
    posted = select(
        INSTRUMENTS.c.instrument_id,
        literal("ask").label("side"),
        INSTRUMENTS.c.posted_price.label("price"),
        cast(null(), BigInteger).label("quantity"),
        cast(literal(0), BigInteger).label("orders"),
    ).where(INSTRUMENTS.c.posted_price.is_not(None), INSTRUMENTS.c.state == "open")
    return union_all(resting, posted).subquery("levels")


def _best_first(side: ColumnElement[str], price: ColumnElement[int]) -> list[Any]:
    """Bids before asks; without a price, before all others, stand market orders that wait for an auction."""
    return [side.desc(), price.is_not(None), case((side == "ask", price), else_=-price)]


def _book(instrument: str) -> Select[Any]:
    levels = _levels()
    shown = (levels.c.side, levels.c.price, levels.c.quantity, levels.c.orders)
    ordered = _best_first(levels.c.side, levels.c.price)
    return select(*shown).where(levels.c.instrument_id == instrument).order_by(*ordered)


def _book_orders(instrument: str) -> Select[Any]:
    placed = (
        select(ORDERS.c.order_id, ORDERS.c.side, _PRICE, ORDERS.c.quantity_shown, rank())
        .where(ORDERS.c.instrument_id == instrument, _STANDS)
        .subquery("placed")
    )
    return select(placed).order_by(*_best_first(placed.c.side, placed.c.price), placed.c.rank)


def _best(instrument: str | None) -> Select[Any]:
    levels = _levels()
    priced = select(levels).where(levels.c.price.is_not(None))
    if instrument is not None:
        priced = priced.where(levels.c.instrument_id == instrument)
    found = priced.subquery("priced")
    side = case((found.c.side == "ask", found.c.price), else_=-found.c.price)
    row = func.row_number().over(
        partition_by=(found.c.instrument_id, found.c.side), order_by=(side, found.c.quantity.desc())
    )
    places = select(found, row.label("place")).subquery("places")
    shown = ("bid", "ask")
    columns = [
        func.max(case((places.c.side == each, places.c[name]))).label(f"{each}_{name}")
        for each in shown
        for name in ("price", "quantity", "orders")
    ]
    return (
        select(places.c.instrument_id, *columns)
        .where(places.c.place == 1)
        .group_by(places.c.instrument_id)
        .order_by(places.c.instrument_id)
    )


QUERIES = (
    NamedQuery(
        "book",
        "The levels of an instrument's book, best first; a posted price is an ask without a quantity.",
        _book,
        (Parameter("instrument", "whose book"),),
    ),
    NamedQuery(
        "book_orders",
        "The orders of an instrument's book one by one, in priority; of icebergs what they show.",
        _book_orders,
        (Parameter("instrument", "whose book"),),
    ),
    NamedQuery(
        "best",
        "The best bid and ask of each book, with what stands there.",
        _best,
        (Parameter("instrument", "only of this instrument", required=False),),
    ),
)
