"""A book as others see it, folded from its market's facts: depth, best prices, trades, the day's candle, auctions.

A `BookFeed` begins empty, or as the tables show a book at a position, and takes whole outcomes in: who joins both by
the position misses nothing and sees nothing twice. Hidden parts of icebergs, and who placed what, are not shown.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from exchange.kernel.bases import Fact, Outcome
from exchange.market import facts as happened
from exchange.market.commands import ASK, BID, Side
from exchange.market.purchases.facts import TradeBusted
from exchange.views.candle import Candle, Series, Traded
from exchange.views.day import DAY_S, Day
from exchange.views.depth import Auctioned, Best, Book, BookOrder, BookUpdate, Head, Level
from exchange.views.indicative import indicated
from exchange.views.sold_by import sold_by


class Resting(msgspec.Struct):
    """An open order, its hidden part included.

    Units: lots; `display` 0 shows all. Shape: `limit` is the worst price it may trade at, `price` None until an auction
    gives a market order one.
    """

    order_id: str
    side: Side
    price: int | None
    left: int
    shown: int
    display: int
    rank: int
    limit: int


class _Key(NamedTuple):
    side: Side
    price: int | None


class _Sum(msgspec.Struct):
    quantity: int = 0
    orders: int = 0
    whole: int = 0


class BookFeed:
    """One book, and what each outcome changes in it."""

    def __init__(
        self,
        instrument_id: str,
        partition: int,
        *,
        seq: int = -1,
        head: Head | None = None,
        orders: Iterable[Resting] = (),
        day: Day | None = None,
    ) -> None:
        self.instrument_id = instrument_id
        self.partition = partition
        self.seq = seq
        self.head = head
        self._day = day or Day()
        self._orders: dict[str, Resting] = {}
        self._levels: dict[_Key, _Sum] = {}
        self._unpriced: dict[str, None] = {}
        self._prices: dict[Side, list[int]] = {Side.BID: [], Side.ASK: []}
        self._touched: dict[str, BookOrder] = {}
        self._moved: dict[_Key, None] = {}
        self._trades: list[Traded] = []
        self._busted: list[str] = []
        self._auction: Auctioned | None = None
        self._posted_moved = False
        for order in orders:
            self._enter(order)
        self._forget()

    def take(self, outcome: Outcome) -> BookUpdate | None:
        """Take an outcome in; None if it changes nothing here, or was taken in before."""
        return self._update(outcome[-1].meta.at) if self._fold(outcome) else None

    def catch_up(self, outcome: Outcome) -> None:
        """Take an outcome in that lies behind the book which is shown first."""
        if self._fold(outcome):
            self._forget()

    def _fold(self, outcome: Outcome) -> bool:
        last = outcome[-1].meta
        if last.seq <= self.seq:
            return False
        self.seq = last.seq
        concerned = False
        for meta, fact in outcome:
            fold = _FOLDS.get(type(fact))
            if fold is not None and self._is_ours(fact):
                fold(self, fact, meta.seq, meta.at)
                concerned = True
        return concerned and self.head is not None

    @property
    def day(self) -> Candle | None:
        """What the last day of trade comes to."""
        return self._day.candle

    @property
    def book(self) -> Book:
        """The book as it is now. Raises: AssertionError if the instrument was not opened yet."""
        assert self.head is not None
        return Book(
            head=self.head,
            partition=self.partition,
            seq=self.seq,
            best=self.best,
            levels=self.levels(Side.BID) + self.levels(Side.ASK),
            orders=tuple(
                _seen(order)
                for side in Side
                for order in sorted(
                    (each for each in self._orders.values() if each.side is side),
                    key=lambda each: (*_first(side, each.price), each.rank),
                )
            ),
            last_price=self._day.last_price,
            day=self.day,
            indicative=self.indicative,
        )

    def levels(self, side: Side) -> tuple[Level, ...]:
        """One side's levels, best first."""
        unpriced = [_Key(side, None)] if _Key(side, None) in self._levels else []
        prices = reversed(self._prices[side]) if side is Side.BID else iter(self._prices[side])
        found = [self._level(key) for key in (*unpriced, *(_Key(side, price) for price in prices))]
        posted = self._posted() if side is Side.ASK else None
        if posted is not None:
            found.append(posted)
            found.sort(key=lambda level: _first(side, level.price))
        return tuple(found)

    @property
    def best(self) -> Best:
        """The best prices."""
        bids, asks = self._prices[Side.BID], self._prices[Side.ASK]
        bid = self._level(_Key(Side.BID, bids[-1])) if bids else None
        ask = self._level(_Key(Side.ASK, asks[0])) if asks else None
        posted = self._posted()
        if posted is not None and (ask is None or (posted.price or 0) < (ask.price or 0)):
            ask = posted
        return Best(bid, ask)

    @property
    def indicative(self) -> Auctioned | None:
        """What the auction would find, while orders are collected for one."""
        if self.head is None or self.head.state != "call":
            return None
        lots: dict[Side, dict[int, int]] = {BID: {}, ASK: {}}
        limits = set[int]()
        for side, prices in self._prices.items():
            lots[side] = {price: self._levels[_Key(side, price)].whole for price in prices}
            limits.update(prices)
        for name in self._unpriced:
            order = self._orders[name]
            lots[order.side][order.limit] = lots[order.side].get(order.limit, 0) + order.left
        last = self._day.last_price
        reference = self.head.reference_price if last is None else last
        return indicated(lots[BID], lots[ASK], limits, reference)

    def _is_ours(self, fact: Any) -> bool:
        if type(fact) is happened.InstrumentOpened:
            return bool(fact.terms.instrument_id == self.instrument_id)
        return bool(fact.instrument_id == self.instrument_id)

    def _update(self, at: int) -> BookUpdate:
        assert self.head is not None
        update = BookUpdate(
            instrument_id=self.instrument_id,
            partition=self.partition,
            seq=self.seq,
            at=at,
            state=self.head.state,
            best=self.best,
            orders=tuple(self._touched.values()),
            levels=(*map(self._level, self._moved), *self._posted_now()),
            trades=tuple(self._trades),
            busted=tuple(self._busted),
            last_price=self._day.last_price,
            day=self.day,
            auction=self._auction,
            indicative=self.indicative,
        )
        self._forget()
        return update

    def _forget(self) -> None:
        self._touched, self._moved, self._trades, self._busted = {}, {}, [], []
        self._auction, self._posted_moved = None, False

    def _level(self, key: _Key) -> Level:
        found = self._levels.get(key) or _Sum()
        return Level(key.side, key.price, found.quantity, found.orders)

    def _posted(self) -> Level | None:
        """The standing ask of a posted price."""
        if self.head is None or self.head.posted_price is None or self.head.state != "open":
            return None
        return Level(Side.ASK, self.head.posted_price, None, 0)

    def _posted_now(self) -> tuple[Level, ...]:
        """That ask where it came or went; with a quantity of 0 it has gone."""
        if self.head is None or self.head.posted_price is None or not self._posted_moved:
            return ()
        return (self._posted() or Level(Side.ASK, self.head.posted_price, 0, 0),)

    # How facts change the book.

    def opened(self, fact: happened.InstrumentOpened, seq: int, at: int) -> None:
        terms = fact.terms
        self.head = Head(
            instrument_id=terms.instrument_id,
            market_id=terms.market_id,
            title=terms.title,
            unit=terms.unit,
            currency=terms.currency,
            tick_micros=terms.tick_micros,
            price_decimals=terms.rules.price_decimals,
            posted_price=terms.posted_price,
            reference_price=terms.rules.reference_price,
            state=fact.state,
        )
        self._posted_moved = True

    def state_set(self, fact: happened.InstrumentStateSet, seq: int, at: int) -> None:
        assert self.head is not None
        self.head = msgspec.structs.replace(self.head, state=fact.state)
        self._posted_moved = True

    def accepted(self, fact: happened.OrderAccepted, seq: int, at: int) -> None:
        display = fact.display_quantity or 0
        shown = min(display, fact.quantity) if display else fact.quantity
        price = None if fact.unpriced else fact.price
        self._enter(Resting(fact.order_id, fact.side, price, fact.quantity, shown, display, seq, fact.price))

    def replaced(self, fact: happened.OrderReplaced, seq: int, at: int) -> None:
        order = self._orders[fact.order_id]
        if fact.kept_place:
            self._set(order, fact.quantity_left, min(order.shown, fact.quantity_left))
            return
        self._set(order, 0, 0)
        order.price = order.limit = fact.price
        order.rank, order.left = seq, fact.quantity_left
        order.shown = min(order.display, order.left) if order.display else order.left
        self._enter(order)

    def reduced(self, fact: happened.OrderReduced, seq: int, at: int) -> None:
        order = self._orders[fact.order_id]
        left = order.left - fact.quantity
        self._set(order, left, min(order.shown, left))

    def ended(self, fact: happened.OrderCancelled | happened.OrderExpired, seq: int, at: int) -> None:
        self._set(self._orders[fact.order_id], 0, 0)

    def priced(self, fact: happened.AuctionPriced, seq: int, at: int) -> None:
        self._auction = Auctioned(fact.price, fact.volume, fact.imbalance)

    def matched(self, fact: happened.TradeMatched, seq: int, at: int) -> None:
        for order_id, side in ((fact.bid_id, Side.BID), (fact.ask_id, Side.ASK)):
            order = self._orders.get(order_id)
            if order is not None:
                self._fill(order, fact.quantity, fact.taker is side, seq)
        how = sold_by(fact.bid_id)
        trade = Traded(fact.trade_id, seq, at, fact.price, fact.quantity, fact.amount_minor, fact.taker, how)
        self._trades.append(trade)
        if how == "book":
            self._day.take(trade, self._series)

    def busted(self, fact: TradeBusted, seq: int, at: int) -> None:
        self._busted.append(fact.trade_id)
        self._day.undo(fact.trade_id, seq, self._series)

    @property
    def _series(self) -> Series:
        assert self.head is not None
        return Series(self.instrument_id, self.partition, DAY_S, self.head.currency)

    def _fill(self, order: Resting, quantity: int, arriving: bool, seq: int) -> None:
        """Take lots off an order; what is shown then is as the market has it."""
        left = order.left - quantity
        if not order.display:
            shown = left
        elif arriving:
            shown = min(order.display, left)
        else:
            shown = order.shown - quantity
            if shown <= 0:
                shown, order.rank = min(order.display - -shown % order.display, left), seq
        self._set(order, left, shown)

    def _enter(self, order: Resting) -> None:
        self._orders[order.order_id] = order
        key = _Key(order.side, order.price)
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Sum()
            if order.price is not None:
                insort(self._prices[order.side], order.price)
        level.quantity += order.shown
        level.whole += order.left
        level.orders += 1
        if order.price is None:
            self._unpriced[order.order_id] = None
        self._note(order, key)

    def _set(self, order: Resting, left: int, shown: int) -> None:
        """Change what is left of an order; with nothing left it leaves."""
        key = _Key(order.side, order.price)
        level = self._levels[key]
        level.quantity += shown - order.shown
        level.whole += left - order.left
        order.left, order.shown = left, shown
        if not left:
            del self._orders[order.order_id]
            self._unpriced.pop(order.order_id, None)
            level.orders -= 1
            if not level.orders:
                del self._levels[key]
                if key.price is not None:
                    prices = self._prices[key.side]
                    del prices[bisect_left(prices, key.price)]
        self._note(order, key)

    def _note(self, order: Resting, key: _Key) -> None:
        self._touched[order.order_id] = _seen(order)
        self._moved[key] = None


def _seen(order: Resting) -> BookOrder:
    return BookOrder(order.order_id, order.side, order.price, order.shown, order.rank)


def _first(side: Side, price: int | None) -> tuple[bool, int]:
    """Sorts prices of a side, the best first; an order without one comes before all others."""
    if price is None:
        return (False, 0)
    return (True, -price if side is Side.BID else price)


_Fold = Callable[[BookFeed, Any, int, int], None]
_FOLDS: Mapping[type[Fact], _Fold] = {
    happened.InstrumentOpened: BookFeed.opened,
    happened.InstrumentStateSet: BookFeed.state_set,
    happened.OrderAccepted: BookFeed.accepted,
    happened.OrderReplaced: BookFeed.replaced,
    happened.OrderReduced: BookFeed.reduced,
    happened.OrderCancelled: BookFeed.ended,
    happened.OrderExpired: BookFeed.ended,
    happened.AuctionPriced: BookFeed.priced,
    happened.TradeMatched: BookFeed.matched,
    TradeBusted: BookFeed.busted,
}
