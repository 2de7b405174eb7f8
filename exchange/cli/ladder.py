"""A book in a terminal: asks above bids, the best of both in the middle."""

from exchange.cli.grid import laid_out
from exchange.cli.instruments import Shown
from exchange.kernel.money import format_minor
from exchange.kernel.time import iso
from exchange.market.commands import Side
from exchange.views.candle import Candle, Traded
from exchange.views.depth import Auctioned, Best, Book, BookUpdate, Level

WIDE = 60
"""From so many columns on, orders are counted too."""
_TABLE_HEAD_LINES = 2
_INDENT = 6
_APART = "  "
_ENDLESS = "∞"
_MARKET = "market"
_WAYS = {"auction": "an auction of its own", "quotes": "a quote", "pool": "a pool", "plan": "a price plan"}
_SECOND = 1_000_000


class Ladder:
    """A book that takes updates in, and what to show of it."""

    def __init__(self, book: Book, shown: Shown) -> None:
        self._head, self._shown = book.head, shown
        self._levels = {(level.side, level.price): level for level in book.levels}
        self._place, self._best, self._day, self._state = (
            (book.partition, book.seq),
            book.best,
            book.day,
            book.head.state,
        )
        self._last: Traded | None = None
        self._auction: Auctioned | None = None
        self._indicative = book.indicative
        self._last_price = book.last_price

    def take(self, update: BookUpdate) -> None:
        """Take an update in."""
        for level in update.levels:
            self._levels[level.side, level.price] = level
            if level.quantity == 0:
                del self._levels[level.side, level.price]
        self._place, self._best = (update.partition, update.seq), update.best
        self._day, self._state = update.day, update.state
        self._last = next((each for each in reversed(update.trades) if each.sold_by == "book"), self._last)
        if self._last is not None and self._last.trade_id in update.busted:
            self._last = None
        self._auction = update.auction or self._auction
        self._indicative, self._last_price = update.indicative, update.last_price

    def lines(self, depth: int, width: int, height: int | None = None) -> list[str]:
        """What to show: at most `depth` levels of a side, and no more than fit."""
        top = [part for line in self._top(width) for part in _folded(line, width)]
        if height is not None:
            depth = max(1, min(depth, (height - len(top) - _TABLE_HEAD_LINES) // 2))
        return [*top, "", *self._middle(depth, width)]

    def _top(self, width: int) -> list[str]:
        head, shown = self._head, self._shown
        lines = [f"{head.instrument_id}  {head.title}  {head.currency} per {head.unit}  {self._state}"]
        best = f"Best  {_side(self._best.bid, shown)}  |  {_side(self._best.ask, shown)}"
        lines.append(best + _spread(self._best, shown))
        lines.append(f"Last  {_last(self._last, self._day, self._last_price, shown, width)}")
        if self._day is not None:
            lines += _statistics(self._day, shown, width)
        if self._indicative is not None:
            lines.append(f"Indicative  {_auctioned(self._indicative, shown)}")
        if self._auction is not None:
            lines.append(f"Auction  {_auctioned(self._auction, shown)}")
        lines.append(f"Fact  market/{self._place[0]}/{self._place[1]}")
        return lines

    def _middle(self, depth: int, width: int) -> list[str]:
        asks = [self._row(level) for level in reversed(self._side(Side.ASK)[:depth])]
        bids = [self._row(level) for level in self._side(Side.BID)[:depth]]
        if not asks and not bids:
            return ["The book is empty."]
        columns, rows = ["orders", "bid", "price", "ask", "orders"], asks + bids
        if width < WIDE:
            columns, rows = columns[1:4], [row[1:4] for row in rows]
        return laid_out(columns, [tuple(map(_figure, row)) for row in rows], None)

    def _side(self, side: Side) -> list[Level]:
        levels = (level for level in self._levels.values() if level.side is side)
        sign = -1 if side is Side.BID else 1
        return sorted(levels, key=lambda level: (level.price is not None, sign * (level.price or 0)))

    def _row(self, level: Level) -> tuple[str, ...]:
        quantity = _ENDLESS if level.quantity is None else f"{level.quantity:,}"
        orders = str(level.orders) if level.orders else ""
        price = _MARKET if level.price is None else self._shown.price(level.price)
        if level.side is Side.BID:
            return (orders, quantity, price, "", "")
        return ("", "", price, quantity, orders)


def told(update: BookUpdate, shown: Shown) -> str:
    """An update as one line: where it stands, the best prices, what traded."""
    parts = [iso(update.at), f"market/{update.partition}/{update.seq}", update.state]
    parts.append(f"{_side(update.best.bid, shown)} | {_side(update.best.ask, shown)}")
    parts += [
        f"traded {shown.price(trade.price)} × {trade.quantity:,}{_took(trade)}" for trade in update.trades
    ]
    parts += [f"busted {trade_id}" for trade_id in update.busted]
    if update.indicative is not None:
        parts.append(f"indicative {_auctioned(update.indicative, shown)}")
    if update.auction is not None:
        parts.append(f"auction {_auctioned(update.auction, shown)}")
    return "  ".join(parts)


def _folded(line: str, width: int) -> list[str]:
    """A line that is too long for the terminal as several, broken only where two of its parts meet."""
    lines = list[str]()
    for part in line.split(_APART):
        if lines and len(lines[-1]) + len(_APART) + len(part) <= width:
            lines[-1] += _APART + part
        else:
            lines.append(" " * _INDENT + part if lines else part)
    return lines


def _figure(text: str) -> str:
    from exchange.cli.grid import Figure

    return Figure(text)


def _side(level: Level | None, shown: Shown) -> str:
    if level is None:
        return "–"
    return f"{shown.price(level.price)} × {_ENDLESS if level.quantity is None else f'{level.quantity:,}'}"


def _spread(best: Best, shown: Shown) -> str:
    if best.bid is None or best.ask is None or best.bid.price is None or best.ask.price is None:
        return ""
    apart = best.ask.price - best.bid.price
    return f"  apart {shown.price(apart)}" if apart >= 0 else "  crossed"


def _last(trade: Traded | None, day: Candle | None, last_price: int | None, shown: Shown, width: int) -> str:
    """The last trade; of one that came before the book was shown only its price, and its time if it is of the day."""
    if trade is None and last_price is None:
        return "no trade yet"
    at = trade.at if trade is not None else day.at if day is not None else None
    moment = "" if at is None or width < WIDE else f" at {iso(at // _SECOND * _SECOND)}"
    if trade is not None:
        return f"{shown.price(trade.price)} × {trade.quantity:,}{moment}{_took(trade)}"
    return f"{shown.price(last_price)}{moment}"


def _took(trade: Traded) -> str:
    if trade.sold_by != "book":
        return f" by {_WAYS[trade.sold_by]}"
    return " in an auction" if trade.taker is None else f", the {trade.taker.value} took"


def _auctioned(auction: Auctioned, shown: Shown) -> str:
    if auction.price is None:
        return "nothing could trade"
    return f"{shown.price(auction.price)} × {auction.volume:,}, {auction.imbalance:+,} left over"


def _statistics(day: Candle, shown: Shown, width: int) -> list[str]:
    prices = (("open", day.first_price), ("high", day.high_price), ("low", day.low_price))
    first = "  ".join(f"{name} {shown.price(price)}" for name, price in prices)
    average = f"VWAP {shown.micros(day.vwap_micros)}"
    second = (
        f"volume {day.volume:,}  value {format_minor(day.value_minor, day.currency)}  trades {day.trades:,}"
    )
    if width < WIDE:
        return [f"Day   {first}", f"      {average}  volume {day.volume:,}"]
    return [f"Day   {first}  {average}", f"      {second}"]
