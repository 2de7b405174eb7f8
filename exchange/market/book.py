"""The two sides of a book: for each standing its price levels in order, first come first served within each.

An order that has no lots left stays in its queue until it comes first there, or most that follow have ended.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from heapq import heapify, heappop, heapreplace, merge
from itertools import islice
from operator import attrgetter

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import OrderId
from exchange.market.commands import ASK, BID, Side
from exchange.market.flights import add_price, best_first, drop_price
from exchange.market.state import Instrument, Ladder, Level, Order

_ENDED_KEPT = 8
"""Orders that have ended and may stay before the head of a queue, and behind it, however few stand there."""
_FEW = 16
"""Orders that enter one queue one by one."""
_rank = attrgetter("rank")


def enter(instrument: Instrument, order: Order) -> None:
    """Put an order into its price's queue; the youngest comes last."""
    price = order.price
    if order.side is BID:
        ladders, merit = instrument.bids, price
    else:
        ladders, merit = instrument.asks, -price
    ladder = ladders.get(order.standing)
    if ladder is None:
        ladders[order.standing] = Ladder(order.standing, [merit], {merit: Level(price, [order])})
        return
    level = ladder.levels.get(merit)
    if level is None:
        ladder.levels[merit] = Level(price, [order])
        add_price(ladder, merit)
        return
    orders = level.orders
    if orders[-1].rank < order.rank:
        orders.append(order)
    else:
        orders.insert(bisect_left(orders, order.rank, lo=level.head, key=_rank), order)


def enter_all(instrument: Instrument, orders: Iterable[Order]) -> None:
    """Put orders into their prices' queues, each where its rank has it stand, however many stand there already."""
    queues = defaultdict[tuple[Side, str, int], list[Order]](list)
    for order in orders:
        queues[order.side, order.standing, order.price].append(order)
    for queue in queues.values():
        if len(queue) <= _FEW:
            for order in queue:
                enter(instrument, order)
            continue
        enter(instrument, queue[0])
        level = _level_of(instrument, queue[0])
        # Sorted at once: put among many one by one, each would move half of them.
        level.orders = sorted((*standing_at(level), *queue[1:]), key=_rank)
        level.head = level.ended = 0


def leave(instrument: Instrument, order: Order) -> None:
    """Let an order that has no lots left stand no more.

    Raises: InvariantBroken if its price has no queue.
    """
    if order.side is BID:
        ladders, merit = instrument.bids, order.price
    else:
        ladders, merit = instrument.asks, -order.price
    ladder = ladders.get(order.standing)
    level = None if ladder is None else ladder.levels.get(merit)
    if ladder is None or level is None:
        raise _not_there(order)
    orders, head = level.orders, level.head
    if orders[head] is not order:
        level.ended = ended = level.ended + 1
        if ended > _ENDED_KEPT and 2 * ended > len(orders) - head:
            level.orders, level.head, level.ended = list(standing_at(level)), 0, 0
        return
    head, end = head + 1, len(orders)
    while head < end:
        if orders[head].quantity_left:
            level.head = head
            if head > _ENDED_KEPT and 2 * head > end:
                del orders[:head]
                level.head = 0
            return
        head += 1
        level.ended -= 1
    del ladder.levels[merit]
    if not drop_price(ladder, merit):
        del ladders[ladder.standing]


def take_out(instrument: Instrument, order: Order) -> None:
    """Take an open order out of its ladder, so that it can enter another, where its rank has it stand.

    Raises: InvariantBroken if it does not stand there.
    """
    leave(instrument, _gone(_level_of(instrument, order), order))


def show_next(instrument: Instrument, order: Order, rank: int) -> None:
    """Give an order another rank, at the back of its price's queue.

    Raises: InvariantBroken if it does not stand there.
    """
    level = _level_of(instrument, order)
    gone = _gone(level, order)
    order.rank = rank
    level.orders.append(order)
    leave(instrument, gone)


def _level_of(instrument: Instrument, order: Order) -> Level:
    ladder = ladders_of(instrument, order.side).get(order.standing)
    level = None if ladder is None else ladder.levels.get(order.price if order.side is BID else -order.price)
    if level is None:
        raise _not_there(order)
    return level


def _gone(level: Level, order: Order) -> Order:
    """One that has ended in the place of an order that goes on elsewhere."""
    orders, rank = level.orders, order.rank
    for place in range(bisect_left(orders, rank, lo=level.head, key=_rank), len(orders)):
        if orders[place] is order:
            orders[place] = gone = copy(order)
            gone.quantity_left = 0
            return gone
        if orders[place].rank != rank:
            break
    raise _not_there(order)


def _not_there(order: Order) -> InvariantBroken:
    return InvariantBroken(f"order {order.order_id} is open but its book does not have it at {order.price}")


def ladders_of(instrument: Instrument, side: Side) -> dict[str, Ladder]:
    """One side's ladders, by what their orders' participants have in common."""
    return instrument.bids if side is BID else instrument.asks


def crosses(side: Side, limit: int, price: int) -> bool:
    """Whether an order of `side` with this limit may trade at `price`."""
    return price <= limit if side is BID else price >= limit


def opposite(side: Side) -> Side:
    """The other side."""
    return ASK if side is BID else BID


def best_price(instrument: Instrument, side: Side) -> int | None:
    """The best price of a side, if anyone stands there."""
    bid = side is BID
    ladders = instrument.bids if bid else instrument.asks
    if not ladders:
        return None
    merit = best_merit(ladders)
    return merit if bid else -merit


def best_merit(ladders: Mapping[str, Ladder]) -> int:
    """The merit of the best level of some ladders: its price, for asks negative."""
    if len(ladders) == 1:
        (ladder,) = ladders.values()
        return ladder.merits[-1]
    return max([ladder.merits[-1] for ladder in ladders.values()])


def is_crossed(instrument: Instrument) -> bool:
    """Whether the best bid is at or above the best ask."""
    few, many = instrument.bids, instrument.asks
    if len(few) > len(many):
        few, many = many, few
    return bool(few) and reaches(many, -best_merit(few))


def reaches(ladders: Mapping[str, Ladder], merit: int) -> bool:
    """Whether any ladder has a level of this merit or a better one."""
    if len(ladders) == 1:
        (ladder,) = ladders.values()
        return ladder.merits[-1] >= merit
    return any(ladder.merits[-1] >= merit for ladder in ladders.values())


def standing_crossed(instrument: Instrument) -> list[OrderId]:
    """The orders of both sides that cross the other side's best price, in the order in which they entered."""
    crossing: list[Order] = []
    for side in Side:
        best = best_price(instrument, opposite(side))
        for price, orders in in_priority(ladders_of(instrument, side).values(), side):
            if best is None or not crosses(side, price, best):
                break
            crossing += orders
    return [order.order_id for order in sorted(crossing, key=lambda order: order.entered)]


def in_priority(
    ladders: Iterable[Ladder], side: Side, limit: int | None = None
) -> Iterator[tuple[int, Iterator[Order]]]:
    """The open orders of some ladders of `side`, level by level, the best price and the oldest first.

    Shape: down to the last price that an order of the other side with this `limit` accepts.
    """
    taker = opposite(side)
    for price, levels in _by_price(list(ladders), side):
        if limit is not None and not crosses(taker, limit, price):
            return
        yield (
            price,
            standing_at(levels[0]) if len(levels) == 1 else merge(*map(standing_at, levels), key=_rank),
        )


def open_orders(instrument: Instrument, side: Side) -> Iterator[Order]:
    """All open orders of one side, by price, then time."""
    ladders = ladders_of(instrument, side).values()
    return (order for _, orders in in_priority(ladders, side) for order in orders)


def first_of(ladder: Ladder) -> Order:
    """The order that stands first in a ladder."""
    level = ladder.levels[ladder.merits[-1]]
    return level.orders[level.head]


def standing_at(level: Level) -> Iterator[Order]:
    """The open orders of one level, the oldest first."""
    return (order for order in islice(level.orders, level.head, None) if order.quantity_left)


def _by_price(ladders: list[Ladder], side: Side) -> Iterator[tuple[int, list[Level]]]:
    if len(ladders) == 1:
        (ladder,) = ladders
        for level in best_first(ladder):
            yield level.price, [level]
        return
    bid = side is BID
    climbing = [best_first(ladder) for ladder in ladders]
    # Negative merits: the heap's least is the best. A number of its own keeps levels from being compared.
    heap = [(-ladder.merits[-1], number) for number, ladder in enumerate(ladders)]
    heapify(heap)
    ahead = [next(levels) for levels in climbing]
    while heap:
        worth, found = heap[0][0], list[Level]()
        while heap and heap[0][0] == worth:
            number = heap[0][1]
            found.append(ahead[number])
            following = next(climbing[number], None)
            if following is None:
                heappop(heap)
            else:
                ahead[number] = following
                heapreplace(heap, (-following.price if bid else following.price, number))
        yield -worth if bid else worth, found
