"""The two sides of a book: for each standing its price levels in order, first come first served within each."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import OrderId
from exchange.market.commands import Side
from exchange.market.queues import leave_queue, tidy_queue
from exchange.market.state import Instrument, Ladder, Level, Market, Order


def enter(instrument: Instrument, order: Order) -> None:
    """Put an order into its price's queue; the youngest comes last."""
    ladders = ladders_of(instrument, order.side)
    ladder = ladders.get(order.standing)
    if ladder is None:
        ladder = ladders[order.standing] = Ladder(order.standing)
    levels, price = ladder.levels, order.price
    place = _place(levels, order.side, price)
    if place == len(levels) or levels[place].price != price:
        levels.insert(place, Level(price=price))
    queue = levels[place].queue
    queue.alive += 1
    ranks, names = queue.ranks, queue.names
    if ranks and ranks[-1] > order.rank:
        place = bisect_left(ranks, order.rank, lo=queue.head)
        ranks.insert(place, order.rank)
        names.insert(place, order.order_id)
    else:
        ranks.append(order.rank)
        names.append(order.order_id)


def leave(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Take an order out that is no longer among the open `orders`, or has another rank there.

    Raises: InvariantBroken if its price has no queue.
    """
    ladders = ladders_of(instrument, order.side)
    ladder = ladders.get(order.standing)
    levels = ladder.levels if ladder is not None else []
    place = _place(levels, order.side, order.price)
    if place == len(levels) or levels[place].price != order.price:
        raise InvariantBroken(f"order {order.order_id} is open but its book has no level at {order.price}")
    queue = levels[place].queue
    if queue.alive > 1:
        leave_queue(queue, orders)
        return
    del levels[place]
    if not levels:
        del ladders[order.standing]


def move(instrument: Instrument, order: Order, standing: str, orders: Mapping[OrderId, Order]) -> None:
    """Put an open order into the ladder of another standing, where its rank has it stand."""
    ladders = ladders_of(instrument, order.side)
    levels = ladders[order.standing].levels
    place = _place(levels, order.side, order.price)
    queue = levels[place].queue
    # Taken out whole: it may come back, and a rank must not stand in a queue twice.
    place_in_queue = bisect_left(queue.ranks, order.rank)
    del queue.ranks[place_in_queue], queue.names[place_in_queue]
    queue.alive -= 1
    if not queue.alive:
        del levels[place]
        if not levels:
            del ladders[order.standing]
    else:
        tidy_queue(queue, orders)
    order.standing = standing
    enter(instrument, order)


def show_next(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Put an order, which has a new rank now, at the back of its price's queue."""
    levels = ladders_of(instrument, order.side)[order.standing].levels
    queue = levels[_place(levels, order.side, order.price)].queue
    queue.ranks.append(order.rank)
    queue.names.append(order.order_id)
    queue.alive += 1
    leave_queue(queue, orders)


def ladders_of(instrument: Instrument, side: Side) -> dict[str, Ladder]:
    """One side's ladders, by what their orders' participants have in common."""
    return instrument.bids if side is Side.BID else instrument.asks


def crosses(side: Side, limit: int, price: int) -> bool:
    """Whether an order of `side` with this limit may trade at `price`."""
    return price <= limit if side is Side.BID else price >= limit


def opposite(side: Side) -> Side:
    """The other side."""
    return Side.ASK if side is Side.BID else Side.BID


def best_price(instrument: Instrument, side: Side) -> int | None:
    """The best price of a side, if anyone stands there."""
    ladders = ladders_of(instrument, side)
    if not ladders:
        return None
    prices = (ladder.levels[-1].price for ladder in ladders.values())
    return max(prices) if side is Side.BID else min(prices)


def is_crossed(instrument: Instrument) -> bool:
    """Whether the best bid is at or above the best ask."""
    bid, ask = best_price(instrument, Side.BID), best_price(instrument, Side.ASK)
    return bid is not None and ask is not None and bid >= ask


def standing_crossed(market: Market, instrument: Instrument) -> list[OrderId]:
    """The orders of both sides that cross the other side's best price, in the order in which they entered."""
    crossing: list[Order] = []
    for side in Side:
        best = best_price(instrument, opposite(side))
        for price, orders in in_priority(market, ladders_of(instrument, side).values(), side):
            if best is None or not crosses(side, price, best):
                break
            crossing += orders
    return [order.order_id for order in sorted(crossing, key=lambda order: order.entered)]


def in_priority(
    market: Market, ladders: Iterable[Ladder], side: Side, limit: int | None = None
) -> Iterator[tuple[int, Iterator[Order]]]:
    """The open orders of some ladders of `side`, level by level, the best price and the oldest first.

    Shape: down to the last price that an order of the other side with this `limit` accepts.
    """
    taker = opposite(side)
    for price, levels in _by_price(list(ladders), side):
        if limit is not None and not crosses(taker, limit, price):
            return
        yield price, _orders(market, levels)


def open_orders(market: Market, instrument: Instrument, side: Side) -> Iterator[Order]:
    """All open orders of one side, by price, then time."""
    ladders = ladders_of(instrument, side).values()
    return (order for _, orders in in_priority(market, ladders, side) for order in orders)


def first_of(market: Market, ladder: Ladder) -> Order:
    """The order that stands first in a ladder."""
    queue = ladder.levels[-1].queue
    return market.orders[queue.names[queue.head]]


def _orders(market: Market, levels: list[Level]) -> Iterator[Order]:
    orders = market.orders
    for rank, name in _named(levels[0]) if len(levels) == 1 else merge(*map(_named, levels)):
        order = orders.get(name)
        if order is not None and order.rank == rank:
            yield order


def _named(level: Level) -> Iterator[tuple[int, OrderId]]:
    queue = level.queue
    return islice(zip(queue.ranks, queue.names, strict=True), queue.head, None)


def _by_price(ladders: list[Ladder], side: Side) -> Iterator[tuple[int, list[Level]]]:
    if len(ladders) == 1:
        for level in reversed(ladders[0].levels):
            yield level.price, [level]
        return
    places = [len(ladder.levels) - 1 for ladder in ladders]
    while True:
        ahead = [
            ladder.levels[place].price for ladder, place in zip(ladders, places, strict=True) if place >= 0
        ]
        if not ahead:
            return
        price = max(ahead) if side is Side.BID else min(ahead)
        found = []
        for number, ladder in enumerate(ladders):
            if places[number] >= 0 and ladder.levels[places[number]].price == price:
                found.append(ladder.levels[places[number]])
                places[number] -= 1
        yield price, found


def _place(levels: list[Level], side: Side, price: int) -> int:
    """Where the level of `price` stands or would stand."""
    if not levels:
        return 0
    best = levels[-1].price
    if price > best if side is Side.BID else price < best:
        return len(levels)
    if price == best:
        return len(levels) - 1
    if side is Side.BID:
        return bisect_left(levels, price, key=_rising)
    return bisect_left(levels, -price, key=_falling)


def _rising(level: Level) -> int:
    return level.price


def _falling(level: Level) -> int:
    return -level.price
