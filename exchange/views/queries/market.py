"""Who takes part, what is on offer, and what is traded."""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, null, select, true, union_all

from exchange.views.catalogue import LISTINGS, PARTICIPANTS
from exchange.views.market_data import INSTRUMENTS, ORDERS, TRADES
from exchange.views.queries.query import NamedQuery, Parameter


def _participants() -> Select[Any]:
    shown = ("participant_id", "display_name", "place", "roles", "currency", "state", "at")
    return select(*(PARTICIPANTS.c[name] for name in shown)).order_by(PARTICIPANTS.c.participant_id)


def _listings() -> Select[Any]:
    shown = (
        "listing_id",
        "product_id",
        "version",
        "seller_id",
        "market_id",
        "title",
        "price_minor",
        "currency",
        "unit",
        "book",
        "protection",
        "state",
        "at",
    )
    return select(*(LISTINGS.c[name] for name in shown)).order_by(LISTINGS.c.at, LISTINGS.c.listing_id)


def _book(instrument: str) -> Select[Any]:
    resting = (
        select(
            ORDERS.c.side,
            ORDERS.c.price,
            cast(func.sum(ORDERS.c.quantity_left), BigInteger).label("quantity_left"),
            func.count().label("orders"),
        )
        .where(ORDERS.c.instrument_id == instrument, ORDERS.c.state == "open")
        .group_by(ORDERS.c.side, ORDERS.c.price)
    )
    posted = select(
        literal("ask").label("side"),
        INSTRUMENTS.c.posted_price.label("price"),
        cast(null(), BigInteger).label("quantity_left"),
        cast(null(), BigInteger).label("orders"),
    ).where(
        INSTRUMENTS.c.instrument_id == instrument,
        INSTRUMENTS.c.posted_price.is_not(None),
        INSTRUMENTS.c.state == "open",
    )
    levels = union_all(resting, posted).subquery("levels")
    best_first = case((levels.c.side == "ask", levels.c.price), else_=-levels.c.price)
    return select(levels).order_by(levels.c.side, best_first)


def _orders(participant: str) -> Select[Any]:
    shown = (
        "order_id",
        "instrument_id",
        "side",
        "price",
        "quantity",
        "quantity_left",
        "state",
        "currency",
        "reserved_minor",
        "grounds",
        "reference",
        "at",
    )
    mine = ORDERS.c.participant_id == participant
    return select(*(ORDERS.c[name] for name in shown)).where(mine).order_by(ORDERS.c.at, ORDERS.c.order_id)


def _trades(instrument: str | None) -> Select[Any]:
    shown = (
        "trade_id",
        "instrument_id",
        "product_id",
        "version",
        "buyer_id",
        "seller_id",
        "price",
        "quantity",
        "currency",
        "amount_minor",
        "decision_id",
        "state",
        "basis",
        "grounds",
        "refunded_minor",
        "at",
        "closed_at",
    )
    wanted = true() if instrument is None else and_(TRADES.c.instrument_id == instrument)
    ordered = (TRADES.c.at, TRADES.c.partition, TRADES.c.seq)
    return select(*(TRADES.c[name] for name in shown)).where(wanted).order_by(*ordered)


QUERIES = (
    NamedQuery("participants", "Who takes part, where from, in which roles.", _participants),
    NamedQuery("listings", "What is on offer, at what price, and whether it is on sale.", _listings),
    NamedQuery(
        "book",
        "The levels of an instrument's book, best first; a posted price is an ask without a quantity.",
        _book,
        (Parameter("instrument", "whose book"),),
    ),
    NamedQuery(
        "orders",
        "A participant's orders, open and ended.",
        _orders,
        (Parameter("participant", "whose orders"),),
    ),
    NamedQuery(
        "trades",
        "What was traded, on which fence decision, and what became of the purchase.",
        _trades,
        (Parameter("instrument", "only of this instrument", required=False),),
    ),
)
