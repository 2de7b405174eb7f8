"""Who takes part, what is on offer, and what is traded."""

from typing import Any

from sqlalchemy import Select, select, true

from exchange.views.catalogue import LISTINGS, PARTICIPANTS
from exchange.views.market_data import ORDERS, TRADES
from exchange.views.queries.query import NamedQuery, Parameter, newest_last

STANDING = ("open", "partially_filled")
"""The states of an order of which something is left."""


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


def _orders(
    participant: str | None, instrument: str | None, state: str | None, order: str | None, last: int | None
) -> Select[Any]:
    shown = (
        "order_id",
        "instrument_id",
        "participant_id",
        "side",
        "order_type",
        "time_in_force",
        "price",
        "quantity",
        "quantity_executed",
        "quantity_left",
        "display_quantity",
        "state",
        "currency",
        "reserved_minor",
        "grounds",
        "expires_at",
        "replaced_at",
        "reference",
        "at",
    )
    wanted = [
        column == value
        for column, value in (
            (ORDERS.c.participant_id, participant),
            (ORDERS.c.instrument_id, instrument),
            (ORDERS.c.order_id, order),
        )
        if value is not None
    ]
    if state == "standing":
        wanted.append(ORDERS.c.state.in_(STANDING))
    elif state is not None:
        wanted.append(ORDERS.c.state == state)
    return newest_last(select(*(ORDERS.c[name] for name in shown)).where(*wanted), last, "at", "order_id")


def _trades(instrument: str | None, trade: str | None) -> Select[Any]:
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
        "sold_by",
    )
    wanted = true() if instrument is None else TRADES.c.instrument_id == instrument
    one = true() if trade is None else TRADES.c.trade_id == trade
    ordered = (TRADES.c.at, TRADES.c.partition, TRADES.c.seq)
    return select(*(TRADES.c[name] for name in shown)).where(wanted, one).order_by(*ordered)


QUERIES = (
    NamedQuery("participants", "Who takes part, where from, in which roles.", _participants),
    NamedQuery("listings", "What is on offer, at what price, and whether it is on sale.", _listings),
    NamedQuery(
        "orders",
        "Orders, open and ended: of a participant, of an instrument, or all.",
        _orders,
        (
            Parameter("participant", "whose orders", required=False),
            Parameter("instrument", "in which book", required=False),
            Parameter(
                "state",
                "only in this state; `standing` is open or partially_filled",
                required=False,
                choices=("standing", *STANDING, "filled", "cancelled", "expired"),
            ),
            Parameter("order", "only this one", required=False),
            Parameter("last", "how many, the newest of them", "whole number", required=False),
        ),
    ),
    NamedQuery(
        "trades",
        "What was traded, on which fence decision, and what became of the purchase.",
        _trades,
        (
            Parameter("instrument", "only of this instrument", required=False),
            Parameter("trade", "only this one", required=False),
        ),
    ),
)
