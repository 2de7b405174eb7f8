"""A book as others see it, and what changes in it: plain values."""

import msgspec

from exchange.market.commands import Side
from exchange.views.candle import Candle, Traded


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be known of an instrument to show its book.

    Units: one tick is `tick_micros` millionths of the currency's major unit; `posted_price` and `reference_price`, with
    which an auction's prices are compared before anything was traded, in ticks.
    """

    instrument_id: str
    market_id: str
    title: str
    unit: str
    currency: str
    tick_micros: int
    price_decimals: int
    posted_price: int | None
    reference_price: int | None
    state: str


class BookOrder(msgspec.Struct, frozen=True):
    """An order as others see it.

    Units: `price` in ticks, None for a market order that waits for an auction; `quantity` in lots, what is shown of it,
    0 once it has left. Shape: of one side and price the one with the lowest `rank` comes first.
    """

    order_id: str
    side: Side
    price: int | None
    quantity: int
    rank: int


class Level(msgspec.Struct, frozen=True):
    """All orders of one side at one price.

    Units: `price` in ticks, None for market orders that wait for an auction; `quantity` in lots, 0 once there are none,
    None where it has no end: at a posted price.
    """

    side: Side
    price: int | None
    quantity: int | None
    orders: int


class Best(msgspec.Struct, frozen=True):
    """The best bid and the best ask that have a price, with what stands there; None where nobody stands."""

    bid: Level | None = None
    ask: Level | None = None


class Auctioned(msgspec.Struct, frozen=True):
    """What a call auction found, or would find.

    Units: `price` in ticks, None where nothing trades; `volume` in lots, `imbalance` in lots of bids less asks.
    """

    price: int | None
    volume: int
    imbalance: int


class BookUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What one outcome changed in a book.

    Shape: `partition` and `seq` are its place in the market's journal: that of its last fact. `orders` and `levels` are
    those that changed, as they are now; `best`, `last_price`, `day` and `state` are as they are now. `trades` are also
    those of what was sold beside the book, which are in none of these. `busted` names trades, of whatever day, that
    were undone: they are in no price and no sum. While orders are collected, `indicative` is what their auction would
    find if everybody might trade with everybody.
    """

    instrument_id: str
    partition: int
    seq: int
    at: int
    state: str
    best: Best
    orders: tuple[BookOrder, ...] = ()
    levels: tuple[Level, ...] = ()
    trades: tuple[Traded, ...] = ()
    busted: tuple[str, ...] = ()
    last_price: int | None = None
    day: Candle | None = None
    auction: Auctioned | None = None
    indicative: Auctioned | None = None


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A book at a position: what the facts up to `seq` of the market's `partition` made of it.

    Shape: levels and orders best first, bids before asks; `seq` -1 is before any fact; `indicative` is as in a
    `BookUpdate`.
    """

    head: Head
    partition: int
    seq: int
    best: Best
    levels: tuple[Level, ...]
    orders: tuple[BookOrder, ...]
    last_price: int | None
    day: Candle | None
    indicative: Auctioned | None = None
