"""Market data: the tape of trades, candles, statistics of a day; instruments, who can deliver, auctions."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from exchange.kernel.errors import Misuse
from exchange.kernel.intervals import INTERVALS, begin_from, interval_s
from exchange.kernel.time import instant
from exchange.views.candles import CANDLES, KEPT_S, of_seconds, summed_up
from exchange.views.instruments import CALL_AUCTIONS, CAPACITIES, INSTRUMENTS
from exchange.views.market_data import TRADES
from exchange.views.queries.query import NamedQuery, Parameter, newest_last
from exchange.views.sold_by import WAYS

_LAST = 1_000


def _instruments(state: str | None, instrument: str | None) -> Select[Any]:
    shown = (
        "instrument_id",
        "market_id",
        "title",
        "kind",
        "form",
        "state",
        "unit",
        "currency",
        "tick_micros",
        "price_step",
        "price_decimals",
        "quantity_step",
        "quantity_min",
        "quantity_max",
        "reference_price",
        "collar_bp",
        "posted_price",
        "seller_id",
        "delivery_place",
        "window_from_at",
        "window_until_at",
        "first_trade_at",
        "last_trade_at",
        "capacity_needed",
        "licence_digest",
        "moves_data",
        "partition",
        "at",
    )
    wanted = [] if state is None else [INSTRUMENTS.c.state == state]
    wanted += [] if instrument is None else [INSTRUMENTS.c.instrument_id == instrument]
    columns = (INSTRUMENTS.c[name] for name in shown)
    return select(*columns).where(*wanted).order_by(INSTRUMENTS.c.at, INSTRUMENTS.c.instrument_id)


def _capacities(instrument: str | None) -> Select[Any]:
    newest = func.row_number().over(
        partition_by=(CAPACITIES.c.instrument_id, CAPACITIES.c.participant_id),
        order_by=CAPACITIES.c.seq.desc(),
    )
    places = select(CAPACITIES, newest.label("place")).subquery("places")
    wanted = [places.c.place == 1]
    if instrument is not None:
        wanted.append(places.c.instrument_id == instrument)
    shown = ("instrument_id", "participant_id", "quantity", "at")
    columns = [places.c[name] for name in shown]
    return select(*columns).where(*wanted).order_by(places.c.instrument_id, places.c.participant_id)


def _auctions(instrument: str | None) -> Select[Any]:
    wanted = [] if instrument is None else [CALL_AUCTIONS.c.instrument_id == instrument]
    shown = ("instrument_id", "price", "volume", "imbalance", "at", "partition", "seq")
    columns = (CALL_AUCTIONS.c[name] for name in shown)
    return (
        select(*columns)
        .where(*wanted)
        .order_by(CALL_AUCTIONS.c.at, CALL_AUCTIONS.c.partition, CALL_AUCTIONS.c.seq)
    )


def _tape(instrument: str, last: int) -> Select[Any]:
    shown = (
        "at",
        "price",
        "quantity",
        "amount_minor",
        "currency",
        "taker",
        "sold_by",
        "trade_id",
        "partition",
        "seq",
    )
    busted = (TRADES.c.state == "busted").label("busted")
    columns = (*(TRADES.c[name] for name in shown), busted)
    found = select(*columns).where(TRADES.c.instrument_id == instrument)
    return newest_last(found, last, "at", "seq")


def _candles(
    instrument: str, interval: str, sold_by: str, since: str | None, until: str | None, last: int
) -> Select[Any]:
    seconds = interval_s(interval)
    wanted = [CANDLES.c.instrument_id == instrument, CANDLES.c.sold_by == sold_by]
    # Whole intervals: a candle made of a part of its minutes would be none of that name.
    if since is not None:
        wanted.append(CANDLES.c.begins_at >= begin_from(_instant("since", since), seconds))
    if until is not None:
        wanted.append(CANDLES.c.begins_at < begin_from(_instant("until", until), seconds))
    if seconds in KEPT_S:
        found = select(*_kept()).where(CANDLES.c.interval_s == seconds, *wanted)
    else:
        longer = summed_up(of_seconds(60).where(*wanted), seconds).subquery("longer")
        found = select(*(longer.c[column.name] for column in _kept()))
    return newest_last(found, last, "begins_at")


def _kept() -> list[ColumnElement[Any]]:
    names = (
        "begins_at",
        "first_price",
        "high_price",
        "low_price",
        "last_price",
        "volume",
        "value_minor",
        "currency",
    )
    return [CANDLES.c[name] for name in (*names, "trades", "partition", "seq", "at")]


def _statistics(instrument: str | None) -> Select[Any]:
    each = (CANDLES.c.instrument_id, CANDLES.c.sold_by)
    day = func.row_number().over(partition_by=each, order_by=CANDLES.c.begins_at.desc())
    wanted = [CANDLES.c.interval_s == 86_400]
    if instrument is not None:
        wanted.append(CANDLES.c.instrument_id == instrument)
    days = select(*each, *_kept(), day.label("place")).where(*wanted).subquery("days")
    shown = [column for column in days.c if column.name != "place"]
    # The remainder by itself: the whole value in millionths may not fit 64 bits.
    minor, whole, rest = (
        INSTRUMENTS.c.minor_micros,
        days.c.value_minor // days.c.volume,
        days.c.value_minor % days.c.volume,
    )
    vwap = (whole * minor + rest * minor // days.c.volume).label("vwap_micros")
    joined = days.join(INSTRUMENTS, INSTRUMENTS.c.instrument_id == days.c.instrument_id)
    return (
        select(*shown, vwap, INSTRUMENTS.c.state)
        .select_from(joined)
        .where(days.c.place == 1)
        .order_by(days.c.instrument_id, days.c.sold_by)
    )


def _instant(name: str, text: str) -> int:
    try:
        return instant(text)
    except (ValueError, OverflowError) as error:
        raise Misuse(f"{name} is a time such as 2026-11-02T00:00:00Z, not {text!r}") from error


_ONE = Parameter("instrument", "only of this instrument", required=False)
_NEWEST = Parameter("last", "how many, the newest of them", "whole number", default=_LAST, required=False)

QUERIES = (
    NamedQuery(
        "instruments",
        "What is traded, how, until when, and whether it is now.",
        _instruments,
        (
            Parameter("state", "only in this state", required=False),
            Parameter("instrument", "only this one", required=False),
        ),
    ),
    NamedQuery("capacities", "Who can deliver how many lots of an instrument, in all.", _capacities, (_ONE,)),
    NamedQuery("call_auctions", "The prices that call auctions found.", _auctions, (_ONE,)),
    NamedQuery(
        "tape",
        "An instrument's trades as others see them: when, at what price, how much, sold how, undone or not; the newest"
        " last.",
        _tape,
        (Parameter("instrument", "of what"), _NEWEST),
    ),
    NamedQuery(
        "candles",
        "An instrument's trades by intervals of exchange time; none where nothing was traded.",
        _candles,
        (
            Parameter("instrument", "of what"),
            Parameter("interval", "how long each is", choices=tuple(INTERVALS)),
            Parameter("sold_by", "how it was sold", choices=WAYS, default="book", required=False),
            Parameter(
                "since", "that begin at this time or later, such as 2026-11-02T00:00:00Z", required=False
            ),
            Parameter("until", "that begin before this time", required=False),
            _NEWEST,
        ),
    ),
    NamedQuery(
        "statistics",
        "Of each instrument, and each way it is sold, the last day of Asia/Shanghai it was traded on: prices, VWAP,"
        " volume, value, count.",
        _statistics,
        (_ONE,),
    ),
)
