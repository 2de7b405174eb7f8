"""Trades as others see them, and what an interval of them comes to."""

import msgspec

from exchange.kernel.intervals import begin_of
from exchange.kernel.money import MICRO, exponent
from exchange.market.commands import Side


class Traded(msgspec.Struct, frozen=True):
    """A trade as others see it. Units: ticks, lots, minor units. Shape: `taker` is None in an auction."""

    trade_id: str
    seq: int
    at: int
    price: int
    quantity: int
    amount_minor: int
    taker: Side | None


class Candle(msgspec.Struct, frozen=True, kw_only=True):
    """The trades of an instrument in an interval.

    Units: prices in ticks, `volume` in lots, `value_minor` of `currency`. Shape: `seq` and `at` are the last trade's.
    """

    instrument_id: str
    interval_s: int
    begins_at: int
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
        return self.value_minor * minor_micros // self.volume


def with_trade(
    candle: Candle | None, trade: Traded, instrument_id: str, interval_s: int, currency: str
) -> Candle:
    """The candle with one more trade, or the first one of its interval."""
    if candle is None:
        return Candle(
            instrument_id=instrument_id,
            interval_s=interval_s,
            begins_at=begin_of(trade.at, interval_s),
            first_price=trade.price,
            high_price=trade.price,
            low_price=trade.price,
            last_price=trade.price,
            volume=trade.quantity,
            value_minor=trade.amount_minor,
            currency=currency,
            trades=1,
            seq=trade.seq,
            at=trade.at,
        )
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
