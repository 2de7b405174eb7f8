"""What the auctions of books that collect orders would find by now, by the auction's own rule."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, select

from exchange.market.commands import ASK, BID, Side
from exchange.views.indicative import indicated
from exchange.views.instruments import INSTRUMENTS
from exchange.views.market_data import ORDERS, TRADES
from exchange.views.queries.market import STANDING
from exchange.views.queries.query import Cell, NamedQuery, Parameter, Rows


def _collected(instrument: str | None) -> Select[Any]:
    """How many lots stand at each price of those books, and how many of them are of market orders."""
    last_price = (
        select(TRADES.c.price)
        .where(
            TRADES.c.instrument_id == INSTRUMENTS.c.instrument_id,
            TRADES.c.sold_by == "book",
            TRADES.c.state != "busted",
        )
        .order_by(TRADES.c.at.desc(), TRADES.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    reference = func.coalesce(last_price, INSTRUMENTS.c.reference_price).label("reference")
    standing = and_(ORDERS.c.instrument_id == INSTRUMENTS.c.instrument_id, ORDERS.c.state.in_(STANDING))
    priced = case((ORDERS.c.unpriced, 0), else_=1)
    wanted = [] if instrument is None else [INSTRUMENTS.c.instrument_id == instrument]
    grouped = (INSTRUMENTS.c.instrument_id, INSTRUMENTS.c.reference_price, ORDERS.c.side, ORDERS.c.price)
    return (
        select(
            INSTRUMENTS.c.instrument_id,
            reference,
            ORDERS.c.side,
            ORDERS.c.price,
            cast(func.sum(ORDERS.c.quantity_left), BigInteger).label("lots"),
            cast(func.sum(priced), BigInteger).label("limits"),
        )
        .select_from(INSTRUMENTS.outerjoin(ORDERS, standing))
        .where(INSTRUMENTS.c.state == "call", *wanted)
        .group_by(*grouped)
        .order_by(INSTRUMENTS.c.instrument_id)
    )


def _found(rows: Rows) -> Rows:
    columns = ("instrument_id", "price", "volume", "imbalance")
    return Rows(columns, tuple(_by_book(rows)), kinds=("text", "whole", "whole", "whole"))


def _by_book(rows: Rows) -> Iterator[tuple[Cell, ...]]:
    for (name, reference), levels in groupby(rows.rows, key=lambda row: row[:2]):
        lots: dict[Side, dict[int, int]] = {BID: {}, ASK: {}}
        limits = set[int]()
        for _, _, side, price, quantity, priced in levels:
            if side is not None:
                lots[Side(side)][price] = quantity
                limits.update({price} if priced else ())
        found = indicated(lots[BID], lots[ASK], limits, reference)
        yield (name, found.price, found.volume, found.imbalance)


QUERIES = (
    NamedQuery(
        "indicative",
        "What the auctions of books that collect orders would find by now, if everybody might trade with everybody.",
        _collected,
        (Parameter("instrument", "only of this instrument", required=False),),
        _found,
    ),
)
