"""Requests for quotation and the counter's rulings."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true

from exchange.views.compliance import COUNTER_RULINGS
from exchange.views.instruments import INSTRUMENTS
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.quotes import AWARDS, QUOTES, REQUESTS, SAMPLES

_QUOTED = (
    "quote_id",
    "seller_id",
    "instrument_id",
    "price",
    "quantity",
    "quantity_left",
    "currency",
    "lot_minor",
    "amount_minor",
    "state",
    "valid_until_at",
    "at",
)
_AWARDED = (
    "award_id",
    "request_id",
    "quote_id",
    "instrument_id",
    "buyer_id",
    "seller_id",
    "price",
    "quantity",
    "currency",
    "held_minor",
    "samples",
    "state",
    "trade_id",
    "basis",
    "grounds",
    "due_at",
    "at",
)


def _rfq_board(buyer: str | None, state: str, request: str | None) -> Select[Any]:
    shown = (
        "request_id",
        "buyer_id",
        "title",
        "quantity",
        "unit",
        "currency",
        "measure",
        "threshold_bp",
        "invited",
        "closes_at",
        "state",
        "quantity_awarded",
        "quantity_traded",
    )
    standing = (
        select(
            QUOTES.c.request_id,
            func.count().label("quotes"),
            func.min(QUOTES.c.lot_minor).label("best_lot_minor"),
        )
        .where(QUOTES.c.state == "standing")
        .group_by(QUOTES.c.request_id)
        .subquery("standing")
    )
    wanted = true() if state == "all" else REQUESTS.c.state != "ended"
    mine = true() if buyer is None else REQUESTS.c.buyer_id == buyer
    one = true() if request is None else REQUESTS.c.request_id == request
    return (
        select(
            *(REQUESTS.c[name] for name in shown),
            func.coalesce(standing.c.quotes, 0).label("quotes"),
            standing.c.best_lot_minor,
            REQUESTS.c.at,
        )
        .select_from(REQUESTS.outerjoin(standing, standing.c.request_id == REQUESTS.c.request_id))
        .where(and_(wanted, mine, one))
        .order_by(REQUESTS.c.closes_at, REQUESTS.c.request_id)
    )


def _quotes(request: str) -> Select[Any]:
    cheapest_first = (QUOTES.c.lot_minor, QUOTES.c.at, QUOTES.c.seq)
    of = QUOTES.c.request_id == request
    return select(*(QUOTES.c[name] for name in _QUOTED)).where(of).order_by(*cheapest_first)


def _quote(quote: str) -> Select[Any]:
    instrument = INSTRUMENTS.c.instrument_id == QUOTES.c.instrument_id
    return (
        select(
            *(QUOTES.c[name] for name in _QUOTED),
            QUOTES.c.request_id,
            INSTRUMENTS.c.market_id,
            INSTRUMENTS.c.licence_digest,
        )
        .join(INSTRUMENTS, instrument)
        .where(QUOTES.c.quote_id == quote)
    )


def _award(award: str) -> Select[Any]:
    instrument = INSTRUMENTS.c.instrument_id == AWARDS.c.instrument_id
    return (
        select(*(AWARDS.c[name] for name in _AWARDED), INSTRUMENTS.c.market_id)
        .join(INSTRUMENTS, instrument)
        .where(AWARDS.c.award_id == award)
    )


def _awards(participant: str) -> Select[Any]:
    mine = or_(AWARDS.c.buyer_id == participant, AWARDS.c.seller_id == participant)
    ordered = (AWARDS.c.at, AWARDS.c.partition, AWARDS.c.seq)
    return select(*(AWARDS.c[name] for name in _AWARDED)).where(mine).order_by(*ordered)


def _samples(award: str) -> Select[Any]:
    shown = (
        "number",
        "digest",
        "measured",
        "value_bp",
        "answer_bp",
        "threshold_bp",
        "state",
        "basis",
        "grounds",
        "at",
        "answered_at",
    )
    return select(*(SAMPLES.c[name] for name in shown)).where(SAMPLES.c.award_id == award).order_by("number")


def _counter_rulings(product: str | None) -> Select[Any]:
    wanted = true() if product is None else COUNTER_RULINGS.c.product_id == product
    shown = (
        "ruling_id",
        "codes",
        "product_id",
        "instrument_id",
        "buyer_id",
        "panel",
        "grounds",
        "reference",
        "state",
        "basis",
        "valid_until_at",
        "at",
        "ended_at",
    )
    ordered = (COUNTER_RULINGS.c.at, COUNTER_RULINGS.c.partition, COUNTER_RULINGS.c.seq)
    return select(*(COUNTER_RULINGS.c[name] for name in shown)).where(wanted).order_by(*ordered)


QUERIES = (
    NamedQuery(
        "rfq_board",
        "Requests for quotation: what is wanted, until when, and how many quotes stand, the best of them for a lot.",
        _rfq_board,
        (
            Parameter("buyer", "only of this buyer", required=False),
            Parameter(
                "state", "those not ended, or all", default="open", required=False, choices=("open", "all")
            ),
            Parameter("request", "only this one", required=False),
        ),
    ),
    NamedQuery(
        "quotes",
        "What was quoted on a request, the cheapest first.",
        _quotes,
        (Parameter("request", "which request"),),
    ),
    NamedQuery(
        "quote",
        "One quote, with its market and the licence that comes with it.",
        _quote,
        (Parameter("quote", "which quote"),),
    ),
    NamedQuery(
        "award",
        "One award, with its market.",
        _award,
        (Parameter("award", "which award"),),
    ),
    NamedQuery(
        "awards",
        "Quotes that a participant took or was awarded, and what became of them.",
        _awards,
        (Parameter("participant", "buyer or seller"),),
    ),
    NamedQuery(
        "samples",
        "What was shown before the main delivery of an award, and how it was answered.",
        _samples,
        (Parameter("award", "which award"),),
    ),
    NamedQuery(
        "counter_rulings",
        "What the counter let pass, for what and for whom, until when, and who ruled.",
        _counter_rulings,
        (Parameter("product", "only of this product", required=False),),
    ),
)
