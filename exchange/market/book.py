"""The two sides of a book: price levels in order, first come first served within each."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import OrderId
from exchange.market.commands import Side
from exchange.market.state import Instrument, Level, Order

_ENDED_KEPT = 32


def enter(instrument: Instrument, order: Order) -> None:
    """Put an order at the back of its price's queue."""
    levels = instrument.bids if order.side is Side.BID else instrument.asks
    place = _place(levels, order.side, order.price)
    if place == len(levels) or levels[place].price != order.price:
        levels.insert(place, Level(price=order.price))
    level = levels[place]
    level.queue.append(order.order_id)
    level.open_orders += 1


def leave(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Take an order out that is no longer among the open `orders`.

    Raises: InvariantBroken if its price has no queue.
    """
    levels = instrument.bids if order.side is Side.BID else instrument.asks
    place = _place(levels, order.side, order.price)
    if place == len(levels) or levels[place].price != order.price:
        raise InvariantBroken(f"order {order.order_id} is open but its book has no level at {order.price}")
    level = levels[place]
    level.open_orders -= 1
    if not level.open_orders:
        del levels[place]
        return
    while level.queue[level.head] not in orders:
        level.head += 1
    if len(level.queue) > 2 * level.open_orders + _ENDED_KEPT:
        level.queue = [each for each in level.queue[level.head :] if each in orders]
        level.head = 0


def open_orders(instrument: Instrument, orders: Mapping[OrderId, Order], side: Side) -> Iterator[Order]:
    """The open orders of one side by price, then time."""
    for level in reversed(_side(instrument, side)):
        for place in range(level.head, len(level.queue)):
            order = orders.get(level.queue[place])
            if order is not None:
                yield order


def crosses(side: Side, limit: int, price: int) -> bool:
    """Whether an order of `side` with this limit may trade at `price`."""
    return price <= limit if side is Side.BID else price >= limit


def opposite(side: Side) -> Side:
    """The other side."""
    return Side.ASK if side is Side.BID else Side.BID


def best_price(instrument: Instrument, side: Side) -> int | None:
    """The best price of a side, if anyone stands there."""
    levels = _side(instrument, side)
    return levels[-1].price if levels else None


def _side(instrument: Instrument, side: Side) -> list[Level]:
    return instrument.bids if side is Side.BID else instrument.asks


def _place(levels: list[Level], side: Side, price: int) -> int:
    """Where the level of `price` stands or would stand."""
    best = levels[-1].price if levels else None
    if best is None or (price > best if side is Side.BID else price < best):
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
