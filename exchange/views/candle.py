"""Trades as others see them, and what an interval of them comes to."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from exchange.kernel.intervals import begin_of
from exchange.kernel.money import MICRO, exponent
from exchange.market.commands import Side
from exchange.views.sold_by import SoldBy


class Traded(msgspec.Struct, frozen=True):
    """A trade as others see it.

    Units: ticks, lots, minor units; of what a plan sells `quantity` counts its units. Shape: `taker` is None in an
    auction and in a pool.
    """

    trade_id: str
    seq: int
    at: int
    price: int
    quantity: int
    amount_minor: int
    taker: Side | None
    sold_by: SoldBy = "book"


class Series(NamedTuple):
    """Whose candles, of which partition, and how long each is."""

    instrument_id: str
    partition: int
    interval_s: int
    currency: str


class Candle(msgspec.Struct, frozen=True, kw_only=True):
    """The trades of an instrument in an interval, without those that were undone.

    Units: prices in ticks, `volume` in lots, `value_minor` of `currency`. Shape: `at` is the last trade's; `partition`
    and `seq` say after which fact it is so, the last trade or what undid one. Where all were undone, `trades`,
    prices and sums are 0.
    """

    instrument_id: str
    interval_s: int
    begins_at: int
    partition: int
    first_price: int
    high_price: int
    low_price: int
    last_price: int
    volume: int
    value_minor: int
    currency: str
    trades: int
    seq: int
    at: int

    @property
    def vwap_micros(self) -> int:
        """The average price by volume. Units: millionths of the currency's major unit for a lot, rounded down."""
        minor_micros: int = MICRO // 10 ** exponent(self.currency)
        return self.value_minor * minor_micros // self.volume if self.volume else 0


def with_trade(candle: Candle | None, trade: Traded, series: Series) -> Candle:
    """The candle with one more trade, or the first one of its interval."""
    if candle is None:
        return candle_of((trade,), series, trade.seq)
    return msgspec.structs.replace(
        candle,
        high_price=max(candle.high_price, trade.price),
        low_price=min(candle.low_price, trade.price),
        last_price=trade.price,
        volume=candle.volume + trade.quantity,
        value_minor=candle.value_minor + trade.amount_minor,
        trades=candle.trades + 1,
        seq=trade.seq,
        at=trade.at,
    )


def candle_of(trades: Iterable[Traded], series: Series, seq: int) -> Candle:
    """What some trades of one interval, in their order, come to after the fact `seq`. There is at least one."""
    ordered = tuple(trades)
    prices = [trade.price for trade in ordered]
    return Candle(
        instrument_id=series.instrument_id,
        interval_s=series.interval_s,
        begins_at=begin_of(ordered[0].at, series.interval_s),
        partition=series.partition,
        first_price=prices[0],
        high_price=max(prices),
        low_price=min(prices),
        last_price=prices[-1],
        volume=sum(trade.quantity for trade in ordered),
        value_minor=sum(trade.amount_minor for trade in ordered),
        currency=series.currency,
        trades=len(ordered),
        seq=seq,
        at=ordered[-1].at,
    )


def void_candle(series: Series, begins_at: int, seq: int) -> Candle:
    """What is left of an interval once all its trades were undone."""
    return Candle(
        instrument_id=series.instrument_id,
        interval_s=series.interval_s,
        begins_at=begins_at,
        partition=series.partition,
        first_price=0,
        high_price=0,
        low_price=0,
        last_price=0,
        volume=0,
        value_minor=0,
        currency=series.currency,
        trades=0,
        seq=seq,
        at=begins_at,
    )
