"""Who trades how much with whom at an auction's price: bids in priority, each with the best ask it may trade with.

The book is looked at only as far as trades are asked for, so that the next few of many cost what a few cost.
Source: market.md section 4a (11, 13).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from exchange.market.book import crosses, in_priority, ladders_of
from exchange.market.commands import ASK, BID, Side
from exchange.market.queues import named
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Ladder, Market, Order

Admits = Callable[[Order, Order], bool]
"""Whether the fence lets a bid and an ask trade."""
Allotted = tuple[Order, Order, int]
"""A bid, an ask, and how many lots they trade."""

_NOBODY = ""


class _Part:
    """What an order still shows and hides. Shape: the lowest `key` comes first."""

    __slots__ = ("hidden", "key", "order", "owner", "shown")

    def __init__(self, order: Order, owner: str, merit: int) -> None:
        self.order, self.owner, self.key = order, owner, (merit, order.rank)
        self.shown = order.shown
        self.hidden = order.quantity_left - order.shown


class _Level:
    """One ladder's orders at one price, in priority; an iceberg's next part comes behind them.

    Shape: what was looked at and still stands is a run of one owner's parts and perhaps one of another's behind it, so
    that whoever passes its own owner's over finds the next at once.
    """

    def __init__(self, parts: Iterator[_Part]) -> None:
        self._parts = parts
        self._late: deque[_Part] = deque()
        self._run: deque[_Part] = deque()
        self._other: _Part | None = None
        self.empty = False

    def first(self, owner: str) -> _Part | None:
        """The first part that is of somebody else than `owner`."""
        if not self._run:
            ahead, self._other = self._other or self._draw(), None
            if ahead is None:
                self.empty = True
                return None
            self._run.append(ahead)
        if self._run[0].owner != owner:
            return self._run[0]
        while self._other is None:
            drawn = self._draw()
            if drawn is None:
                return None
            if drawn.owner == owner:
                self._run.append(drawn)
            else:
                self._other = drawn
        return self._other

    def leave(self, part: _Part) -> None:
        """Take a part out that comes first for somebody."""
        if part is self._other:
            self._other = None
        else:
            self._run.popleft()

    def come_again(self, part: _Part) -> None:
        """Let a part stand behind all others."""
        self._late.append(part)

    def _draw(self) -> _Part | None:
        drawn = next(self._parts, None)
        return drawn if drawn is not None or not self._late else self._late.popleft()


class _Line:
    """One ladder's orders that accept the price, level by level."""

    def __init__(self, levels: Iterator[_Level]) -> None:
        self._more = levels
        self._levels: list[_Level] = []
        self._done = 0
        self._own: dict[str, int] = {}

    def first(self, owner: str = _NOBODY) -> tuple[_Part, _Level] | None:
        """The first part that is of somebody else than `owner`, and where it stands."""
        place = max(self._done, self._own.get(owner, 0))
        while place < len(self._levels) or self._drawn():
            level = self._levels[place]
            part = level.first(owner)
            if part is not None:
                return part, level
            place += 1
            if level.empty and place == self._done + 1:
                self._done = place
            else:
                self._own[owner] = place
        return None

    def _drawn(self) -> bool:
        level = next(self._more, None)
        if level is None:
            return False
        self._levels.append(level)
        return True


class _Allotment:
    """An auction's trades, worked out one by one."""

    def __init__(self, market: Market, instrument: Instrument, price: int, admits: Admits) -> None:
        self._market, self._instrument, self._price, self._admits = market, instrument, price, admits
        self._later = count(market.orders_entered)
        self._bids, self._asks = self._lines(BID), self._lines(ASK)

    def trades(self) -> Iterator[Allotted]:
        """Each bid with the best ask it may trade with. Shape: who once found nobody finds nobody later."""
        alone = set[tuple[str, str]]()
        while (ahead := _best(self._bids)) is not None:
            bid, level, line = ahead
            kind = (bid.order.standing, bid.owner)
            met = None if kind in alone else _best(self._asks, bid, self._admits)
            if met is None:
                if kind not in alone and _best(self._asks, bid, self._admits, _NOBODY) is None:
                    self._bids.remove(line)
                alone.add(kind)
                level.leave(bid)
                continue
            ask, ask_level, _ = met
            quantity = min(bid.shown, ask.shown)
            yield bid.order, ask.order, quantity
            self._take(bid, level, quantity)
            self._take(ask, ask_level, quantity)

    def _take(self, part: _Part, level: _Level, quantity: int) -> None:
        """Take lots off a part; once it is used up, an iceberg's next one goes behind its price's orders."""
        part.shown -= quantity
        if part.shown:
            return
        level.leave(part)
        if part.hidden:
            part.shown = min(part.order.display, part.hidden)
            part.hidden -= part.shown
            part.key = (part.key[0], next(self._later))
            level.come_again(part)

    def _lines(self, side: Side) -> list[_Line]:
        ladders = ladders_of(self._instrument, side).values()
        return [_Line(self._levels(ladder, side)) for ladder in ladders if ladder.standing != IDLE]

    def _levels(self, ladder: Ladder, side: Side) -> Iterator[_Level]:
        """Market orders first, then level by level."""
        waiting = self._instrument.waiting
        if waiting.alive:
            unpriced = (
                order
                for order in named(waiting, self._market.orders)
                if order.unpriced
                and order.side is side
                and order.standing == ladder.standing
                and crosses(side, order.price, self._price)
            )
            # Before the merit of any limit: the least of asks is 1, and that of bids their price, negative.
            yield _Level(self._parts(unpriced, 0 if side is ASK else -(2**63)))
        for price, orders in in_priority([ladder], side, self._price):
            limits = (order for order in orders if not order.unpriced) if waiting.alive else orders
            yield _Level(self._parts(limits, price if side is ASK else -price))

    def _parts(self, orders: Iterable[Order], merit: int) -> Iterator[_Part]:
        people = self._market.participants
        return (_Part(order, people[order.participant_id].beneficial_owner, merit) for order in orders)


def _best(
    lines: list[_Line], bid: _Part | None = None, admits: Admits | None = None, owner: str | None = None
) -> tuple[_Part, _Level, _Line] | None:
    """The first part of several lines; for a bid the first that it may trade with, whoever's or not its `owner`'s."""
    found: tuple[_Part, _Level, _Line] | None = None
    passed_over = owner if owner is not None else _NOBODY if bid is None else bid.owner
    for line in lines:
        first = line.first(passed_over)
        if first is None or (found is not None and found[0].key < first[0].key):
            continue
        if bid is None or admits is None or admits(bid.order, first[0].order):
            found = (*first, line)
    return found


def allotted(market: Market, instrument: Instrument, price: int, admits: Admits) -> Iterator[Allotted]:
    """Who trades how much with whom at a price, in the order in which they trade."""
    return _Allotment(market, instrument, price, admits).trades()
